"""Numbers to reach in a sentence, as a declaration takes them (workflows/targets/declared.py).

`不少于12个`, `70个以上`, `达到20万件`, `98%以上`, `全覆盖`, `翻两番`; `力争`, `基本` and `原则上`
make a number one that is striven for. A number without a word that says so is a likely
one where a verb of doing stands before it (`新建3座`); dates, document numbers and what stands in
book title marks are none.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from config.i18n import _
from workflows.documents.model import Place
from workflows.drafting.model import Read, Sure
from workflows.drafting.numerals import NUMBER, read_number, shown
from workflows.drafting.target_values import (
    AT_LEAST,
    AT_MOST,
    COMPARED,
    EVERY,
    MOST_TITLE,
    WHOLE,
    Piece,
    WhoOf,
    base_attribute,
    figure_target,
    growth_target,
    plain_title,
    target_of,
    words_around,
)

# What is counted in; not times (日, 月), kinds (类) or document numbers (号).
_MEASURES = (
    "亿元|万元|元|平方公里|平方米|立方米|公里|千米|海里|米|公顷|亩|万吨|吨|公斤|千瓦时|千瓦|兆瓦|"
    "人次|人|名|位|户次|户|辆次|辆|台套|台次|台|架次|架|艘次|艘|列|标箱|家次|家|个百分点|个|项|"
    "条|件|起|宗|座|处|所|间|栋|套|部|支|张|本|册|份|篇|幅|期|场次|场|次|遍|轮|批次|批|班次|"
    "班|盏|根|面|趟|单|笔|例|对|组|只|头|株|棵|块|片|村|站|点|课时|学时|小时|%|％"
)
_DOING = (
    r"完成|新建|新增|新改建|改建|扩建|建成|建设|改造|打造|培育|开通|创建|培训|新开|更新|购置|投放|"
    r"配备|设置|开展|组织|举办|推出|实施|安装|治理|整治|修复|排查|检查|抽查|发放|招录|引进|覆盖|"
    r"实现|消除|提供|选取|遴选|评选|发布|制作|报送|推送"
)
_FIGURE = re.compile(
    rf"(?P<before>(?:{AT_MOST}|{AT_LEAST}|{_DOING})[^，。；;、]{{0,6}}?|各)?"
    rf"(?P<number>百分之{NUMBER}|{NUMBER})\s*(?P<more>余|多|来)?\s*(?P<measure>{_MEASURES})?"
    r"(?P<after>及以上|（含）以上|以上|及以下|以下|以内|之内|左右)?"
)
_MULTIPLE = re.compile(rf"翻(?P<times>{NUMBER})?番")
_GROWTH = re.compile(
    rf"(?:同比|比上年|较上年|比\d{{4}}年|较\d{{4}}年|比去年|较去年|年均)[^，。；;]{{0,20}}?"
    rf"(?P<way>增长|提高|提升|增加|上升|下降|降低|减少|压减)(?P<sign>不少于|不低于|达到|超过|不超过)?"
    rf"(?P<number>百分之{NUMBER}|{NUMBER}\s*[%％])"
)
_POINTS = re.compile(rf"(?P<number>{NUMBER})\s*个百分点")
_COVERED = re.compile(r"全覆盖|全面覆盖|覆盖率达到?百分之百")
_ALL_OF = re.compile(r"(?:全部|应\S尽\S)")
# Never a number to reach: book titles, document numbers, brackets that cite, and spans of time.
_MASKED = re.compile(
    r"《[^》]*》|“[^”]*、[^”]*”|“[^”]*[\d百千万][^”]*”|〔\d+〕\s*\d+\s*号|\d+(?:\.\d+)*号|（见?附件[^）]*）|附件\s*\d*|"
    rf"(?:电子|纸质|书面|扫描|复印)[版件稿]?[^，。；;]{{0,12}}?各?(?:{NUMBER})[份套]|"
    rf"第{NUMBER}|(?:{NUMBER})\s*个?(?:工作日|自然日|日|天|周|月|季度|年)(?!度)(?:内|前|以内)?"
)
# 70%以上的城市不少于12个: the first number only tells which ones count.
_QUALIFIES = re.compile(r"的[^，。；]{1,14}?(?:不少于|不低于|至少|达到|超过)")
_PERSON = re.compile(r"(?:确定|明确|指定|安排|指派|落实|配备|推荐)[^，。；]{0,4}$")
_NO_THING = re.compile(
    rf"其余|其他|其它|每个|要在|(?:[各全每两]|[三四五])?(?:省|市|县|区|辖|直管|[（(]市[)）]|地|级|单位|州)+|"
    rf"(?:{_DOING})(?!率)"
)
_LEVELS = re.compile(
    r"^(?:其余|其他|其它|每个|各|全(?!面|部|程|域|覆盖)|两|省辖|省直管|直管|[省市县区州地](?![一-龥]{0,2}[局委厅])|级|单位|[（(]市[)）]|、)+"
)
_TAIL = re.compile(r"(?:总数)?[的各]$")
_WHO_DOES = re.compile(rf"^[一-龥、（）]{{2,40}}?(?:市|县|区|州|支队)[）)]?各?(?=(?:{_DOING}))")
_ONLY_WHO = re.compile(r"(?:其中|其他|其余)?[一-龥、（）]{0,40}(?:市|县|区|州|支队)[）)]?各?")
_LONGEST = 600  # characters of a part of a sentence: a longer one is read in pieces


@dataclass(slots=True)
class Numbers:
    """The numbers of a sentence, and what about its numbers is not clear."""

    targets: list[Read[dict[str, Any]]] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)


def targets_in(text: str, place: Place, who_of: WhoOf | None = None) -> list[Read[dict[str, Any]]]:
    """The numbers to reach in `text`, in the form of a target without its id.

    `who_of` reads a selector from the words before a number; None where they name nobody.
    """
    return read_numbers(text, place, who_of).targets


def read_numbers(text: str, place: Place, who_of: WhoOf | None = None, before: str = "") -> Numbers:
    """The numbers to reach in `text`, and questions about those that cannot be read.

    `before` is what stands before it in its sentence: a number may count what is named there.
    """
    if before:
        in_sentence = read_numbers(f"{before}{text}", place, who_of).targets
        own = read_numbers(text, place, who_of)
        return Numbers(_titled(own.targets, in_sentence), own.asks)
    found = Numbers()
    # Only the width of letters and digits changes, so that places in both texts are the same.
    plain = "".join(_narrow(sign) for sign in text)
    masked = _MASKED.sub(lambda match: "▢" * len(match[0]), plain)
    whole = False
    for match in re.finditer(rf"[^。；;\n]{{1,{_LONGEST}}}", masked):
        words = plain[match.start() : match.end()]
        # 全省 holds until somebody is named: 全省新增…；打造…；各市…
        whole = bool(WHOLE.search(words)) or (whole and not EVERY.search(words))
        _read_piece(Piece(match[0], words, place, who_of, whole), found)
    return found


def _titled(
    own: list[Read[dict[str, Any]]], whole: list[Read[dict[str, Any]]]
) -> list[Read[dict[str, Any]]]:
    """Numbers with the titles that they have in their whole sentence: its last ones."""
    if len(own) > len(whole):
        return own
    return [
        Read({**one.value, "title": other.value["title"]}, one.sure, one.place, one.words)
        if one.value.get("value") == other.value.get("value")
        else one
        for one, other in zip(own, whole[len(whole) - len(own) :], strict=True)
    ]


def _narrow(sign: str) -> str:
    folded = unicodedata.normalize("NFKC", sign)
    return folded if len(folded) == 1 and (folded.isalnum() or folded == "%") else sign


def _read_piece(piece: Piece, found: Numbers) -> None:
    masked = piece.masked
    taken: list[tuple[int, int]] = []
    for match in _GROWTH.finditer(masked):
        taken.append(match.span())
        found.targets.append(growth_target(piece, match))
    for match in _MULTIPLE.finditer(masked):
        taken.append(match.span())
        times = read_number(match["times"] or "一") or 1
        if times > 10:
            continue
        base = {"times": shown(2**times), "attribute": base_attribute(piece, match.start())}
        found.targets.append(target_of(piece, match.span(), {"baseline": base}, "个", Sure.LIKELY))
    for match in _POINTS.finditer(masked):
        taken.append(match.span())
        found.asks.append(
            _(
                "“{words}” counts from an earlier figure that the document does not name here"
            ).format(words=words_around(piece, match.span()))
        )
    for match in _COVERED.finditer(masked):
        if not _overlaps(match.span(), taken):
            taken.append(match.span())
            goal = {"measure": "share", "value": 100}
            title = plain_title(re.split(r"[，,：:、]", piece.plain[: match.start()])[-1])
            title = re.sub(r"^实现", "", title)
            found.targets.append(target_of(piece, match.span(), goal, "%", Sure.LIKELY, title))
    figures: list[re.Match[str]] = []
    for match in _FIGURE.finditer(masked):
        if not _overlaps(match.span("number"), taken) and (
            _is_goal(masked, match) or (figures and _goes_on(masked, figures[-1], match))
        ):
            figures.append(match)
    titles = _titles(piece, figures)
    since = 0
    for match, title in zip(figures, titles, strict=True):
        last = found.targets[-1] if found.targets else None
        if last and "baseline" in last.value and title == _words_before(piece, match.start()):
            # 办件量在2021年基础上翻两番，达到20万件: both of one thing
            title = last.value["title"]
            last.value["unit_of_measure"] = match["measure"] or "%"
        found.targets.append(figure_target(piece, match, title, since))
        since = match.end()


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _is_goal(text: str, match: re.Match[str]) -> bool:
    measure = match["measure"] or ("%" if match["number"].startswith("百分之") else "")
    value = read_number(match["number"].removeprefix("百分之"))
    if not measure or value is None:
        return False
    if _QUALIFIES.match(text[match.end() :]):
        return False
    before = match["before"] or ""
    compared = COMPARED.search(before) or before.startswith("各") or match["after"]
    # 至少确定一名联络员 names a person, and counts nothing.
    head = text[max(0, match.start("number") - 8) : match.start("number")]
    if value == 1 and measure in {"名", "位", "人"} and _PERSON.search(head):
        return False
    # 形成一份报告, 开展一次检查: what is done, no number to reach.
    return bool(compared) or (bool(before) and value > 1)


def _goes_on(text: str, last: re.Match[str], match: re.Match[str]) -> bool:
    """Whether a number is one more of a list: 改造路灯300盏、站亭40座."""
    between = text[last.end() : match.start("number")]
    value = read_number(match["number"].removeprefix("百分之"))
    return "、" in between and "，" not in between and bool(match["measure"]) and (value or 0) > 1


def _titles(piece: Piece, figures: list[re.Match[str]]) -> list[str]:
    """What each number counts: the words around it, and those of its neighbour where its own
    stand there alone: 各市不少于12个、各县不少于8个的站台."""
    around = []
    for n, match in enumerate(figures):
        start = figures[n - 1].end() if n else 0
        end = figures[n + 1].start() if n + 1 < len(figures) else len(piece.plain)
        verb = COMPARED.sub("", (match["before"] or "").removeprefix("各"))
        before = re.split(r"[，,：:]", piece.plain[start : match.start()])[-1] + verb
        after = re.split(r"[，,：:、（]", piece.plain[match.end() : end])[0]
        around.append((plain_title(before), after.strip().removeprefix("的")))
    titles: list[str] = []
    for n, (before, after) in enumerate(around):
        noun = after
        if not noun and not _names_a_thing(before):
            later = next((one for _before, one in around[n + 1 :] if one), "")
            earlier = titles[-1] if titles else _words_before(piece, figures[n].start())
            earlier = _WHO_DOES.sub("", WHOLE.sub("", earlier))
            noun = later or _LEVELS.sub("", earlier)
            # 各县不少于8个: what stands there of its own is who, and a verb that noun has, too.
            levels = _LEVELS.match(before)
            before = before if later else levels[0] if levels else ""
        titles.append(_TAIL.sub("", before + noun).strip(" 、，")[:MOST_TITLE])
    return titles


def _words_before(piece: Piece, end: int) -> str:
    """The part of the sentence before the one with the number: 设置公交线路，市至少开通2条."""
    parts = [plain_title(one) for one in re.split(r"[，,：:]", piece.plain[:end])[:-1]]
    return next((one for one in reversed(parts) if _names_a_thing(one)), "")


def _names_a_thing(words: str) -> bool:
    """Whether words name what is counted, beyond who has to reach it and a verb."""
    return len(_NO_THING.sub("", words)) > 1 and _ONLY_WHO.fullmatch(words) is None
