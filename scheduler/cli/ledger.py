"""`duban outbox list` and `export`: which mails, why, and what became of them."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from config.errors import InputError
from config.i18n import N_, _
from notifications import ledger
from notifications.carriers.limiter import Limited, Limiter
from notifications.transports.base import Verdict
from notifications.tries import RETURNED, returned
from scheduler.cli.app import office
from scheduler.cli.choosing import CampaignOption, UnitOption, selection
from scheduler.cli.days import day_option
from scheduler.cli.output import (
    MAX_ID,
    Format,
    FormatOption,
    OutputOption,
    say,
    write_rows,
)
from workflows.phrases import YEARS
from workflows.tables import Delivery, DeliveryStatus
from workflows.words import word

_VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        Verdict.ACCEPTED: N_("taken"),
        Verdict.TEMPORARY: N_("put off"),
        Verdict.PERMANENT: N_("refused"),
        Verdict.DOUBTFUL: N_("unclear"),
        RETURNED: N_("came back"),
    }
)
_FORMATS = {".csv": Format.CSV, ".xlsx": Format.XLSX}

AddressOption = Annotated[str | None, typer.Option(help=_("only to this address"))]
StatusOption = Annotated[DeliveryStatus | None, typer.Option(help=_("only these"))]
FailedOption = Annotated[
    bool, typer.Option("--failed", help=_("only those of which a try was not accepted"))
]
FromOption = Annotated[
    datetime | None,
    day_option("--from", help=_("first day")),
]
ToOption = Annotated[
    datetime | None,
    day_option("--to", help=_("last day")),
]


def add_commands(group: typer.Typer) -> None:
    """Add this module's commands to `duban outbox`."""
    group.command("list", help=_("List deliveries."))(_list)
    group.command(
        "export", help=_("Write the ledger as .csv or .xlsx: reasons, tries and answers.")
    )(_export)


def _list(
    context: typer.Context,
    status: StatusOption = None,
    address: AddressOption = None,
    campaign: CampaignOption = None,
    unit: UnitOption = None,
    start: FromOption = None,
    until: ToOption = None,
    failed: FailedOption = False,
    limit: Annotated[
        int, typer.Option(min=1, max=MAX_ID, help=_("at most so many, the newest first"))
    ] = 50,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    here = office(context)
    zone = here.settings.zone
    plain = form in {Format.JSON, Format.CSV}
    with here.database.read() as session:
        wanted = _wanted(session, campaign, unit, address, start, until, status, failed)
        limited = Limiter(here.settings).limited(session, here.now())
        found = ledger.find_deliveries(session, wanted, limit)
        back = returned(session, [one.id or 0 for one in found])
        rows: list[dict[str, Any]] = [
            {
                "id": one.id,
                "day": one.local_date,
                "kind": one.kind.value,
                "channel": one.channel,
                "address": one.address,
                "status": one.status.value if plain else fate(one, came_back=one.id in back),
                "attempts": one.attempts,
                "subject": one.subject,
                "done_at": one.done_at.astimezone(zone) if one.done_at else None,
                "error": one.error,
                "came_back": back[one.id].text if one.id in back else "",
                "waits": _waits(one, limited, zone),
                "decided_by": one.decided_by,
                "decided_at": one.decided_at.astimezone(zone) if one.decided_at else None,
                "decision": one.decision,
            }
            for one in found
        ]
    headings = {
        "id": _("number"), "day": _("day"), "address": _("address"), "channel": _("channel"),
        "status": _("status"),
        "subject": _("subject"), "done_at": _("sent"), "error": _("error"),
        "came_back": _("came back"), "waits": _("waits for"),
    }  # fmt: skip
    for key in ("channel", "came_back", "waits"):
        if not any(row[key] for row in rows):
            del headings[key]  # a column of nothing only takes room
    write_rows(rows, form, output, headings, title=_("Outbox"))


def _export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("the file to write, .csv or .xlsx"))],
    status: StatusOption = None,
    address: AddressOption = None,
    campaign: CampaignOption = None,
    unit: UnitOption = None,
    start: FromOption = None,
    until: ToOption = None,
    failed: FailedOption = False,
) -> None:
    """All that are wanted, the oldest first. It holds no body and no link."""
    here = office(context)
    form = _FORMATS.get(file.suffix.lower())
    if form is None:
        raise InputError(
            _("“{file}” is neither .csv nor .xlsx").format(file=file.name),
            _("name a file that ends in .csv or .xlsx"),
        )
    headings = _headings()
    with here.database.read() as session:
        wanted = _wanted(session, campaign, unit, address, start, until, status, failed)
        found = ledger.find_deliveries(session, wanted)[::-1]
        # Under their headings, which a CSV file takes from the rows.
        rows = [
            {headings[key]: value for key, value in _line(one, here.settings.zone).items()}
            for one in ledger.entries(session, found)
        ]
    write_rows(rows, form, file, {one: one for one in headings.values()}, title=_("Ledger"))
    say(_("written: {file}").format(file=file))


