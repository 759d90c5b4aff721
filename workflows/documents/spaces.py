"""White space and lines: text as it reads, however a program has set it."""

import re
import unicodedata

from config.plain_text import UNUSABLE

# What is set as a space: full-width, non-breaking, thin ones, tabs.
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BREAKS = re.compile(r"\r\n|[\n\r\v\f\u0085\u2028\u2029]")
# What is not seen: soft hyphens, zero-width spaces and joiners, byte order marks, directions.
_UNSEEN = re.compile(r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Characters for radicals, which PDF programs write for the characters that look the same.
_RADICALS = re.compile(r"[\u2f00-\u2fdf\uf900-\ufaff]")

_ENDS = re.compile(r"[。；！？：;!?…]$|[。！？；][”’）)》】]$")
_NUMBER = r"[一二三四五六七八九十百零〇]+"
_BEGINS = re.compile(
    rf"{_NUMBER}、|第{_NUMBER}[章节条款部编]|[（(](?:{_NUMBER}|\d{{1,2}})[）)]"
    r"|\d{1,2}(?:[.．、](?!\d)|[)）])|\d{1,2}(?:\.\d{1,2}){1,3}(?=[\s\u4e00-\u9fff])"
    r"|[①-⑳⑴-⒇⒈-⒛㈠-㈩]|附件|附表|附录|[-•·●■◆※★▪○]\s"
)
_LABEL = re.compile(r"[\u4e00-\u9fff]{2,8}[：:]")  # 联系人：
_HEADING = 30  # characters: a numbered line that short is a heading by itself


def begins_anew(text: str) -> bool:
    """Whether a line begins with a number or a mark, as a paragraph or an item does."""
    return _BEGINS.match(text) is not None


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence or a clause does."""
    return _ENDS.search(text[-2:]) is not None


def clean(text: str) -> str:
    """`text` with one plain space for each run of spaces, a newline for each break of lines, and
    without what is not seen."""
    text = _SPACES.sub(" ", _UNSEEN.sub("", _BREAKS.sub("\n", text)))
    text = UNUSABLE.sub("", text)
    text = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def joined(first: str, second: str) -> str:
    """Two pieces of one line, with a space between words of Latin letters alone."""
    if first and second and _is_latin(first[-1]) and _is_latin(second[0]):
        return f"{first} {second}"
    return first + second


def one_line(text: str) -> str:
    """A cell's or a heading's lines as one."""
    whole = ""
    for line in text.split("\n"):
        whole = joined(whole, line)
    return whole


def parted(above: str, line: str) -> bool:
    """Whether a line begins a paragraph of its own, told by the words at the break alone."""
    heading = len(above) < _HEADING and begins_anew(above)
    return heading or ends_sentence(above) or begins_anew(line) or bool(_LABEL.match(line))


def paragraphs_of(text: str) -> list[str]:
    """Cleaned text that holds line breaks, as paragraphs: a break after the end of a sentence, or
    before a number or a label, or after a heading, begins a new one; any other only broke the
    line."""
    found: list[str] = []
    for line in text.split("\n"):
        if not line:
            continue
        if found and not parted(found[-1], line):
            found[-1] = joined(found[-1], line)
        else:
            found.append(line)
    return found


def _is_latin(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in ",.;:)(")
