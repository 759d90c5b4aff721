"""Reads `duban.toml`: bounded, said clearly where it is wrong, refused where a secret lies open."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from config.errors import InputError
from config.files import is_private, read_bounded, shown_path
from config.i18n import _

_MAX_BYTES = 16_000  # some times what all settings take; the parser is slow on hostile keys
# In a database URL: user:password@, or libpq's own way (PostgreSQL documentation, 34.1.2).
_PASSWORD_IN_URL = re.compile(r"//[^/?#]*:.+@|[?&]\w*password=", re.IGNORECASE)
_SECRETS = ("smtp_password", "imap_password", "database_url", "channels")


def config_file() -> Path:
    """The settings file: `DUBAN_CONFIG`, else `duban.toml` in the current folder."""
    return Path(os.environ.get("DUBAN_CONFIG") or "duban.toml")


def line_of(name: str) -> int:
    """The line of the settings file on which `name` is set, counted from 1; 0 where it cannot be
    told."""
    key = re.compile(rf"""\s*(\[\s*)?["']?{re.escape(name)}["']?\s*[]=.]""")
    text = read_bounded(config_file(), _MAX_BYTES).decode("utf-8-sig")
    lines = enumerate(text.split("\n"), start=1)
    return next((number for number, line in lines if key.match(line)), 0)


def read_config_file() -> dict[str, Any]:
    """What the settings file says; nothing where there is none and none was asked for.

    Raises InputError where it cannot be read, is not TOML, or holds a secret and others can
    read it.
    """
    file = config_file()
    if not file.is_file():
        if os.environ.get("DUBAN_CONFIG"):
            raise InputError(
                _("the settings file {file} is missing").format(file=file),
                _("create it, or unset DUBAN_CONFIG"),
            )
        return {}
    content = read_bounded(file, _MAX_BYTES)
    try:  # with the byte order mark that some editors write
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # of TOML, of UTF-8, of a number's length
        raise InputError(
            _("{file} is not valid TOML: {error}").format(file=file, error=error),
            _("mend that line; strings stand in double quotes"),
        ) from None
    secrets = [name for name in _SECRETS if _is_secret(name, found)]
    if secrets and not is_private(file):
        raise InputError(
            _("{file} holds a password ({names}) and others can read it").format(
                file=shown_path(file), names=_(", ").join(secrets)
            ),
            _("run: chmod 600 {file}").format(file=shown_path(file)),
        )
    return found


def _is_secret(name: str, found: dict[str, Any]) -> bool:
    value = found.get(name)
    if name == "database_url":
        return isinstance(value, str) and bool(_PASSWORD_IN_URL.search(value))
    return bool(value)
