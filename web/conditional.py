"""Conditional requests: validators, when 304 is the answer, and in which coding (RFC 9110)."""

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


def accepts_gzip(headers: Mapping[str, str]) -> bool:
    """Whether the client takes an answer in gzip (RFC 9110, section 12.5.3)."""
    weights = {"gzip": 0.0, "*": 0.0}
    for one in headers.get("accept-encoding", "").lower().split(","):
        coding, _semicolon, parameter = one.partition(";")
        name = coding.strip().removeprefix("x-")  # the old name of it (8.4.1.3)
        if name in weights:
            weights[name] = _weight(parameter)
    named = "gzip" in headers.get("accept-encoding", "").lower()
    return weights["gzip" if named else "*"] > 0


def _weight(parameter: str) -> float:
    name, _equals, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
