"""The use cases of reported figures: report one, take one back, split a province's target.

Each is one transaction's work on a session that the caller has opened for writing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from workflows.naming import Named, find_campaign, find_named, find_unit
from workflows.reminding import local_date
from workflows.tables import Campaign, Progress, TargetShare
from workflows.targets.declared import Target
from workflows.targets.figures import NO_CATEGORY
from workflows.targets.numbers import numbers_at
from workflows.targets.reading import read_figure
from workflows.targets.recording import (
    Reporting,
    check,
    doubts,
    record,
    standing_rows,
)
from workflows.targets.shares import OFFICE, require_splittable, set_shares, shares_of
from workflows.targets.views import PROVINCE, TargetView, targets_of
from workflows.transitions import Deed

_PROVINCE_WORDS = frozenset({"", "全省", "province", "the province"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure's place as people write it: campaign, target, unit ('' for the office), category;
    `on` is the local day, None for the campaign's today."""

    campaign: str
    target: str
    unit: str = ""
    category: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure that could be recorded: `asked` is what to ask about before."""

    report: Reporting
    unit: str  # its name; '' for the office
    asked: tuple[str, ...]


def view_named(session: Session, campaign: str, target: str) -> TargetView:
    """The target of the campaign's plan in force, both as people write them. Raises InputError."""
    found = session.get_one(Campaign, find_campaign(session, campaign))
    views = {view.id: view for view in targets_of(session, found)}
    if not views:
        raise InputError(
            _("“{campaign}” has no targets").format(campaign=found.id),
            _("they stand under “targets” of its milestones; see docs/targets.md"),
        )
    return views[find_view(views, target)]


def find_view(views: Mapping[str, TargetView], text: str) -> str:
    """The id of the target that `text` names: by id, title or a part that is one's alone."""
    return find_named(
        text, [Named(key, (view.target.title,)) for key, view in views.items()], _("target")
    )


def find_reporter(session: Session, text: str) -> tuple[str, str]:
    """Id and name of the unit that `text` names; PROVINCE and '' for the office."""
    if text.strip().casefold() in _PROVINCE_WORDS:
        return PROVINCE, ""
    unit = find_unit(session, text)
    return unit.id, unit.name


def find_category(target: Target, text: str) -> str:
    """The target's category that `text` names; '' stands as it is. Raises InputError."""
    if not text or not target.categories:
        return text
    return find_named(text, [Named(one, ()) for one in target.categories], _("category"))


def judge(session: Session, wanted: Wanted, figure: str, now: datetime) -> Judged:
    """Read and check a figure; nothing is written. Raises InputError for one that cannot be."""
    report, name = _reporting(session, wanted, now)
    value, whole = read_figure(figure, report.view)
    if value is None:
        raise InputError(
            _("“{text}” is no number").format(text=figure),
            _("“duban progress withdraw” takes a figure back"),
        )
    report = Reporting(report.view, report.unit_id, report.day, value, whole, report.category)
    check(report, name, local_date(now, report.view.campaign.time_zone))
    return Judged(report, name, tuple(doubts(session, report)))


def report_figure(
    session: Session, wanted: Wanted, figure: str, deed: Deed, asked: Sequence[str]
) -> tuple[Reporting, Progress | None]:
    """Record a figure. `asked` is what somebody was asked about, and answers for.

    Returns it with its row, None where it stands like that already. Raises InputError for one
    that cannot be, StateError where there is more to ask about.
    """
    judged = judge(session, wanted, figure, deed.now)
    if set(judged.asked) - set(asked):
        raise StateError(
            _("the record has changed since you were asked"), _("report the figure again")
        )
    return judged.report, record(session, judged.report, deed)


def withdraw(session: Session, wanted: Wanted, deed: Deed) -> tuple[Reporting, Progress]:
    """Take back a figure: the newest one, or that for `wanted.on`. It stays in the history.

    Returns it as it stands now with the row that it had. Raises StateError where there is none.
    """
    report, name = _reporting(session, wanted, deed.now)
    if report.view.target.categories and not report.category:
        raise InputError(
            _("“{target}” needs its category").format(target=report.view.target.title),
            _("the categories are {names}").format(
                names=_(", ").join(report.view.target.categories)
            ),
        )
    rows = [
        one
        for one in standing_rows(session, report)
        if one.value is not None and wanted.on in {None, one.day}
    ]
    if not rows:
        raise StateError(
            _("{unit} has no such figure for “{target}”").format(
                unit=name or _("the office"), target=report.view.target.title
            ),
            _("see “duban progress show --history”"),
        )
    gone = Reporting(report.view, report.unit_id, rows[-1].day, None, None, report.category)
    record(session, gone, deed)
    return gone, rows[-1]


@dataclass(frozen=True, slots=True)
class Split:
    """How a province's target is split now."""

    view: TargetView
    written: tuple[TargetShare, ...]
    shares: Mapping[str, Decimal]  # by unit id
    without: tuple[str, ...]  # ids of the reporters that have none
    goal: Decimal | None

    @property
    def total(self) -> Decimal:
        """What the shares add up to."""
        return sum(self.shares.values(), Decimal(0))


def split(
    session: Session,
    view: TargetView,
    pairs: Sequence[str],
    deed: Deed,
    origin: str = OFFICE,
) -> Split:
    """Set shares written as `UNIT=FIGURE`; an empty figure takes a share back.

    Raises InputError, and StateError for a target that cannot be split.
    """
    require_splittable(view)
    shares: dict[str, Decimal | None] = {}
    for pair in pairs:
        name, sign, figure = pair.partition("=")
        if not sign:
            raise InputError(
                _("cannot read “{text}”").format(text=pair[:60]), _("write e.g. 郑州市=120")
            )
        unit = find_unit(session, name)
        if unit.id in shares:
            raise InputError(
                _("{unit} is named twice").format(unit=unit.name), _("take one of them away")
            )
        value, whole = read_figure(figure, view)
        if whole is not None:
            raise InputError(
                _("“{text}” is no number").format(text=figure[:60]), _("write e.g. 郑州市=120")
            )
        if value is not None:
            today = local_date(deed.now, view.campaign.time_zone)
            check(Reporting(view, unit.id, today, value), unit.name, today)
        shares[unit.id] = value
    written = set_shares(session, view, shares, deed, origin)
    standing = shares_of(session, view)
    goal = numbers_at(session, view.campaign, deed.now).totals[view.id].goal
    without = tuple(unit for unit in view.reporters if unit not in standing)
    return Split(view, tuple(written), standing, without, goal)


def _reporting(session: Session, wanted: Wanted, now: datetime) -> tuple[Reporting, str]:
    view = view_named(session, wanted.campaign, wanted.target)
    unit, name = find_reporter(session, wanted.unit)
    category = find_category(view.target, wanted.category)
    day = wanted.on or local_date(now, view.campaign.time_zone)
    return Reporting(view, unit, day, None, None, category or NO_CATEGORY), name
