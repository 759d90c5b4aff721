"""What a plan says of itself: title, number, year, date of issue, owner, mailboxes, whom to ask."""

import re
from collections import Counter
from datetime import date

from config.i18n import _
from workflows.documents.model import Place
from workflows.drafting.campaign_office import enquiries_of, mailbox_of, mailboxes_of, owner_of
from workflows.drafting.lines import Questions, ask, lines_of, text_of
from workflows.drafting.model import Head, Read, Sure
from workflows.drafting.numerals import read_number
from workflows.drafting.outline import Outline
from workflows.drafting.titles import is_title_line
from workflows.organisation import Organisation
from workflows.phrases import YEARS

_REFERENCE = re.compile(
    r"(?P<number>[\u4e00-\u9fffA-Za-z]{1,12}\s*[〔\[［【(（](?:19|20)\d\d[〕\]］】)）]\s*第?\s*\d{1,5}\s*号)"
    r"(?:\s*签发人.*)?"
)
_DAY = re.compile(
    r"(?P<year>\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})\s*月"
    r"\s*(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_SIGNED = re.compile(
    rf"[一-龥、\s]{{4,60}}(?:厅|局|委员会|委|府|办公室|总队|中心)\s*{_DAY.pattern}"
)
_ISSUED = re.compile(rf"{_DAY.pattern}\s*(?:印发|发布|公布)")
_YEAR = re.compile(  # of 2025—2026年度 the first
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*(?:[—–~～至-]+\s*(?:19|20)\d\d\s*)?年"
)
_DATED_YEAR = re.compile(rf"{_YEAR.pattern}(?=第?[\d一二三四]{{1,2}}(?:月|季度)|[底末])")
_BOOK = re.compile(r"印发(?P<title>《.+》)的?通知")
_ABOUT = re.compile(r"^.{0,30}?关于(?:印发)?(?P<title>.+?)的(?:通知|函|意见)$")
_KIND = re.compile(
    r"(?:年度)?(?:(?:工作|实施|推进|具体)(?:方案|计划|要点|意见)|(?<=行动)(?:方案|计划)|方案)"
    r"(?:[（(][^（）()]{1,8}[）)])?$"
)
_HEADER = re.compile(
    r".{0,30}文件|(?:特急|加急|急件|机密|秘密|内部).{0,12}|\d{3,8}|签发人.*|(?:主送|抄送|抄报|信息公开).*"
)
_PAGE = re.compile(  # what a web page says around its text
    r"首页|(?:当前|您的?|所在)(?:现在的?)?位置|.*[>＞»›].*|发布时间|发布日期|浏览次数|索引号|来源[：:]|字体"
)
_ADDRESSEE = re.compile(r".*[：:]$")
_MOST_TITLE = 200
_ASKED_YEARS = range(2000, 2101)  # that a declaration takes


def read_head(
    plan: Outline, organisation: Organisation, today: date, year: int | None = None
) -> tuple[Head, Questions]:
    """The head of a plan, whole in every case: what it does not say is guessed and asked about.

    `year` is the campaign's where a person gave it; `today` gives one where the plan names none.
    """
    asks: Questions = []
    title = _title(plan, asks)
    issued = _issued(plan)
    found_year = _year(plan, title, issued, today, year, asks)
    enquiries, tracks = enquiries_of(plan, organisation)
    owner = owner_of(plan, organisation, enquiries, asks)
    mailboxes = list(mailboxes_of(plan))
    by_track = {track: read for track, read in mailboxes if track}
    for track in tracks:
        by_track.setdefault(track, Read("", Sure.CERTAIN, Place()))
    first = mailboxes[0][1] if mailboxes else mailbox_of(organisation, owner, asks)
    if not enquiries:
        enquiries = [Read({"office": owner.value}, Sure.GUESS, owner.place)]
    head = Head(
        title, found_year, owner, first, _reference(plan), issued,
        by_track if len(by_track) > 1 else {}, enquiries,
    )  # fmt: skip
    return head, asks


