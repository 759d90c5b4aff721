"""Tables of a plan read as rows: a time line (时间节点, 工作内容), a division of tasks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

from config.i18n import _
from workflows.documents.model import Place, Table
from workflows.drafting.actions import Action, Source
from workflows.drafting.actor import Actor, Sort
from workflows.drafting.departments import Offices, read_offices
from workflows.drafting.making import Made, make_duty, with_month
from workflows.drafting.model import Explained, Outcome, Question, Sentence, Sure
from workflows.drafting.outline import Passage
from workflows.drafting.passages import Around, PassageReader
from workflows.drafting.places import Units
from workflows.drafting.timing import Timed, deadlines_in, not_said, read_deadline, without_frames
from workflows.drafting.titling import shortened, title_of
from workflows.drafting.who import Actors
from workflows.organisation import Organisation
from workflows.phrases import Unsupported

_DATE = re.compile(r"时间|时限|期限|节点|日期|进度安排")
_WORK = re.compile(
    r"(?:工作|任务|具体|主要|重点|整治|建设)?(?:内容|任务|事项|措施|举措|工作|要求|目标|项目)"
)
_WHO = re.compile(r"(?:责任|牵头|承办|主办|主责|落实|实施|负责)(?:单位|部门|处室|科室|主体)?|分工")
_HELP = re.compile(r"配合|协办|协同|参与")
_OTHERS = re.compile(r"其他|其它|其余")
_LASTS = re.compile(r"长期|持续|坚持|常态|全年|贯穿|日常|随时|适时|经常|不断|全过程|始终")
_NONE = re.compile(r"[\W_]*(?:无|略)?[\W_]*")
_NO = re.compile(r"序号|备注|编号|联系|姓名|电话|职务")


@dataclass(frozen=True, slots=True)
class _Columns:
    date: int
    work: tuple[int, ...]
    who: tuple[int, ...]
    help: tuple[int, ...]


@dataclass(slots=True)
class Rows:
    """What was read in a table's rows: duties, what is asked, and what became of each row."""

    made: list[Made] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)


def rows_in(
    table: Table, passage: Passage, actors: Actors, organisation: Organisation, year: int
) -> Rows | None:
    """The duties of a table's rows, and what is asked of rows whose date no declaration can say;
    None where it is no table of dates and work."""
    found = _columns(table) or (_time_line(table, year) if passage.table is table else None)
    if found is None:
        return None
    heading, columns = found
    read = Rows()
    undated = []
    for number, row in enumerate(table.repeated[heading + 1 :], heading + 1):
        said = _cell(row, columns.date)
        dates, frames = _dates(said, year)
        works = [words for place in columns.work if (words := _cell(row, place))]
        if not works or _NONE.fullmatch(works[-1]):
            continue
        place = _place(table, number)
        sentence = Sentence(_sentence(row), place, passage.clause)
        if not dates:
            undated.append((sentence, said))
            continue
        timed = dates[-1]
        if isinstance(timed.due, Unsupported):
            _ask(read, sentence, not_said(timed.words, timed.due.lacks))
            continue
        made = _several(works[-1], timed, place, passage, actors, year)
        if not made:
            months: list[Timed | None] = [*frames] or [None]
            for one, within in product(dates, months):
                made.append(_row(works, row, columns, one, place, passage, actors, organisation))
                made[-1].action.within = within
                if len(dates) > 1:
                    made[-1].title = with_month(made[-1].title, one)
        read.made += made
        read.explained.append(Explained(sentence, Outcome.DUTY, made[0].title))
    # A table in which no row has anything in its column of dates is one to be filled in.
    if read.explained or any(said for _sentence, said in undated):
        for sentence, said in undated:
            _tell_undated(read, sentence, said)
    return read


def _tell_undated(read: Rows, sentence: Sentence, said: str) -> None:
    """A row without a date goes on (长期坚持), or is asked about (待定)."""
    if _LASTS.search(said):
        reading = _("encourages, or goes on without a date")
        read.explained.append(Explained(sentence, Outcome.ENCOURAGED, reading, dated=True))
    elif said:
        _ask(read, sentence, _("“{words}”: by which day is it due?").format(words=said))
    else:
        _ask(read, sentence, _("its row names no date: by which day is it due?"))


def _ask(read: Rows, sentence: Sentence, asks: str) -> None:
    read.questions.append(Question(sentence, asks))
    read.explained.append(Explained(sentence, Outcome.ASKED, asks))


def _sentence(row: Sequence[str]) -> str:
    """A row as it is cited: its cells without its number."""
    cells = [" ".join(cell.split()) for cell in row]
    return "，".join(dict.fromkeys(cell for cell in cells if cell and not cell.isdecimal()))


def _place(table: Table, row: int) -> Place:
    """The place of a row: its line in a text, else its number in the table."""
    place = table.row_place(row)
    return replace(place, row=0) if place.line else place


