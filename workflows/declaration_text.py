"""Writes a kept declaration as the YAML of a file: what the record has, without its comments."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML

_WIDTH = 100


def declaration_yaml(declared: Mapping[str, Any], comments: Sequence[str] = ()) -> str:
    """A declaration as `CampaignVersion.declaration` keeps it, below lines of comment."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = _WIDTH
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    yaml.dump(dict(declared), stream)
    head = "".join(f"# {' '.join(line.split())}\n" for line in comments)
    return head + stream.getvalue()
