"""What stands in brackets or on a line of its own about a whole item: 完成时间, 责任部门."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from workflows.drafting.sentences import sentences_in

_DATE_KEYS = (
    "完成时间|完成时限|完成期限|时间节点|时限要求|办结时限|时间要求|时间安排|完成日期|工作时限"
    "|整改时限|时限"
)
_LEAD_KEYS = (
    "牵头单位|牵头部门|牵头处室|责任单位|责任部门|责任处室|责任科室|责任主体|承办单位|承办部门"
    "|主办单位|主责单位|负责单位|负责部门|落实单位|实施单位|牵头责任单位|牵头科室"
)
_HELP_KEYS = (
    "配合单位|配合部门|配合处室|协办单位|协同单位|参与单位|参加单位|协助单位|配合科室|责任配合单位"
)
_OTHER_KEYS = "责任领导|牵头领导|分管领导|包联领导|联系领导|责任人|具体责任人|负责人|联系人"
_KEY = re.compile(
    rf"(?P<key>{_DATE_KEYS}|{_LEAD_KEYS}|{_HELP_KEYS}|(?P<other>{_OTHER_KEYS}))"
    r"(?!要|应|须|必须|对照|按照|按|均|都|是)\s*[:：为]?\s*"
)
_NOTE_SENTENCE = re.compile(r"[^：:，。；]{2,8}[：:]")
_THEIRS = re.compile(r"由?(?P<who>[^，。；]{2,30}?)负责(?:组织)?(?:落实|实施)?。")  # 各市负责。
_LEADS = re.compile(
    r"^(?P<who>[^：:。]{2,60}?)(?:牵头负责|牵头组织|牵头落实|牵头|负责落实|负责)(?=[，,；]|$)"
)
_HELPS = re.compile(
    r"[，,；](?P<who>[^：:。]{2,80}?)(?:按照?职责分工)?(?:配合|协助|参与|按职责分工负责|指导)$"
)
_DONE_BY = re.compile(
    r"[，,；](?:于|在)?(?P<date>[^，,；。]{0,12}\d[^，,；。]{0,10}(?:前|底|末|旬|内))(?:完成|落实|建成|办结|到位)?$"
)
_BRACKET = re.compile(
    r"[（(【〔［\[]([^（()）【】〔〕［］\[\]]*(?:[（(][^（()）]*[）)][^（()）【】〔〕［］\[\]]*)*)[）)】〕］\]]"
)
# 由某处牵头，某局、某中心配合。
_LED = re.compile(
    r"(?<![^。；，,\s])由?(?P<lead>[^，,。；\s]{2,40}?)牵头(?:负责)?"
    r"(?:[，,](?P<help>[^，,。；\s]{2,60}?)(?:配合|协助|协同|参与))?[。；，,]"
)
_OTHER_WHO = re.compile(r"各|所有|[一-龥]{2,4}(?:市|县|区|州)")


@dataclass(slots=True)
class Notes:
    """What was said about an item, as it was written."""

    date: str = ""
    lead: list[str] = field(default_factory=list)
    help: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.date or self.lead or self.help)

    @property
    def offices(self) -> list[str]:
        """All lists of offices, the leading first."""
        return [*self.lead, *self.help]

    def add(self, other: "Notes") -> None:
        """What `other` says too."""
        self.date = self.date or other.date
        self.lead += [one for one in other.lead if one not in self.lead]
        self.help += [one for one in other.help if one not in self.help]


def read_notes(text: str) -> Notes | None:
    """The notes in `text`, which is nothing but notes; None where it is something else."""
    keys = list(_KEY.finditer(text))
    if not keys or text[: keys[0].start()].strip(" 　（(【"):
        return None
    notes = Notes()
    for place, match in enumerate(keys):
        end = keys[place + 1].start() if place + 1 < len(keys) else len(text)
        value = text[match.end() : end].strip(" 　；;。，,）)】")
        if not value or match["other"]:
            continue
        key = match["key"]
        if re.fullmatch(_DATE_KEYS, key):
            notes.date = notes.date or value
        elif re.fullmatch(_HELP_KEYS, key):
            notes.help.append(value)
        else:
            notes.lead.append(value)
    # A lead stands before those that are merely responsible.
    return notes


def _by_roles(text: str) -> Notes | None:
    """（市公安局牵头，市教育局、各区县配合，6月底前完成）."""
    when = _DONE_BY.search(text)
    text = text[: when.start()] if when is not None else text
    lead = _LEADS.search(text)
    helping = _HELPS.search(text)
    if len(text) > 120 or (lead is None and helping is None) or re.search(r"[。；]", text):
        return None
    notes = Notes(date=when["date"] if when is not None else "")
    if lead is not None and (words := lead["who"].strip("由 　")):
        notes.lead.append(words)
    if helping is not None and (words := helping["who"].strip("由， 　")):
        notes.help.append(words)
    return notes if notes.lead else None


def notes_end(text: str, is_office: Callable[[str], bool]) -> list[int]:
    """Where each bracket of notes in `text` ends."""
    return [match.end() for match in _BRACKET.finditer(text) if _in_bracket(match[1], is_office)]


def _in_bracket(inside: str, is_office: Callable[[str], bool]) -> Notes | None:
    notes = read_notes(inside) or _by_roles(inside)
    if notes is None and len(inside) <= 120 and is_office(inside):
        notes = Notes(lead=[inside])
    return notes


def take_notes(text: str, is_office: Callable[[str], bool]) -> tuple[str, Notes]:
    """`text` with blanks for its brackets of notes, and what they say.

    A bracket of office names alone is a note too; `is_office` knows them.
    """
    found = Notes()

    def taken(match: re.Match[str]) -> str:
        notes = _in_bracket(match[1], is_office)
        if notes is None:
            return match[0]
        found.add(notes)
        return "　" * len(match[0])

    text = _BRACKET.sub(taken, text)
    for match in reversed([*_LED.finditer(text)]):
        if is_office(match["lead"]):
            found.add(Notes(lead=[match["lead"]], help=[match["help"]] if match["help"] else []))
            # Where the sentence goes on without another who, it is the lead that acts.
            acts = match[0].endswith(("，", ",")) and not _OTHER_WHO.match(text[match.end() :])
            kept = match.end("lead") if acts else match.start()
            text = text[:kept] + "　" * (match.end() - kept) + text[match.end() :]
    for sentence in sentences_in(text)[1:]:
        # …。责任单位：甲局。完成时限：6月底前。
        told = read_notes(sentence.text) if _NOTE_SENTENCE.match(sentence.text) else None
        if (theirs := _THEIRS.fullmatch(sentence.text)) is not None:
            told = Notes(lead=[theirs["who"]])
        if told is not None:
            found.add(told)
            blank = "　" * len(sentence.text)
            text = f"{text[: sentence.start]}{blank}{text[sentence.end :]}"
    return text, found
