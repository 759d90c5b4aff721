"""What a test does with supervision notices: each call is one transaction, now."""

from typing import Any

from sqlmodel import col, select

from notifications.supervision import Released, release
from scheduler.tick import sending_window
from tests.support.office import SampleOffice
from workflows.naming import find_unit
from workflows.supervision import deciding, drafting
from workflows.supervision.drafting import Drafted, Wanted
from workflows.tables import SupervisionNotice
from workflows.transitions import Deed


def deed(office: SampleOffice, who: str, note: str = "") -> Deed:
    """That person's, now."""
    now = office.clock().astimezone(office.settings.zone)
    return Deed(who, now, now, note)


def draft(office: SampleOffice, unit: str = "北城", who: str = "wang", **wanted: Any) -> Drafted:
    """A draft to that unit."""
    own = deed(office, who)
    with office.database.write() as session:
        asked = Wanted(find_unit(session, unit), **wanted)
        return drafting.draft(session, asked, office.organisation, own, own.now.date())


def let_go(
    office: SampleOffice, serial: int = 1, who: str = "li", *, as_drafted: bool = False
) -> Released:
    """Release a notice of this year."""
    with office.database.write() as session:
        return release(
            session, _find(session, serial), deed(office, who), office.organisation,
            sending_window(office.settings), "office.example.org", as_drafted=as_drafted,
        )  # fmt: skip


def give_up(office: SampleOffice, serial: int = 1) -> None:
    """Drop a draft."""
    with office.database.write() as session:
        deciding.drop(session, _find(session, serial), deed(office, "li"))


def answered(office: SampleOffice, serial: int = 1, note: str = "") -> None:
    """Note that a receipt slip came back."""
    with office.database.write() as session:
        deciding.answer(session, _find(session, serial), deed(office, "li", note))


def notices(office: SampleOffice) -> list[SupervisionNotice]:
    """Every notice, by number."""
    with office.database.read() as session:
        return list(session.exec(select(SupervisionNotice).order_by(col(SupervisionNotice.id))))


def _find(session: Any, serial: int) -> SupervisionNotice:
    found: SupervisionNotice = session.exec(
        select(SupervisionNotice).where(
            SupervisionNotice.serial == serial, SupervisionNotice.year == 2022
        )
    ).one()
    return found
