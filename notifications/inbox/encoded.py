"""Text out of bytes that strangers sent: header values, file names, bodies.

Nothing here raises: an unknown or wrong charset is guessed, UTF-8 before GB 18030.
"""

import binascii
import quopri
import re
from urllib.parse import unquote_to_bytes

LONGEST = 20_000  # characters of a header that are looked at

_CHINESE = re.compile(r"(?:x-)?(?:gb[-_]?\d+|gbk|cp936|ms936|euc-cn|hz)", re.IGNORECASE)
# Only these: some of Python's codecs are no charsets of mail, and do other things than decode.
_USUAL = re.compile(
    r"utf-?(?:8|16|16le|16be)|(?:us-)?ascii|big5(?:-?hkscs)?|(?:iso|iso_)-?8859-?\d{1,2}"
    r"|windows-?125\d|koi8-[ru]|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp",
    re.IGNORECASE,
)
# RFC 2047, section 2; the charset may have a language behind it (RFC 2231, section 5).
_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_PARAMETER = re.compile(
    r';\s*([\w-]{1,40}(?:\*\d{0,3}){0,1}\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.S
)
_PIECE = re.compile(r"([\w-]+)(?:\*(\d{1,3}))?(\*)?")


def decoded(content: bytes, charset: str = "") -> str:
    """The text of these bytes in `charset`, or in what it seems to be."""
    name = charset.strip().strip("\"'")
    if _CHINESE.fullmatch(name):
        return content.decode("gb18030", "replace")  # takes in the older ones
    if _USUAL.fullmatch(name):
        try:
            return content.decode(name)
        except (UnicodeError, LookupError):
            pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def raw_text(value: object) -> str:
    """A header's value as it came, with its 8-bit bytes (RFC 6532, or none's business) decoded."""
    text = str(value)[:LONGEST]
    return decoded(text.encode("utf-8", "surrogateescape"))


def header_text(value: object) -> str:
    """A header's value as people read it: unfolded, its encoded words decoded (RFC 2047)."""
    return _without_words(" ".join(raw_text(value).split()))


def _without_words(text: str) -> str:
    # Many programs break a character over two words: what stands together is decoded together.
    text = _BETWEEN.sub(r"\1", text)
    parts: list[str] = []
    waiting, charset, place = b"", "", 0
    for found in _WORD.finditer(text):
        apart = text[place : found.start()]
        if waiting and (apart or found[1].lower() != charset):
            parts.append(decoded(waiting, charset))
            waiting = b""
        parts.append(apart)
        waiting, charset, place = waiting + _word_bytes(found), found[1].lower(), found.end()
    if waiting:
        parts.append(decoded(waiting, charset))
    return "".join([*parts, text[place:]])


def _word_bytes(found: re.Match[str]) -> bytes:
    content = found[3].encode("utf-8", "replace")
    if found[2] in "qQ":
        return quopri.decodestring(content, header=True)
    try:
        return binascii.a2b_base64(content + b"===")
    except binascii.Error:
        return content


def parameter(value: object, name: str) -> str:
    """A parameter of a header such as Content-Disposition; '' where there is none.

    Plain, in encoded words, in pieces with a charset (RFC 2231), or in raw bytes.
    """
    pieces: list[tuple[int, bool, str]] = []
    for key, found in _PARAMETER.findall(raw_text(value)):
        match = _PIECE.fullmatch(key)
        if match is None or match[1].lower() != name:
            continue
        text = found.strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S)
        pieces.append((int(match[2] or 0), bool(match[3]), text))
    extended = [one for one in pieces if one[1]]
    if not extended and len(pieces) < 2:
        return _without_words(" ".join(pieces[0][2].split())) if pieces else ""
    # Who sends both means the extended one (RFC 6266, section 4.3).
    numbered = {place: (coded, text) for place, coded, text in [*pieces, *extended]}
    charset, content = "", b""
    for place, (coded, text) in sorted(numbered.items()):
        if coded and place == 0 and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        content += unquote_to_bytes(text) if coded else text.encode("utf-8", "replace")
    return decoded(content, charset)