def _dates(cell: str, year: int) -> tuple[list[Timed], list[Timed]]:
    """The dates of a cell: each of a list (7月和10月), else the one that it is; and the months in
    which it recurs (4月至11月，每月28日前)."""
    found, frames = without_frames(cell, [one for one in deadlines_in(cell, year) if one.usable])
    between = (cell[one.end : other.start] for one, other in pairwise(found))
    listed = all(re.fullmatch(r"\s*(?:、|，|和|及)\s*", words) for words in between)
    if frames or (len(found) > 1 and listed):
        return found, frames
    timed = read_deadline(cell, year)
    return [timed] if timed is not None else [], []


def _several(
    work: str, timed: Timed, place: Place, passage: Passage, actors: Actors, year: int
) -> list[Made]:
    """The duties of a cell in which several act, each for itself; empty where not."""
    around = Around(year, actors, note=timed)
    actions = PassageReader(work, place, passage.clause, around).read()
    if len(actions) < 2 or not all(one.own_actor and one.timed for one in actions):
        return []
    return [made for one in actions for made in make_duty(one, passage, Offices())]


def _row(
    works: list[str],
    row: tuple[str, ...],
    columns: _Columns,
    timed: Timed,
    place: Place,
    passage: Passage,
    actors: Actors,
    organisation: Organisation,
) -> Made:
    lead = [_cell(row, column) for column in columns.who]
    offices = read_offices([*lead, *(_cell(row, column) for column in columns.help)], organisation)
    first = read_offices(lead, organisation)
    units = frozenset().union(*(_units_of(words, actors, organisation) for words in lead))
    # The last column of work is the most particular: 重点任务 | 具体措施.
    work = works[-1]
    own = actors.find(work)
    sure = Sure.CERTAIN
    whole = own is not None and own.sort is Sort.WHOLE and units  # 全省: what they reach together
    others = own is not None and own.units < units and _OTHERS.search(work)
    if own is not None and own.units and not (whole or others):
        units = own.units
    elif not units:
        units = actors.places.top if first.departments else actors.places.local
        sure = Sure.LIKELY if first.departments else Sure.GUESS
    actor = Actor("、".join(filter(None, lead)), units, Sort.NAMED, sure)
    text = work[own.end :] if own else work
    text = re.sub(r"^\s*\d{1,2}\s*[.．、]\s*", "", text)
    action = Action(
        place, passage.clause, 0, work, re.split(r"[，；。]", text.strip("。")), actor, units, True,
        [timed], Source.OWN,
    )  # fmt: skip
    title = title_of(action.clauses) or shortened(works[0])
    return Made(action, passage, timed, title, [passage.clause], offices.departments)


def _units_of(words: str, actors: Actors, organisation: Organisation) -> Units:
    """The units of a cell. A name of both sorts is a unit among units: 各市、中心."""
    offices = read_offices([words], organisation)
    units = {
        actors.places.names[name]
        for name in offices.units
        if organisation.department(name) is None or set(offices.departments) <= set(offices.units)
    }
    for other in offices.others:
        actor = actors.of_words(other)
        units |= actor.units if actor else set()
    return frozenset(units)


def _columns(table: Table) -> tuple[int, _Columns] | None:
    """The row of headings and the columns, by their headings; the headings stand high up."""
    for number, row in enumerate(table.repeated[:4]):
        dates = [n for n, cell in enumerate(row) if _DATE.search(cell) and len(cell) <= 12]
        who = [n for n, cell in enumerate(row) if _WHO.search(cell) and len(cell) <= 12]
        helping = [n for n, cell in enumerate(row) if _HELP.search(cell) and n not in who]
        work = [
            n
            for n, cell in enumerate(row)
            if _WORK.search(cell) and not _NO.search(cell) and len(cell) <= 12
            and n not in dates and n not in who and n not in helping
        ]  # fmt: skip
        if dates and work and len(row) <= 12:
            return number, _Columns(dates[-1], tuple(work), tuple(who), tuple(helping))
    return None


def _time_line(table: Table, year: int) -> tuple[int, _Columns] | None:
    """A time line without headings: two columns, of which one has dates from its first row on."""
    rows = table.repeated
    if len(rows) < 2 or len(rows[0]) != 2:
        return None
    for column in (0, 1):
        cells = [_cell(row, column) for row in rows]
        dated = [len(one) <= 30 and bool(deadlines_in(one, year)) for one in cells]
        if dated[0] and all(a or _LASTS.search(one) for a, one in zip(dated, cells, strict=True)):
            return -1, _Columns(column, (1 - column,), (), ())
    return None


def _cell(row: tuple[str, ...], column: int) -> str:
    return " ".join(row[column].split()) if column < len(row) else ""
