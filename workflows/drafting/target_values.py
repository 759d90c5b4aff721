"""One number of a sentence as a declaration's target: its value, its measure, whom it binds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workflows.documents.model import Place
from workflows.drafting.model import Read, Sure
from workflows.drafting.numerals import read_number, shown

AT_LEAST = (
    r"不少于|不低于|不得少于|不得低于|不小于|至少|达到|达(?![标成])|超过|突破|大于|高于"
    r"|稳定在|保持在|保持"
)
AT_MOST = (
    r"不超过|不高于|不多于|不大于|不得超过|不得高于|(?<![不得])[低少]于|控制在|降至|下降到|压减到"
)
_TIME = re.compile(
    r"(?:(?:19|20)\d\d年)?(?:\d{1,2}\s*月(?:份)?(?:\d{1,2}[日号])?(?:底|末|上旬|中旬|下旬)?|\d{1,2}[日号]|"
    r"第?[一二三四]季度(?:末|底)?|(?:当年|今年|本年)?年?[底末](?=之?前|以前)|年[底末内]|"
    r"每[年月季周](?:度)?(?:末|底)?)(?:之前|以前|前)?|(?:19|20)\d\d年"
)
_LEAD_IN = re.compile(
    r"^(?:其中|同时|并|且|以及|和|及|即|确保|力争|争取|努力|原则上|基本|要求|累计|共|应|要|须|需|将|"
    r"到|截至|至|前|底|末|，|、|：|:)+"
)
_STRIVEN = re.compile(
    r"力争|争取|努力|力求|尽量|有望|基本(?!原则|要求|情况|信息|公共|建设|养老|医疗|标准|条件|服务|药物|农田)|原则上"
)
WHOLE = re.compile(r"全省|全市|全县|全区|全州|全域|全国|全系统|全行业|全辖区")
EVERY = re.compile(r"各|每个")
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年")
_WHO_BY_WHEN = re.compile(
    r"(?:(?:各|其他|其余)[^，]{1,16}?)?(?:于|在)?\s*\d{1,2}\s*月[^，]{0,12}?(?:之前|以前|前|底|末|旬)(?:至少)?"
)
COMPARED = re.compile(f"{AT_MOST}|{AT_LEAST}")
_EACH = re.compile(r"(?P<kinds>[^，。；;：、和及]{1,20}(?:[、和及][^，。；;：、和及]{1,20})+)$")
_CHOICE = re.compile(r"^(?P<one>[^，。；;、或]{1,15})或者?(?P<other>[^，。；;、或]{1,15})")
MOST_TITLE = 60  # characters
_MOST_WORDS = 100
WhoOf = Callable[[str], Any]  # whom words name, as a selector in its short form; None for nobody


@dataclass(slots=True)
class Piece:
    """A part of a sentence up to 。 or ；: as it stands, and with what is no number hidden."""

    masked: str
    plain: str
    place: Place
    who_of: WhoOf | None
    whole: bool


def figure_target(
    piece: Piece, match: re.Match[str], title: str, since: int
) -> Read[dict[str, Any]]:
    """`since` is where the words of the number before this one end."""
    text = match["number"]
    measure = "%" if text.startswith("百分之") else (match["measure"] or "").replace("％", "%")
    value = read_number(text.removeprefix("百分之")) or 0
    if measure == "元" and text[-1] in "万亿":
        value, measure = read_number(text[:-1]) or 0, f"{text[-1]}元"
    before, after = match["before"] or "", match["after"] or ""
    most = re.search(AT_MOST, before) or after in {"以下", "及以下", "以内", "之内"}
    goal: dict[str, Any] = {}
    sure = Sure.CERTAIN
    if measure == "%":
        goal["measure"] = "share" if value <= 100 else "number"
    if most:
        goal["operator"] = "<="
    kinds = (
        _EACH.search(piece.plain[max(0, match.start() - 80) : match.start()])
        if before.startswith("各")
        else None
    )
    choice = _CHOICE.match(piece.plain[match.end() :])
    if kinds and (names := _kinds(kinds["kinds"])):
        goal["categories"] = dict.fromkeys(names, shown(value))
        title = re.split(r"[，,：:]", piece.plain[: match.start()])[-1]
        title = plain_title(COMPARED.split(title.removesuffix("、".join(names)))[0])
        sure = Sure.LIKELY
    elif choice and choice["one"][-1] == choice["other"][-1]:
        goal["categories"] = dict.fromkeys((choice["one"], choice["other"]), shown(value))
        goal["need"] = "any"
        title = title.removesuffix(choice[0])
        sure = Sure.LIKELY
    else:
        goal["value"] = shown(value)
    if not (after or COMPARED.search(before)) or after == "左右":
        sure = Sure.LIKELY
    return target_of(piece, match.span(), goal, measure, sure, title, since)


def _kinds(text: str) -> list[str]:
    """加油站型、物流园区型 out of 至少包括加油站型、物流园区型."""
    names = [one.strip() for one in re.split(r"[、和及]", text)]
    names[0] = re.split(r"包括|包含|含|：|:|设|建", names[0])[-1]
    ending = {one[-1:] for one in names}
    return names if len(ending) == 1 and all(names) else []


def growth_target(piece: Piece, match: re.Match[str]) -> Read[dict[str, Any]]:
    """A rise or fall against an earlier figure, which a unit reports."""
    number = match["number"].removeprefix("百分之").rstrip("%％ ")
    share = (read_number(number) or 0) / 100
    falls = match["way"] in {"下降", "降低", "减少", "压减"}
    times = max(1 - share, 0.000001) if falls else 1 + share
    goal: dict[str, Any] = {
        "baseline": {"times": shown(times), "attribute": base_attribute(piece, match.end())}
    }
    if falls or match["sign"] == "不超过":
        goal["operator"] = "<="
    return target_of(piece, match.span(), goal, "个", Sure.LIKELY)


def base_attribute(piece: Piece, before: int) -> str:
    """The attribute that holds the earlier figure: a unit reports it (duban units set)."""
    years = _YEAR.findall(piece.plain[:before])
    return f"base_{years[-1]}" if years else "base_last_year"


def words_around(piece: Piece, span: tuple[int, int]) -> str:
    """What stands between the commas around a number."""
    start = max(piece.plain.rfind(sign, 0, span[0]) for sign in "，,：:") + 1
    return piece.plain[start:].split("，")[0].strip()[:_MOST_WORDS]


def target_of(
    piece: Piece,
    span: tuple[int, int],
    goal: dict[str, Any],
    measure: str,
    sure: Sure,
    title: str = "",
    since: int = 0,
) -> Read[dict[str, Any]]:
    """The target with what stands around its number: title, whom it binds, how firmly."""
    words = words_around(piece, span)
    start = max(piece.plain.rfind(sign, 0, span[0]) for sign in "，,：:") + 1
    before = piece.plain[start : span[0]]
    if not title:
        title = plain_title(re.sub(r"在[^，]{0,12}基础上|(?:实现|达到|较|比)$", "", before))
    title = title or _WHO_BY_WHEN.sub("", piece.plain.strip())[:MOST_TITLE]
    target: dict[str, Any] = {"title": title}
    own = piece.plain[max(start, since) : span[0]]
    who = piece.who_of(own) if piece.who_of else None
    of_all = piece.whole and who is None and not EVERY.search(own)
    if WHOLE.search(own) or of_all:
        target["scope"] = "province"
    elif who is not None:
        target["who"] = who
    target |= {**goal, "unit_of_measure": measure}
    if _STRIVEN.search(piece.plain[start : span[1]]):
        target["binding"] = "strive"
    return Read(target, sure, piece.place, words)


def plain_title(before: str) -> str:
    """What is counted, out of the words before a number: without dates, actors, lead-in words."""
    if (when := _WHO_BY_WHEN.match(before)) is not None:
        before = before[when.end() :]
    before = _STRIVEN.sub("", _TIME.sub("", before))
    return _LEAD_IN.sub("", before.strip(" 、，"))
