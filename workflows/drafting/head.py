"""What a plan says of itself: title, number, year, date of issue, owner, mailboxes, whom to ask."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date

from config.i18n import _
from config.plain_text import EMAIL
from workflows.documents.model import Paragraph, Place
from workflows.drafting.model import Head, Question, Read, Sentence, Sure
from workflows.drafting.numerals import read_number
from workflows.drafting.offices import has_phone, office_in, without_persons
from workflows.drafting.outline import Outline, Passage
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
_TRACK = re.compile(r"[（(](?P<track>[^（）()]{1,20})[）)]")
_MAILBOX = re.compile(
    rf"(?<![\w.])(?P<mailbox>{EMAIL.pattern})(?:\s*[（(](?P<track>[^（）()@]{{1,20}})[）)])?"
)
_CONTACT = re.compile(r"联\s*系\s*人|联\s*络\s*[人员]|咨\s*询|联\s*系\s*(?:电\s*话|方\s*式)")
_CONTACT_OFFICE = re.compile(
    r"\s*(?:联\s*系\s*人|联\s*络\s*[人员])\s*:\s*(?P<office>[\u4e00-\u9fff]{1,12}[处室科局]|[\u4e00-\u9fff]{2,12}"
    r"(?:办公室|中心|专班|支队|总队|大队))(?![\u4e00-\u9fff])"
)
_LEAD = re.compile(
    r"(?:[（(]|(?:责任|牵头|负责|主办)(?:部门|单位|处室)\s*[：:])\s*(?P<offices>[^（）()：:；]{2,60})[）)；]"
)
_MOST_TITLE = 200
_ASKED_YEARS = range(2000, 2101)  # that a declaration takes

Questions = list[Question]


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
    enquiries, tracks = _enquiries(plan, organisation)
    owner = _owner(plan, organisation, enquiries, asks)
    mailboxes = list(_mailboxes(plan))
    by_track = {track: read for track, read in mailboxes if track}
    for track in tracks:
        by_track.setdefault(track, Read("", Sure.CERTAIN, Place()))
    first = mailboxes[0][1] if mailboxes else _mailbox(organisation, owner, asks)
    if not enquiries:
        enquiries = [Read({"office": owner.value}, Sure.GUESS, owner.place)]
    head = Head(
        title, found_year, owner, first, _reference(plan), issued,
        by_track if len(by_track) > 1 else {}, enquiries,
    )  # fmt: skip
    return head, asks


def _lines(blocks: tuple[object, ...]) -> Iterator[tuple[str, Place]]:
    for block in blocks:
        if isinstance(block, Paragraph) and block.text.strip():
            yield block.text.strip(), block.place


def _ask(asks: Questions, about: str, place: Place, words: str, question: str) -> None:
    asks.append(Question(Sentence(without_persons(words), place, ""), question, about))


def _title(plan: Outline, asks: Questions) -> Read[str]:
    runs: list[tuple[str, Place]] = []
    lines: list[str] = []
    place = Place()
    for text, here in [*_lines(plan.head), ("。", Place())]:
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
    _ask(
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
    for text, place in _lines(plan.head):
        match = _REFERENCE.fullmatch(text)
        if match:
            return Read("".join(match["number"].split()), Sure.CERTAIN, place, text)
    return None


def _issued(plan: Outline) -> Read[str] | None:
    lines = [*_lines(plan.head), *_lines(plan.tail)]
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
            _ask(
                asks, "year", title.place, title.words,
                asks_.format(said=match["year"], given=given),
            )  # fmt: skip
        return Read(given, Sure.CERTAIN, Place())
    if match and int(match["year"]) in _ASKED_YEARS:
        return Read(int(match["year"]), Sure.CERTAIN, title.place, title.words)
    years = Counter(
        int(match["year"])
        for passage in plan.passages
        for match in _DATED_YEAR.finditer(_text_of(passage))
        if int(match["year"]) in _ASKED_YEARS
    )
    if years:
        found = years.most_common(1)[0][0]
        if issued is not None and int(issued.value[:4]) in years:
            found = int(issued.value[:4])  # what lasts into the next year began in this one
        place = next(one.place for one in plan.passages if str(found) in _text_of(one))
        return Read(found, Sure.LIKELY, place, str(found))
    if issued is not None and int(issued.value[:4]) in _ASKED_YEARS:
        return Read(int(issued.value[:4]), Sure.LIKELY, issued.place, issued.words)
    year = min(max(today.year, _ASKED_YEARS[0]), _ASKED_YEARS[-1])
    _ask(
        asks, "year", title.place, title.words,
        _("the document names no year: is it {year}? (--year sets it)").format(year=year),
    )  # fmt: skip
    return Read(year, Sure.GUESS, Place())


def _text_of(passage: Passage) -> str:
    """Its words, or those of its table's cells."""
    if passage.table is None:
        return passage.text
    return "\n".join(cell for row in passage.table.rows for cell in row)


