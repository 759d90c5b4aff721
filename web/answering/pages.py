"""Turns what the pages say into answers: HTML that brings nothing from outside and no script."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from config.i18n import language
from web.templating import environment

_CSS = (Path(__file__).parent.parent / "templates" / "answering.css").read_text(encoding="utf-8")
_HASH = b64encode(sha256(_CSS.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
}


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of that template, in the language in force."""
    text = (
        environment(language())
        .get_template(template)
        .render(values, css=Markup(_CSS), language=language())  # noqa: S704 our own file
    )
    return HTMLResponse(text.encode("utf-8", "replace"), status, HEADERS)
