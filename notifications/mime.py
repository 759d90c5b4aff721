"""A mail's bytes: headers folded, text, page and calendar as parts in base64 (RFC 2045, 2046).

The same bytes as the standard library's `email` writes, which the tests compare, in a twentieth of
its time: a morning has thousands of mails.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from email.policy import compat32
from struct import unpack
from typing import NamedTuple
from urllib.parse import quote

from config.i18n import _

_WIRE = compat32.clone(linesep="\r\n")  # RFC 5321, section 2.3.8
_NEW_HEADER = re.compile(r"(\r\n|\r|\n)(?![ \t])")  # RFC 5322, section 2.2.3: not a folded line
_NOT_QUOTED = re.compile(r'[\x00-\x1f\x7f"\\]')  # what a quoted name cannot have as it is
_LINE = 76  # characters of a line (RFC 2045, section 6.8; RFC 2047, section 2)
_AROUND = len("=?utf-8?b??=")  # what an encoded word has around its text


class Picture(NamedTuple):
    """A PNG that a page shows as `cid:` and its `name` (RFC 2392), which is ASCII without spaces;
    saved, it is the file `file`."""

    name: str
    file: str
    content: bytes


class Enclosure(NamedTuple):
    """A file that goes with a mail: its name as people see it, its media type, its bytes."""

    name: str
    kind: str
    content: bytes


def mail_bytes(
    head: bytes,
    text: str,
    page: str,
    calendar: bytes,
    unique: str,
    picture: Picture | None = None,
    files: Sequence[Enclosure] = (),
) -> bytes:
    """A mail of the headers in `head`, with its text and the same as a page, which may show a
    `picture`; `calendar` is attached where it is not empty, then the `files`.

    `unique` is text of its own, of 32 letters and digits, for the boundaries: no line of base64
    holds an underscore, so that no part need be searched for them.
    """
    inner = b"=_a_" + unique.encode()
    kind = b'Content-Type: multipart/alternative;\r\n boundary="' + inner + b'"\r\n'
    shown = _part(b"text/html", page.encode())
    if picture is not None:
        shown = _related(shown, picture, b"=_r_" + unique.encode())
    bodies = _multipart(inner, [_part(b"text/plain", text.encode()), shown])
    if not calendar and not files:
        return kind + b"MIME-Version: 1.0\r\n" + head + bodies
    outer = b"=_m_" + unique.encode()
    attached = [_enclosed(one) for one in files]
    if calendar:
        ics = _part(
            b"text/calendar",
            calendar,
            b'; method="PUBLISH"',  # RFC 6047, section 2.4
            b'Content-Disposition: attachment; filename="duban.ics"\r\n',
        )
        attached.insert(0, ics)
    return (
        b'Content-Type: multipart/mixed; boundary="' + outer + b'"\r\nMIME-Version: 1.0\r\n'
        + head
        + _multipart(outer, [kind + b"MIME-Version: 1.0\r\n" + bodies, *attached])
    )  # fmt: skip


def header(name: str, value: str) -> bytes:
    """One header, folded where it is long. Raises ValueError where it would become two."""
    line = f"{name}: {value}"
    if len(line) < _LINE and line.isascii() and line.isprintable() and value == value.strip():
        return line.encode() + b"\r\n"
    if _NEW_HEADER.search(value):
        raise ValueError(_("there is a line break in its header {name}").format(name=name))
    return _WIRE.fold_binary(name, value)


def header_of_words(name: str, text: str) -> bytes:
    """The header `name` that says `text`, which is on one line, in encoded words of base64, each of
    whole characters (RFC 2047, section 5)."""
    words, begin, length = [], 0, 0
    room = _LINE - len(name) - 2  # the first line has the name, a colon and a space
    for place, character in enumerate(text):
        octets = len(character.encode())
        if (length + octets + 2) // 3 * 4 > room - _AROUND:
            words.append(_word(text[begin:place]))
            begin, length, room = place, 0, _LINE - 1
        length += octets
    words.append(_word(text[begin:]))
    return f"{name}: ".encode() + b"\r\n ".join(words) + b"\r\n"


def _word(text: str) -> bytes:
    return b"=?utf-8?b?" + b2a_base64(text.encode(), newline=False) + b"?="


def _part(kind: bytes, content: bytes, parameters: bytes = b"", more: bytes = b"") -> bytes:
    return (
        b"Content-Type: " + kind + b'; charset="utf-8"' + parameters + b"\r\nMIME-Version: 1.0\r\n"
        b"Content-Transfer-Encoding: base64\r\n" + more + b"\r\n" + _in_lines(content)
    )  # fmt: skip


def _related(page: bytes, picture: Picture, boundary: bytes) -> bytes:
    """The page with its picture (RFC 2387), which programs do not list as an attachment."""
    shown = (
        b"Content-Type: image/png\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n"
        + header("Content-ID", f"<{picture.name}>")
        + header("Content-Disposition", f'inline; filename="{picture.file}"')
        + b"\r\n" + _in_lines(picture.content)
    )  # fmt: skip
    return (
        b'Content-Type: multipart/related; type="text/html";\r\n boundary="' + boundary
        + b'"\r\nMIME-Version: 1.0\r\n' + _multipart(boundary, [page, shown])
    )  # fmt: skip


def _enclosed(file: Enclosure) -> bytes:
    """A file as a part. Its name stands twice: as RFC 2231 (section 4) wants it, and as an encoded
    word for the mail programs that know only that."""
    plain = file.name.isascii() and not _NOT_QUOTED.search(file.name)
    called = file.name.encode() if plain else _word(file.name)
    says = (
        b'filename="' + called + b'"' if plain else b"filename*=utf-8''" + quote(file.name).encode()
    )
    return (
        b"Content-Type: " + file.kind.encode() + b';\r\n name="' + called + b'"\r\n'
        b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment;\r\n " + says + b"\r\n\r\n" + _in_lines(file.content)
    )  # fmt: skip


def _in_lines(content: bytes) -> bytes:
    """`content` in base64, in full lines and what is left."""
    letters = b2a_base64(content, newline=False)
    full = len(letters) // _LINE
    lines = unpack(f"{_LINE}s" * full, letters[: full * _LINE])
    left = letters[full * _LINE :]
    return b"\r\n".join((*lines, left, b"") if left else (*lines, b""))


def _multipart(boundary: bytes, parts: Iterable[bytes]) -> bytes:
    between = b"\r\n--" + boundary
    return b"".join(between + b"\r\n" + one for one in parts) + between + b"--\r\n"
