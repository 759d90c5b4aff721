"""A letter of every kind that is ever written, for trying templates out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from calendars.entry import EntrySource
from notifications.content import (
    Asked,
    Content,
    Draft,
    Enquiry,
    ForSupervisor,
    FreshLink,
    Item,
    Morning,
    Rest,
    Scheduled,
    Supervised,
    Told,
)
from notifications.letter import Letter
from notifications.link_places import ExampleLinks
from notifications.rendering import letter_of
from notifications.tried import Tried
from workflows.bouncing import Bouncing
from workflows.briefing import (
    Absent,
    Briefing,
    CampaignBriefing,
    DueThisWeek,
    NotSeen,
    OverdueDuty,
    OverdueUnit,
)
from workflows.ladder import Role
from workflows.states import Action, State
from workflows.supervision.said import Before, Campaign, Missed, Owed, Said
from workflows.tables import Degree, ReminderStatus

_TODAY = date(2022, 6, 13)
_NOW = datetime(2022, 6, 13, 1, tzinfo=UTC)
_LINKS = ExampleLinks("https://duban.example.org", 30)
_ENQUIRIES = (Enquiry("公路处", "0000-0000000", "王明"),)


def sample_letters() -> Iterator[Letter]:
    """Digests with and without overdue items and links, for one's own duties and others'; notices
    of every kind; lists for the owner office; a fresh link."""
    for content in _contents():
        for links in (None, _LINKS):
            if links is not None or content.fresh is None:
                yield letter_of(content, _NOW, links, listed=3)


def _contents() -> Iterator[Content]:
    soon, late = _item(2), _item(-9)
    together = [_item(5)._replace(paper="plan"), _item(5)._replace(paper="plan")]
    yield _content(items=(soon,), first=True)
    yield _content(items=(soon._replace(light="进度滞后"),))
    others = late._replace(role=Role.LEAD.value, tried=_tried())
    elsewhere = _item(9)._replace(campaign="other", campaign_title="桥梁隐患排查")
    for items in ([soon], [late], [late, soon], together, [others], [soon, others, elsewhere]):
        yield _content(items=tuple(items))
    rest = (Rest("桥梁隐患排查", 7, _TODAY),)
    yield _content(items=(soon, soon, soon, late, late), more=7, rest=rest)
    for told in _told():
        yield _content(told=(told,))
    yield _content(told=tuple(_told()), more=3)
    failing = Bouncing(("北城市",), "王明", "wang@example.org", _NOW, "5.1.1 no such user")
    units = (("北城市", Role.CONTACT.value),)
    absent = (Absent("北城市", "王明", _TODAY + timedelta(2)),)
    yield _content(morning=Morning("公路处", _drafts(), 2, ("南城市",), units, absent))
    yield _content(morning=Morning("", (), 0, ("南城市",), ()))
    yield _content(morning=Morning("", (), 0, (), (), absent))
    yield _content(morning=Morning("", (), 0, (), (), (), (failing,)))
    for news in (_briefing_part(), replace(_briefing_part(), overdue=())):
        week = Briefing(_TODAY, _TODAY, _TODAY + timedelta(6), (news,), (failing,))
        yield _content(briefing=ForSupervisor("督查室", week))
    listed = Scheduled("督查室", "桥梁隐患排查", "逾期", _TODAY, ("北城市：报送方案",), 1, 1)
    yield _content(scheduled=listed)
    yield _content(scheduled=Scheduled("", "桥梁隐患排查", "逾期", _TODAY, (), 0))
    for degree in Degree:
        yield _content(supervised=_supervised(degree))
    due, until = _TODAY + timedelta(2), _TODAY + timedelta(9)
    asked = Asked(
        "bridges-2022/plan/north", "阳光行动", "报送方案", "北城市", due, until, "需补充材料",
        "王明", "公路处",
    )  # fmt: skip
    yield _content(asked=(asked, replace(asked, why="")))
    yield _content(fresh=FreshLink("王明", answer=True, decide=True))


def _content(**said: object) -> Content:
    return replace(Content(1, "wang@example.org", "<sample@example.org>"), **said)  # type: ignore[arg-type]


def _item(days: int) -> Item:
    due = _TODAY + timedelta(days)
    return Item(
        key="bridges-2022/plan/north",
        campaign="bridges-2022",
        campaign_title="阳光行动",
        title="报送方案",
        unit="北城市",
        level="city",
        due=due,
        nominal_due=due,
        late_after=due,
        returned=days < 0,
        role=Role.CONTACT.value,
        recipient="王明",
        reason="before-2",
        deliverables=("方案（附件1，盖章）",),
        clause="二（一）",
        mailbox="bridges@example.org",
        departments=("公路处",),
        enquiries=_ENQUIRIES,
        entry=_entry(due),
    )


def _entry(due: date) -> EntrySource:
    return EntrySource(
        "sample@example.org", 0, _NOW, due, "报送方案", "北城市", "阳光行动", "二（一）",
        "bridges@example.org", (), State.OPEN,
    )  # fmt: skip


def _tried() -> tuple[Tried, ...]:
    fates = (ReminderStatus.SENT, ReminderStatus.NO_CONTACT, ReminderStatus.FAILED)
    return tuple(Tried(_TODAY, "王明", Role.CONTACT.value, fate) for fate in fates)


def _told() -> Iterator[Told]:
    due = _TODAY + timedelta(9)
    plain = Told(
        kind=Action.SUBMIT.value,
        correction=False,
        state=State.SUBMITTED,
        campaign="bridges-2022",
        campaign_title="阳光行动",
        title="报送方案",
        unit="北城市",
        recipient="王明",
        due=due,
        late_after=due,
        received=_TODAY,
        nil=False,
        missing=("盖章件",),
        files=("方案.pdf",),
        why="",
        mailbox="bridges@example.org",
        enquiries=_ENQUIRIES,
        entry=_entry(due),
        previous_due=_TODAY,
    )
    yield plain
    yield replace(plain, state=State.ACCEPTED, missing=(), kind=Action.ACCEPT.value)
    yield replace(plain, state=State.RETURNED, why="缺少盖章件", kind=Action.RETURN.value)
    for kind in (Action.REOPEN, Action.APPROVE_EXTENSION, Action.REJECT_EXTENSION):
        yield replace(plain, state=State.OPEN, kind=kind.value, correction=True)


def _briefing_part() -> CampaignBriefing:
    return CampaignBriefing(
        id="bridges-2022",
        title="桥梁隐患排查",
        due=(DueThisWeek("报送方案", _TODAY + timedelta(2), 2, ("北城市",)),),
        overdue=(OverdueUnit("北城市", (OverdueDuty("月报", _TODAY - timedelta(9), 6),)),),
        not_seen=(NotSeen("北城市", ("月报", "报送方案"), _TODAY - timedelta(9)),),
        without_contact=("南城市",),
        absent=(Absent("东城市", "李强", _TODAY + timedelta(2)),),
    )


def _supervised(degree: Degree) -> Supervised:
    due = _TODAY - timedelta(9)
    campaigns = [
        Campaign(
            id=key, title=title, owner="公路处", mailbox="bridges@example.org",
            enquiries=({"office": "公路处", "phone": "0000-0000000"},),
        )
        for key, title in (("bridges-2022", "阳光行动"), ("other", "桥梁隐患排查"))
    ]  # fmt: skip
    owed = Owed(
        name="bridges-2022/plan/north", campaign="bridges-2022", title="报送方案", due=due,
        late_after=due, sent=(due, _TODAY),
    )  # fmt: skip
    returned = owed.model_copy(update={"name": "x", "returned": True, "campaign": "other"})
    missed = Missed(
        name="other/lamps", campaign="other", milestone="repairs", target="lamps", title="更换灯具",
        unit_of_measure="盏", due=due,
    )  # fmt: skip
    before = Before(year=2022, serial=2, degree=Degree.REMINDER, released=due, answer_by=_TODAY)
    said = Said(
        unit="北城市", day=_TODAY, campaigns=tuple(campaigns), owed=(owed, returned),
        missed=(missed,), before=(before,), supervisors=("督查室",), note="另请电话告知进展。",
    )  # fmt: skip
    return Supervised(
        2022, 3, degree, _TODAY, _TODAY + timedelta(7), said, "王明", frozenset({owed.name})
    )


def _drafts() -> tuple[Draft, ...]:
    held = Draft(
        7, "lead@example.org", "李强", Role.LEAD.value, _TODAY, 2, 1, "报送方案", "北城市",
        _TODAY - timedelta(9), _TODAY - timedelta(9),
    )  # fmt: skip
    notice = replace(held, role="")
    return (
        held, notice, replace(notice, briefing=True), replace(notice, report="逾期清单"),
        replace(notice, notice="督办〔2022〕3号"),
    )  # fmt: skip