def _owner(
    plan: Outline,
    organisation: Organisation,
    enquiries: list[Read[dict[str, object]]],
    asks: Questions,
) -> Read[str]:
    """The campaign office: who signs, whom to ask, who leads most tasks."""
    for text, place in reversed(list(_lines(plan.tail))):
        office = organisation.department("".join(text.split()))
        if office is not None:
            return Read(office.name, Sure.CERTAIN, place, text)
    leads: Counter[str] = Counter()
    places: dict[str, Place] = {}
    for passage in plan.passages:
        for match in _LEAD.finditer(passage.text):
            first = re.split(r"[、，,；; ]", match["offices"])[0]
            lead = organisation.department(re.sub(r"(?:牵头|负责|主办).*$", "", first))
            if lead is not None:
                leads[lead.name] += 1
                places.setdefault(lead.name, passage.place)
    most = leads.most_common(1)[0][0] if leads else ""
    named = next((one for one in enquiries), None)
    if named is not None and named.value["office"] in {most, *leads}:
        return Read(str(named.value["office"]), Sure.CERTAIN, named.place, named.words)
    if named is not None or most:
        name = str(named.value["office"]) if named is not None else most
        place = named.place if named is not None else places[most]
        _ask(asks, "owner", place, name, _("is {office} the campaign office?").format(office=name))
        return Read(name, Sure.LIKELY, place, name)
    mentioned = Counter(
        office.name
        for passage in plan.passages
        for office in organisation.departments
        for name in (office.name, *office.aliases)
        if name in _text_of(passage)
    )
    name = organisation.departments[0].name if organisation.departments else "—"
    if mentioned:
        name = mentioned.most_common(1)[0][0]
    stranger = _unknown_contact(plan)
    if stranger is not None:
        words, place = stranger
        _ask(
            asks, "owner", place, words,
            _(
                "{words} is no department of the organisation file: add it there and name it "
                "here, or is it {office}?"
            ).format(words=words, office=name),
        )  # fmt: skip
        return Read(name, Sure.GUESS, place, words)
    _ask(
        asks, "owner", Place(), "",
        _("no office signs or is named as the campaign's: is it {office}?").format(office=name),
    )  # fmt: skip
    return Read(name, Sure.GUESS, Place())


def _unknown_contact(plan: Outline) -> tuple[str, Place] | None:
    """The office that is named as the one to ask, which the organisation file does not know."""
    for text, place in _lines(plan.tail):
        if match := _CONTACT_OFFICE.match(unicodedata.normalize("NFKC", text)):
            return match["office"], place
    return None


def _enquiries(
    plan: Outline, organisation: Organisation
) -> tuple[list[Read[dict[str, object]]], list[str]]:
    """Whom to ask: offices alone. The lines' own tracks come beside them: （网约车）."""
    found: dict[tuple[str, str], Read[dict[str, object]]] = {}
    tracks: list[str] = []
    inside = False
    for text, place in _lines(plan.tail):
        plain = unicodedata.normalize("NFKC", text)
        if re.match(r"附\s*件", text) or EMAIL.search(plain):
            inside = False
        if _CONTACT.search(text):
            inside = True
        office = office_in(text, organisation)
        if not (inside and office):
            continue
        value: dict[str, object] = {"office": office}
        track = _TRACK.search(text) if has_phone(plain) else None
        if track is not None:
            value["track"] = track["track"]
            tracks.append(track["track"])
        key = (office, str(value.get("track", "")))
        found.setdefault(key, Read(value, Sure.CERTAIN, place, office))
    return list(found.values()), list(dict.fromkeys(tracks))


def _mailboxes(plan: Outline) -> Iterator[tuple[str, Read[str]]]:
    """Each mailbox with its track's title, '' where it has none."""
    seen = set()
    places = [(text, place, Sure.CERTAIN) for text, place in _lines(plan.tail)]
    places += [(one.text, one.place, Sure.LIKELY) for one in plan.passages]
    places += [(text, place, Sure.LIKELY) for text, place in _lines(plan.head)]
    for text, place, sure in places:
        for match in _MAILBOX.finditer(unicodedata.normalize("NFKC", text)):
            mailbox = match["mailbox"]
            if len(mailbox) > 254 or mailbox.lower() in seen:
                continue
            seen.add(mailbox.lower())
            yield match["track"] or "", Read(mailbox, sure, place, match[0])


def _mailbox(organisation: Organisation, owner: Read[str], asks: Questions) -> Read[str]:
    office = organisation.department(owner.value)
    mailbox = office.mailbox if office is not None else "office@example.org"
    _ask(
        asks, "mailbox", Place(), "",
        _("the document names no mailbox: is it the office's own, {mailbox}?").format(
            mailbox=mailbox
        ),
    )  # fmt: skip
    return Read(mailbox, Sure.GUESS, Place())
