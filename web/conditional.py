"""Conditional requests: validators and when 304 is the answer (RFC 9110, section 13)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime


def validators(etag: str, last_modified: datetime | None) -> dict[str, str]:
    """The ETag (strong) and Last-Modified headers."""
    headers = {"ETag": f'"{etag}"'}
    if last_modified is not None:
        headers["Last-Modified"] = format_datetime(last_modified.astimezone(UTC), usegmt=True)
    return headers


def is_unchanged(headers: Mapping[str, str], etag: str, last_modified: datetime | None) -> bool:
    """Whether the client has it already. If-None-Match goes before If-Modified-Since, which is
    then ignored (RFC 9110, section 13.2.2); the former compares weakly (13.1.2)."""
    wanted = headers.get("if-none-match")
    if wanted is not None:
        tags = {one.strip().removeprefix("W/") for one in wanted.split(",")}
        return "*" in tags or f'"{etag}"' in tags
    since = headers.get("if-modified-since")
    if since is None or last_modified is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, OverflowError):
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return last_modified.replace(microsecond=0) <= moment