def _title(plan: Outline, asks: Questions) -> Read[str]:
    runs: list[tuple[str, Place]] = []
    lines: list[str] = []
    place = Place()
    for text, here in [*lines_of(plan.head), ("。", Place())]:
        text = "".join(text.split()) if not text.isascii() else text
        bare = re.sub(r"^[（(].*[）)]$", "", text)
        ends = len(text) > 60 or "。" in text or _ADDRESSEE.fullmatch(text) or not bare
        if (
            ends
            or _PAGE.match(text)
            or _HEADER.fullmatch(text)
            or _REFERENCE.fullmatch(text)
            or _DAY.fullmatch(text)
        ):
            if lines:
                runs.append(("".join(lines), place))
            lines = []
        else:
            place = place if lines else here
            lines.append(text)
            if is_title_line("".join(lines)):
                runs.append(("".join(lines), place))
                lines = []
    runs = [one for one in runs if len(one[0]) >= 4]
    titled = [one for one in runs if is_title_line(one[0])]
    plans = [one for one in titled if not one[0].endswith(("通知", "函", "意见"))]
    for words, here in [*plans[-1:], *titled[-1:], *runs[:1]]:
        return Read(campaign_title(words), Sure.CERTAIN if titled else Sure.LIKELY, here, words)
    name = re.sub(r"\.\w{1,5}$", "", plan.name.rpartition("/")[2]) or "plan"
    ask(
        asks,
        "title",
        Place(),
        "",
        _("no title was found in the document: what is the campaign called?"),
    )
    return Read(campaign_title(name), Sure.GUESS, Place(), name)


def campaign_title(words: str) -> str:
    """What a campaign is called, from its plan's title: 关于印发《…实施方案》的通知."""
    words = words.strip()
    if book := _BOOK.search(words):
        words = book["title"][1:-1]
    elif about := _ABOUT.match(words):
        words = about["title"].strip("《》") if about["title"].startswith("《") else about["title"]
    short = _KIND.sub("", words)
    return (short if len(short) >= 4 else words)[:_MOST_TITLE].strip() or "—"


def _reference(plan: Outline) -> Read[str] | None:
    """A number that stands alone in the head: one inside a sentence is another document's."""
    for text, place in lines_of(plan.head):
        match = _REFERENCE.fullmatch(text)
        if match:
            return Read("".join(match["number"].split()), Sure.CERTAIN, place, text)
    return None


def _issued(plan: Outline) -> Read[str] | None:
    lines = [*lines_of(plan.head), *lines_of(plan.tail)]
    for form, whole in ((_ISSUED, False), (_DAY, True), (_SIGNED, True)):
        for text, place in reversed(lines):
            bare = text.strip("（）() 　")
            match = form.fullmatch(bare) if whole else form.search(bare)
            if match and len(text) <= 60 and (day := _date(match)):
                return Read(day.isoformat(), Sure.CERTAIN, place, text)
    return None


def _date(match: re.Match[str]) -> date | None:
    parts = [match[name].replace("○", "〇") for name in ("year", "month", "day")]
    values = [read_number(part) for part in parts]
    try:
        found = date(*(int(value or 0) for value in values))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _year(
    plan: Outline,
    title: Read[str],
    issued: Read[str] | None,
    today: date,
    given: int | None,
    asks: Questions,
) -> Read[int]:
    match = _YEAR.search(title.words)
    if given is not None:
        if match and int(match["year"]) != given:
            asks_ = _("the title says {said}, and --year {given} was given: which is it?")
            ask(
                asks, "year", title.place, title.words,
                asks_.format(said=match["year"], given=given),
            )  # fmt: skip
        return Read(given, Sure.CERTAIN, Place())
    if match and int(match["year"]) in _ASKED_YEARS:
        return Read(int(match["year"]), Sure.CERTAIN, title.place, title.words)
    years = Counter(
        int(match["year"])
        for passage in plan.passages
        for match in _DATED_YEAR.finditer(text_of(passage))
        if int(match["year"]) in _ASKED_YEARS
    )
    if years:
        found = years.most_common(1)[0][0]
        if issued is not None and int(issued.value[:4]) in years:
            found = int(issued.value[:4])  # what lasts into the next year began in this one
        place = next(one.place for one in plan.passages if str(found) in text_of(one))
        return Read(found, Sure.LIKELY, place, str(found))
    if issued is not None and int(issued.value[:4]) in _ASKED_YEARS:
        return Read(int(issued.value[:4]), Sure.LIKELY, issued.place, issued.words)
    year = min(max(today.year, _ASKED_YEARS[0]), _ASKED_YEARS[-1])
    ask(
        asks, "year", title.place, title.words,
        _("the document names no year: is it {year}? (--year sets it)").format(year=year),
    )  # fmt: skip
    return Read(year, Sure.GUESS, Place())
