"""Makes next year's declaration of a campaign's: dates, titles and ids move, the rest stays.

The text is changed where it stands, so that comments and layout are kept. What a person has to
look at is told: a year cannot be put on everything that bears one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from config.day_words import day_by
from config.errors import InputError
from config.i18n import _, language
from workflows.dates import nominal_dates
from workflows.declaration import Declaration
from workflows.working_days import working_days
from workflows.yaml_source import FieldPath, Scalar, field_name, scalars_of

_NEAR = 3  # years around the campaign's that its dates and titles may name
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DOCUMENT = re.compile(r"《[^》]*》|〔[^〕]*〕")
_LEAP_DAY = re.compile(r"(?<!\d)(0?2)([-月])(29)(?!\d)")
_COMMENT = re.compile(r"^\s*#|\s#")

_DATES = frozenset({"due", "start", "end", "issued", "by", "first", "last"})
# What may bear the year and is named by it: ids with what refers to them, and titles.
_NAMES = frozenset({"id", "title", "name", "after", "stage", "paper", "sum_of", "targets", "form"})
_IN_FORMS = frozenset({"title", "id"})  # columns and what refers to them stay
_ATTRIBUTES = frozenset({"attribute", "of", "only_if", "where"})


class Sort(StrEnum):
    """Why something is told of a clone."""

    PROVISIONAL = "provisional"  # its year's holidays are not published
    DAY_OFF = "day_off"  # due on a day off
    LEAP_DAY = "leap_day"  # 29 February is 28 February now
    REFERENCE = "reference"  # of the old year's document
    DOCUMENT = "document"  # a text names a document of the old year
    ATTRIBUTE = "attribute"  # names a fact of the old year
    TEXT = "text"  # a note, a comment or another text names the old year
    MOVED_ISSUE = "issued"  # the day of issue was moved with the rest


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person has to look at; `line` is the clone's, 0 for what stands on none."""

    sort: Sort
    line: int
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Clone:
    """The new declaration's text, how many values moved, and what could not be."""

    text: str
    moved: int
    remarks: tuple[Remark, ...]


def clone_text(text: str, old: Declaration, year: int, new_id: str = "") -> Clone:
    """The declaration `old`, whose text is given, for another year, under `new_id` or its own id
    with that year. Raises InputError where it is that year's already."""
    if year == old.year:
        raise InputError(
            _("campaign {id} is of {year} already").format(id=old.id, year=year),
            _("give another --year"),
        )
    cloner = _Cloner(text, old, year, new_id or _id_for(old, year))
    return cloner.clone()


def date_remarks(declaration: Declaration) -> Iterator[Remark]:
    """The dates of a clone that fall on days off, and whether its holidays are published."""
    days = working_days()
    if not days.is_published(declaration.year):
        yield Remark(
            Sort.PROVISIONAL, 0, "year",
            _("the holidays of {year} are not published: every date is provisional").format(
                year=declaration.year
            ),
        )  # fmt: skip
    for n, milestone in enumerate(declaration.milestones):
        for one in nominal_dates(declaration, milestone):
            if not days.is_working_day(one.due):
                name = days.day_name(one.due) or day_by(
                    one.due, language(), "EEEE", "EEEE", other_year=False
                )
                yield Remark(
                    Sort.DAY_OFF, 0, field_name(("milestones", n, "due")),
                    _("{title}: {day} is a day off ({name}); the working day before: {before}")
                    .format(title=milestone.title, day=one.due, name=name,
                            before=days.on_or_before(one.due)),
                )  # fmt: skip


def _id_for(old: Declaration, year: int) -> str:
    """Its id with the other year; where it bears none, the year is put behind."""
    renamed = _shifted(old.id, old.year, year - old.year)
    return renamed if renamed != old.id else f"{old.id}-{year}"[-64:]


def _shifted(text: str, near: int, by: int) -> str:
    """The text with each year near to one moved, but for those in the names of documents."""
    kept = [range(*found.span()) for found in _DOCUMENT.finditer(text)]

    def move(found: re.Match[str]) -> str:
        own = int(found[0])
        if abs(own - near) > _NEAR or any(found.start() in one for one in kept):
            return found[0]
        return str(own + by)

    return _YEAR.sub(move, text)