def _headings() -> dict[str, str]:
    return {
        "message_id": "Message-ID", "address": _("address"), "channel": _("channel"),
        "day": _("day"), "sent": _("sent"), "reasons": _("reasons"), "attempts": _("tries"),
        "answers": _("answers of the server"), "status": _("status"), "subject": _("subject"),
        "hash": _("hash of the content"), "decided_by": _("decided by"),
        "decision": _("decision"),
    }  # fmt: skip


def _line(entry: ledger.Entry, zone: ZoneInfo) -> dict[str, Any]:
    one = entry.delivery
    return {
        "message_id": one.message_id,
        "address": one.address,
        "channel": one.channel,
        "day": one.local_date,
        "sent": one.done_at.astimezone(zone) if one.done_at else None,
        "reasons": list(entry.reasons),
        "attempts": one.attempts,
        "answers": [
            f"{each.at.astimezone(zone):%Y-%m-%d %H:%M:%S} {answer(each)}" for each in entry.tries
        ],
        "status": fate(one, came_back=entry.came_back),
        "subject": one.subject,
        "hash": one.body_hash,
        "decided_by": one.decided_by,
        "decision": one.decision,
    }


def fate(one: Delivery, *, came_back: bool) -> str:
    """What became of a delivery, in words."""
    return _("came back") if came_back else word(one.status)


def answer(one: ledger.Try) -> str:
    """What a try ended with: the word for it, and the server's."""
    said = _(_VERDICTS[one.verdict]) if one.verdict in _VERDICTS else one.verdict
    return " ".join(str(part) for part in (said, one.code, one.text) if part)


def _wanted(
    session: Session,
    campaign: str | None,
    unit: str | None,
    address: str | None,
    start: datetime | None,
    until: datetime | None,
    status: DeliveryStatus | None,
    failed: bool,
) -> ledger.Wanted:
    """What the options say. Raises InputError for what is not known, or no day of this age."""
    chosen = selection(session, campaign, unit)
    first, last = _day(start), _day(until)
    if first and last and last < first:
        raise InputError(_("--to is not after --from"), _("give a later date"))
    return ledger.Wanted(
        campaign_id=chosen.campaign_id or "",
        unit_id=chosen.unit_id or "",
        address=address or "",
        first=first,
        last=last,
        status=status,
        failed=failed,
    )


def _day(moment: datetime | None) -> date | None:
    if moment is not None and moment.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=moment.year), _("mend the year"))
    return moment.date() if moment else None


def _waits(one: Delivery, limited: Limited | None, zone: ZoneInfo) -> str:
    """Why a queued mail does not go now, where it is the carrier's limit."""
    if limited is None or one.status is not DeliveryStatus.QUEUED or one.channel:
        return ""
    return limit_words(limited, zone)


def limit_words(limited: Limited, zone: ZoneInfo) -> str:
    """That the carrier's limit is reached, and when it goes on."""
    until = f"{limited.until.astimezone(zone):%m-%d %H:%M}"
    if limited.said:
        return _("carrier rests: next at {time} ({said})").format(time=until, said=limited.said)
    return _("carrier limit: next at {time}").format(time=until)
