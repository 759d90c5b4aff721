"""Reads the body of a form: only of our own pages, of the right sort, and never too much."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

FORM_BYTES = 64 * 1024  # of all that is no file
_FILES = 20
_FIELDS = 300
# Beyond the limit by less than this a page says so; beyond that the connection is closed.
KINDLY_REFUSED = 5
_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


class TooLarge(Exception):
    """The form brings more than is taken."""


def require_own(request: Request, origin: str) -> None:
    """Refuse a form that stands on somebody else's page. Raises HTTPException.

    A browser names the page's origin (RFC 6454, section 7), or `null` where the page forbids it,
    as ours do.
    """
    named = request.headers.get("origin")
    if named is not None and named != "null" and named.lower() != origin:
        raise HTTPException(403)


@asynccontextmanager
async def read_form(request: Request, upload_bytes: int) -> AsyncIterator[FormData]:
    """The form; files beyond a megabyte are on disk, and gone when the block ends.

    Raises HTTPException where it is none or a field is far too long (422), TooLarge where it brings
    more than `upload_bytes`.
    """
    if int(request.headers.get("content-length", "0") or 0) > upload_bytes + FORM_BYTES:
        raise TooLarge
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _KINDS:
        raise HTTPException(415)
    try:
        form = await request.form(max_files=_FILES, max_fields=_FIELDS, max_part_size=FORM_BYTES)
    except HTTPException as error:  # how Starlette tells of a part beyond its limit
        raise HTTPException(422 if "maximum size" in error.detail else 400) from None
    except (UnicodeError, LookupError, ValueError):  # a made-up character set
        raise HTTPException(400) from None
    try:
        yield form
    finally:
        await form.close()
