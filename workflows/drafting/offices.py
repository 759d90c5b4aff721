"""The organisation's offices as a line names them, and what of a line tells of a person: names and
telephone numbers, which no draft ever holds."""

import re
import unicodedata

from workflows.organisation import Organisation

_PHONE = re.compile(
    r"(?:[（(]?0\d{2,3}[）)]?[\s\-－—–]{0,3})?(?<!\d)\d{7,8}(?:[\-－—–转]\d{1,5})?(?!\d)|"
    r"(?<!\d)1[3-9]\d[\s\-]?\d{4}[\s\-]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[\-－—–]\d{7,8}"
)
_LABEL = (
    r"签\s*发\s*人|联\s*系\s*人|联\s*络\s*[人员]|负\s*责\s*人|经\s*办\s*人|咨\s*询\s*人|联\s*系\s*方\s*式|"
    r"联\s*系\s*电\s*话|咨\s*询\s*电\s*话|电\s*话|手\s*机|传\s*真"
)
_AFTER_LABEL = re.compile(
    rf"(?P<label>(?:{_LABEL})\s*(?:及(?:联系)?电话)?\s*[：:])(?P<rest>[^。；]*)"
)
# 联系人 某某 电话 138…: a name between two labels, or between a label and its number.
_WITHOUT_COLON = re.compile(
    rf"(?P<label>{_LABEL})[\s　]+[\u4e00-\u9fff]{{1,2}}[\s　]?[\u4e00-\u9fff]{{1,2}}"
    rf"(?=[\s　，,（(]*(?:(?:{_LABEL})?[\s　：:]*(?:{_PHONE.pattern})))"
)
_BEFORE_PHONE = re.compile(
    rf"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{{1,2}}\s{{0,2}}[\u4e00-\u9fff]{{1,2}}\s*[，,：:]?\s*(?={_PHONE.pattern})"
)


def office_in(line: str, organisation: Organisation) -> str:
    """The department that a line begins with, behind a label or by itself; '' for none."""
    plain = re.sub(rf"^\s*(?:(?:{_LABEL})\s*[：:])?\s*", "", unicodedata.normalize("NFKC", line))
    best = ""
    found = ""
    for office in organisation.departments:
        for name in (office.name, *office.aliases):
            if plain.startswith(name) and len(name) > len(best):
                best, found = name, office.name
    return found


def without_persons(text: str) -> str:
    """Text in which … stands for telephone numbers and for the names beside them."""

    def hide(match: re.Match[str]) -> str:
        rest = match["rest"]
        # What stands there is no person where it is long and has no number: 联系人：由各地明确。
        if not _PHONE.search(rest) and len("".join(rest.split())) > 12:
            return match[0]
        parts = [one for one in re.split(r"[\s：:，,、]+", rest) if one]
        offices = [one for one in parts if re.search(r"[处室局厅科中心办部委站队组]$", one)]
        return match["label"] + "".join(f"{one} " for one in offices) + "…" if parts else match[0]

    text = _AFTER_LABEL.sub(hide, text)
    text = _WITHOUT_COLON.sub(r"\g<label> …", text)
    return _PHONE.sub("…", _BEFORE_PHONE.sub("…", text))


def has_phone(text: str) -> bool:
    """Whether a telephone number stands in the text."""
    return bool(_PHONE.search(text))