def _names_a_year(text: str, near: int) -> bool:
    return any(abs(int(one) - near) <= _NEAR for one in _YEAR.findall(text))


class _Cloner:
    def __init__(self, text: str, old: Declaration, year: int, new_id: str) -> None:
        self._text, self._old, self._year, self._id = text, old, year, new_id
        self._by = year - old.year
        self._remarks: list[Remark] = []
        self._moved = 0

    def clone(self) -> Clone:
        pieces, at = [], 0
        scalars = scalars_of(self._text)
        for one in scalars:
            pieces += [self._text[at : one.start], self._value(one)]
            at = one.end
        new = "".join([*pieces, self._text[at:]])
        new = self._without_reference(new)
        self._comments(new)
        return Clone(new, self._moved, tuple(self._remarks))

    def _value(self, one: Scalar) -> str:
        raw = self._text[one.start : one.end]
        new = self._moved_value(one, raw)
        self._moved += new != raw
        return new

    def _moved_value(self, one: Scalar, raw: str) -> str:
        path, near = one.path, self._old.year
        if path == ("id",):
            return raw.replace(self._old.id, self._id)
        if path == ("year",):
            return str(self._year)
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        if key in _DATES:
            return self._date(one, raw)
        if key in _NAMES and (path[0] != "forms" or (key in _IN_FORMS and _is_of_form(path))):
            if any(_names_a_year(found[0], near) for found in _DOCUMENT.finditer(raw)):
                self._say(Sort.DOCUMENT, one, _("names a document of the old year: {text}"), raw)
            return _shifted(raw, near, self._by)
        if path == ("reference",):
            words = _("the number of the old document is left out: {text}")
            self._say(Sort.REFERENCE, one, words, raw)
        elif not _names_a_year(raw, near):
            return raw
        elif key in _ATTRIBUTES or "where" in path:
            words = _("names a fact of the old year: {text}; its units need a new one")
            self._say(Sort.ATTRIBUTE, one, words, raw)
        else:
            self._say(Sort.TEXT, one, _("names the old year: {text}"), raw)
        return raw

    def _date(self, one: Scalar, raw: str) -> str:
        new = _shifted(raw, self._old.year, self._by)
        # With its own year, or the campaign's: 29 February is not there each year.
        years = [int(found) for found in _YEAR.findall(new)] or [self._year]
        if _LEAP_DAY.search(new) and not any(_has_leap_day(year) for year in years):
            new = _LEAP_DAY.sub(lambda found: f"{found[1]}{found[2]}28", new)
            self._say(Sort.LEAP_DAY, one, _("there is no 29 February: it is {text} now"), new)
        if one.path == ("issued",):
            words = _("the day of issue moves with the rest to {text}: is that right?")
            self._say(Sort.MOVED_ISSUE, one, words, new)
        return new

    def _say(self, sort: Sort, one: Scalar, words: str, text: str) -> None:
        shown = text.strip("'\"")[:80]
        self._remarks.append(Remark(sort, one.line, field_name(one.path), words.format(text=shown)))

    def _without_reference(self, text: str) -> str:
        """The old document's number is no number of the new one: it is left as a comment."""
        if self._old.reference is None:
            return text
        return re.sub(r"(?m)^reference:(?=\s)", "# reference:", text, count=1)

    def _comments(self, text: str) -> None:
        for number, line in enumerate(text.split("\n"), start=1):
            found = _COMMENT.search(line)
            if found and not line.startswith("# reference:"):
                comment = line[found.start() :].strip()
                if _names_a_year(comment, self._old.year):
                    self._remarks.append(
                        Remark(
                            Sort.TEXT, number, "",
                            _("a comment names the old year: {text}").format(text=comment[:80]),
                        )
                    )  # fmt: skip


def _is_of_form(path: FieldPath) -> bool:
    """Whether that is a form's own id or title, and not one of its columns'."""
    return len(path) == 3 or path[-1] == "title"


def _has_leap_day(year: int) -> bool:
    try:
        date(year, 2, 29)
    except ValueError:
        return False
    return True
