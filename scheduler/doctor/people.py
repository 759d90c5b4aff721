"""Is there somebody to tell for every unit, and do the declarations and the record agree?"""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from config.i18n import N_, _
from config.settings import Settings
from scheduler.doctor.finding import Finding, bad, good, some, warning
from workflows.loading import check_files, declaration_files
from workflows.organisation import Organisation
from workflows.people.record import has_mailbox, serves
from workflows.states import OWING
from workflows.tables import Assignment, Campaign, Contact, UnitRow

CONTACTS, CAMPAIGNS = N_("contacts"), N_("campaigns")

_RESERVED = (".example", ".invalid", ".test", ".localhost")  # RFC 2606, section 2
_EXAMPLES = ("example.com", "example.net", "example.org")  # RFC 2606, section 3


def check_contacts(
    session: Session, organisation: Organisation, settings: Settings, today: date
) -> Iterator[Finding]:
    """Whether each unit that owes something has somebody who is told on that day."""
    owing = session.exec(
        select(UnitRow.id, UnitRow.name)
        .where(
            col(UnitRow.id).in_(select(Assignment.unit_id).where(col(Assignment.state).in_(OWING)))
        )
        .order_by(col(UnitRow.position))
    ).all()
    # Who has a telephone alone is not told anything.
    people = [
        one for one in session.exec(select(Contact)) if has_mailbox(one) and serves(one, today)
    ]
    has_contact = {one.unit_id for one in people if one.role == "contact"}
    known = organisation.by_id
    nobody = [name for unit, name in owing if unit not in known and unit not in has_contact]
    if nobody:
        yield bad(
            CONTACTS,
            _("nobody is told for {count} units: {names}").format(
                count=len(nobody), names=some(nobody)
            ),
            _("add them to the organisation file (DUBAN_ORGANISATION), or import contacts"),
        )
    addresses = {one.address for one in people}
    addresses |= {known[unit].mailbox for unit, _name in owing if unit in known}
    unreal = sorted(one for one in addresses if _is_example(one))
    if unreal and not settings.smtp_is_local:
        yield bad(
            CONTACTS,
            _("{count} addresses are examples that reach nobody: {names}").format(
                count=len(unreal), names=some(unreal)
            ),
            _("write the real ones into the organisation file and the contacts"),
        )
    told_at_office = [
        name
        for unit, name in owing
        if unit not in has_contact
        and unit in known
        and known[unit].reminded_through != "departments"
    ]
    if told_at_office:
        yield warning(
            CONTACTS,
            _("{count} of {all} units are told at their office mailbox alone: {names}").format(
                count=len(told_at_office), all=len(owing), names=some(told_at_office)
            ),
            _("import their contacts: duban contacts import FILE"),
        )
    lost = sorted({one.channel for one in people if one.channel} - set(settings.channels))
    if lost:
        yield warning(
            CONTACTS,
            _("people prefer channels that are not set, and get mail: {names}").format(
                names=some(lost)
            ),
            _("add them to the setting “channels”, or run “duban contacts channel ADDRESS mail”"),
        )
    elif not nobody and not told_at_office:
        yield good(CONTACTS, _("each of {count} units that owe something has a contact").format(
            count=len(owing)))  # fmt: skip


def check_campaigns(
    session: Session, organisation: Organisation, settings: Settings
) -> Iterator[Finding]:
    """Whether every declaration is right and applied, and every campaign has its declaration.

    Raises InputError where there are no declarations.
    """
    folder = settings.campaigns_dir
    checked = check_files(declaration_files(folder), organisation, settings)
    wrong = [one.file.name for one in checked if one.declaration is None]
    declared = {one.declaration.id for one in checked if one.declaration is not None}
    applied = set(session.exec(select(Campaign.id)))
    if wrong:
        yield warning(
            CAMPAIGNS,
            _("there are errors in {names}").format(names=some(wrong)),
            _("run “duban check”"),
        )
    if orphans := sorted(applied - declared):
        yield warning(
            CAMPAIGNS,
            _("no declaration in {folder} is that of {names}").format(
                folder=folder, names=some(orphans)
            ),
            _("put it there: without it the campaign cannot be changed"),
        )
    if waiting := sorted(declared - applied):
        yield warning(
            CAMPAIGNS,
            _("declared and not applied: {names}").format(names=some(waiting)),
            _("run “duban apply”, or move the file away"),
        )
    if not wrong and not orphans and not waiting:
        yield good(CAMPAIGNS, _("{count} declared and applied").format(count=len(applied)))


def _is_example(address: str) -> bool:
    domain = "." + address.rpartition("@")[2].lower()
    return domain.endswith(_RESERVED) or domain.endswith(tuple(f".{one}" for one in _EXAMPLES))
