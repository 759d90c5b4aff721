"""What holds for the bytes, whatever they say (RFC 5545, 3.1)."""

import re
from collections.abc import Iterator

from tests.support.rfc5545.rules import of_bytes

_LONGEST = 75  # octets, without the line break
_WIRE = "RFC 5545, 3.1"


@of_bytes(_WIRE)
def crlf_ends_each_line(body: bytes) -> Iterator[str]:
    """Lines are delimited by CRLF; neither stands alone."""
    if not body.endswith(b"\r\n"):
        yield "the last line has no end"
    for found in re.finditer(rb"\r(?!\n)|(?<!\r)\n", body):
        yield f"a bare {found[0]!r} at octet {found.start()}"


@of_bytes(_WIRE)
def no_line_is_longer_than_75_octets(body: bytes) -> Iterator[str]:
    """The line break is not counted."""
    for line in body.split(b"\r\n"):
        if len(line) > _LONGEST:
            yield f"{len(line)} octets: {line!r}"


@of_bytes(_WIRE)
def no_character_is_split_by_a_fold(body: bytes) -> Iterator[str]:
    """A multi-octet sequence that is folded in the middle is folded improperly."""
    for line in body.split(b"\r\n"):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            yield repr(line)


@of_bytes(_WIRE)
def no_line_is_empty(body: bytes) -> Iterator[str]:
    """A content line has a name at least, and a continuation says something."""
    for number, line in enumerate(body.removesuffix(b"\r\n").split(b"\r\n"), start=1):
        if not line.strip(b" \t"):
            yield f"line {number}"


@of_bytes(_WIRE)
def no_control_characters(body: bytes) -> Iterator[str]:
    """CONTROL: all but the tab and what breaks lines."""
    for found in re.finditer(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", body):
        yield f"{found[0]!r} at octet {found.start()}"


@of_bytes(_WIRE)
def no_mark_before_the_first_line(body: bytes) -> Iterator[str]:
    """It is BEGIN:VCALENDAR (3.4); a byte order mark belongs to no content line."""
    if not body.upper().startswith(b"BEGIN:VCALENDAR\r\n"):
        yield repr(body[:20])
