"""A document's attachments: where each begins, its number and title, and what stands in it."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from workflows.documents.model import Block, Paragraph, Place, Table
from workflows.drafting.numbering import SECTION, chinese_value, number_of
from workflows.drafting.titles import is_section_title, is_title_line

_NUMBER = r"(?P<number>\d{1,2}(?:-\d{1,2})?|[一二三四五六七八九十]{1,3})?"
_ALONE = re.compile(rf"附\s*(?P<sort>[件表])\s*{_NUMBER}\s*[:：]?\s*")
_TITLED = re.compile(rf"附\s*(?P<sort>[件表])\s*{_NUMBER}\s*[:：]?\s*(?P<title>.+)")
_LISTED = re.compile(
    r"(?:附\s*[件表]\s*[:：]?\s*)?(?P<number>\d{1,2}(?!\d))?\s*[.．、:：]?\s*(?P<title>\S.*)"
)
_LINES_OF_TITLE = 3


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment: 附件 or 附件2, its title on one line, and the blocks after the title."""

    number: str
    title: str
    place: Place
    blocks: tuple[Block, ...]


def split_attachments(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], list[Attachment]]:
    """The body, and the attachments in order. Each begins with a line of its own: 附件2."""
    starts = _starts(blocks)
    if not starts:
        return blocks, []
    body = blocks[: starts[0][0]]
    listed = _listed(body)
    ends = [place for place, _number, _title in starts[1:]] + [len(blocks)]
    found = []
    for (start, number, title), end in zip(starts, ends, strict=True):
        inside = blocks[start + 1 : end]
        used = 0
        if not title:
            title, used = _title(inside, listed.get(number[2:], ""))
        found.append(Attachment(number, title, blocks[start].place, inside[used:]))
    return body, found


def is_plan(attachment: Attachment) -> bool:
    """Whether an attachment is itself a plan: titled as one, with sections."""
    texts = [block.text.strip() for block in attachment.blocks if isinstance(block, Paragraph)]
    sections = 0
    for text in texts:
        number = number_of(text)
        sections += is_section_title(text) or (number is not None and number.rank <= SECTION)
    written = sum(len(text) for text in texts)
    return is_title_line(attachment.title) and sections >= 2 and written >= 100


def _starts(blocks: tuple[Block, ...]) -> list[tuple[int, str, str]]:
    """Place, label and title of each line with which an attachment begins."""
    texts = [block.text.strip() if isinstance(block, Paragraph) else "" for block in blocks]
    alone = [_ALONE.fullmatch(text) for text in texts]
    starts: list[tuple[int, str, str]] = []
    for place, text in enumerate(texts):
        if match := alone[place]:
            # 附件： above a list of titles, each with its number, heads the list.
            if not (text.endswith(("：", ":")) and _heads_list(texts, place)):
                starts.append((place, _label(match), ""))
            continue
        match = _TITLED.fullmatch(text)
        if match and len(text) <= 60 and not any(alone) and not _in_list(texts, place, match):
            starts.append((place, _label(match), match["title"].strip()))
    return starts


def _label(match: re.Match[str]) -> str:
    return f"附{match['sort']}{_arabic(match['number'])}"


def _arabic(number: str | None) -> str:
    if not number:
        return ""
    return number if number[0].isdigit() else str(chinese_value(number))


def _heads_list(texts: list[str], place: int) -> bool:
    following = number_of(texts[place + 1]) if place + 1 < len(texts) else None
    return following is not None and following.value == 1


def _in_list(texts: list[str], place: int, match: re.Match[str]) -> bool:
    """Whether a line 附件1：… stands in the list after the body, not above the attachment."""
    lines = [_TITLED.fullmatch(text) for text in texts]
    same = [n for n, line in enumerate(lines) if line and line["number"] == match["number"]]
    if match["number"] and len(same) > 1:
        return place != same[-1]
    if re.match(r"附\s*[件表]\s*[:：]", texts[place]) or re.search(r"[。；]", texts[place]):
        return True
    near = [*lines[max(place - 1, 0) : place], *lines[place + 1 : place + 2]]
    return any(near) or place + 1 == len(texts)


def _listed(body: tuple[Block, ...]) -> dict[str, str]:
    """Titles by number from the list after the body; what bears no number is counted in order."""
    titles: dict[str, str] = {}
    inside = False
    last = 0
    for block in body:
        text = block.text.strip() if isinstance(block, Paragraph) else ""
        if re.match(r"附\s*[件表]\s*[:：\d]", text):
            inside = True
        if inside and text and (match := _LISTED.fullmatch(text)):
            last = int(match["number"]) if match["number"] else last + 1
            titles[str(last)] = _compact(match["title"])
            if re.match(r"附\s*[件表]\s*[:：]", text) and not match["number"]:
                titles[""] = titles[str(last)]
    return titles


def _title(blocks: tuple[Block, ...], listed: str) -> tuple[str, int]:
    """The title on one line, from the first lines, and how many they are."""
    lines: list[str] = []
    for block in blocks[: _LINES_OF_TITLE if listed else _LINES_OF_TITLE - 1]:
        if isinstance(block, Table):
            break
        text = block.text.strip()
        number = number_of(text)
        if lines and (number is not None or re.search(r"[：:\t]|。$", text)):
            break
        if len(text) > 60 or "\t" in text or (not lines and number is not None):
            break
        lines.append(text)
        if listed and _alike("".join(lines), listed) > 0.9:
            break
        if not listed and is_title_line(text):
            break
    if listed and len(lines) > 1:
        # So many lines as make the listed title.
        best = max(range(1, len(lines) + 1), key=lambda n: _alike("".join(lines[:n]), listed))
        lines = lines[:best]
    title = _compact("".join(lines)) if lines else listed
    return title, len(lines)


def _compact(text: str) -> str:
    return re.sub(r"[\s　]+", "", text)


def _alike(text: str, other: str) -> float:
    return SequenceMatcher(None, _compact(text), other).ratio()
