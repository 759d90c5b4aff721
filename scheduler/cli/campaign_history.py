"""`duban campaign history` and `rollback`: the versions of a plan, and the way back to one."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.changing import (
    DecisionsFile,
    PastChoice,
    PlanOnly,
    TemplateFile,
    Unasked,
    decide,
    given_decisions,
    list_keys,
    show_differences,
    write_template,
)
from scheduler.cli.completing import complete_campaign
from scheduler.cli.deeds import By, Why
from scheduler.cli.output import Format, FormatOption, OutputOption, emit, say, working, write_rows
from workflows.applying import apply
from workflows.campaign_history import Line, history_of_campaign
from workflows.campaign_status import status_word
from workflows.changing.rollback import plan_rollback, rollback_data, version_declared
from workflows.comparing import ApplyPlan
from workflows.declaration_text import declaration_yaml
from workflows.naming import find_campaign
from workflows.tables import Campaign
from workflows.versions import stored_version

CampaignName = Annotated[
    str, typer.Argument(help=_("id or title"), autocompletion=complete_campaign)
]


def history(
    context: typer.Context,
    campaign: CampaignName,
    version: Annotated[
        int | None, typer.Option(help=_("write this version's declaration as YAML"))
    ] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Each version with when, who, why and what changed; between them updates of holidays, and when
    the campaign was started, paused, resumed, closed or archived."""
    here = office(context)
    with here.database.read() as session:
        found = session.get_one(Campaign, find_campaign(session, campaign))
        lines = history_of_campaign(session, found)
        if version is not None:
            stored = stored_version(session, found.id, version)
            if stored is None:
                # Raises, and says which there are.
                version_declared(session, found, version, here.organisation)
                return
            _write_version(stored.declaration, lines, version, output)
            return
    zone = here.settings.zone
    rows = [_row(one, plain=form is not Format.TABLE) for one in lines]
    for row in rows:
        moment = row["at"].astimezone(zone)
        row["at"] = f"{moment:%Y-%m-%d %H:%M}" if form is Format.TABLE else moment
    headings = {
        "version": _("version"), "at": _("applied"), "who": _("who"), "what": _("what changed"),
        "why": _("why"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=found.title)


def _write_version(
    declared: Mapping[str, Any], lines: list[Line], version: int, output: Path | None
) -> None:
    applied = next(one for one in lines if one.version == version and one.is_version)
    head = _("version {version}, applied on {day} by {who}").format(
        version=version, day=f"{applied.at:%Y-%m-%d}", who=applied.actor
    )
    emit(declaration_yaml(declared, [head, *([applied.note] if applied.note else [])]), output)


def _row(one: Line, *, plain: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "version": one.version,
        "at": one.at,
        "who": one.actor,
        "why": one.note,
        "what": "; ".join(_words(one)) if plain else _("; ").join(_words(one)),
    }
    if plain:
        row |= {
            "assignments_added": one.assignments_added,
            "assignments_moved": one.moved,
            "assignments_cancelled": one.cancelled,
            "assignments_returned": one.returned,
            "back_to": one.back_to,
            "holidays": one.holidays,
            "status": one.status.value if one.status else None,
            **{key: list(value) for key, value in asdict(one.changed).items()},
            "renamed": [f"{old} → {new}" for old, new in one.renamed.items()],
            "decisions": [f"{key}: {answer}" for key, answer in one.decisions.items()],
        }
    return row


def _words(one: Line) -> Iterator[str]:
    if one.holidays is not None:
        yield _("the holidays of {year} as they are known since").format(year=one.holidays)
        return
    if one.status is not None:
        yield status_word(one.status)
        return
    if one.back_to is not None:
        yield _("back to version {version}").format(version=one.back_to)
    changed = one.changed
    for words, count in (
        (_("milestones added: {count}"), len(changed.added)),
        (_("removed: {count}"), len(changed.removed)),
        (_("other dates: {count}"), len(changed.dated)),
        (_("other titles: {count}"), len(changed.retitled)),
        (_("changed otherwise: {count}"), len(changed.otherwise)),
        (_("other ids: {count}"), len(one.renamed)),
        (_("assignments added: {count}"), one.assignments_added),
        (_("assignments moved: {count}"), one.moved),
        (_("assignments cancelled: {count}"), one.cancelled),
        (_("assignments asked for again: {count}"), one.returned),
    ):
        if count:
            yield words.format(count=count)
    if changed.own:
        yield _("the campaign's own: {names}").format(names=_(", ").join(changed.own))


def rollback(
    context: typer.Context,
    campaign: CampaignName,
    to: Annotated[int, typer.Option(help=_("the version to go back to"))],
    plan: PlanOnly = False,
    decisions: DecisionsFile = None,
    template: TemplateFile = None,
    past: PastChoice = None,
    yes: Unasked = False,
    form: FormatOption = Format.TABLE,
    by: By = None,
    why: Why = "",
) -> None:
    """It is a new version that says what the old one said; nothing is taken out of the record."""
    here = office(context)
    given, now, database = given_decisions(decisions), here.now(), here.database
    if form is not Format.TABLE and not plan:
        raise InputError(_("--format is for --plan"), _("add --plan"))

    def plan_again(answers: Mapping[str, str]) -> ApplyPlan:
        with database.read() as session:
            found = session.get_one(Campaign, find_campaign(session, campaign))
            return plan_rollback(session, found, to, here.organisation, now, answers)

    planned = plan_again(given.answers)
    if not planned.to_write:
        say(_("nothing to change: that version says what is in force"))
        return
    show_differences(planned.differences, form, answers=planned.answers)
    if plan:
        list_keys(planned.differences)
        if template is not None:
            write_template(planned.differences, template)
        return
    decided = decide(planned, given, plan_again, past=past.value if past else None)
    if not yes:
        confirmed(_("Write it?"), _("add --yes to write it, or --plan to look only"))
    with working(_("writing into the record")), database.write() as session:
        # Compared again under the lock: what was shown must be what is written.
        found = session.get_one(Campaign, find_campaign(session, campaign))
        again = plan_rollback(session, found, to, here.organisation, now, decided.answers)
        apply(
            session, again, here.organisation, now=now, actor=here.operator(by), past=past,
            note=why, decisions=decided, data=rollback_data(to),
        )  # fmt: skip
        session.flush()
        session.refresh(found)
        number = found.version
    say(
        _("{campaign}: version {number} says what version {to} said").format(
            campaign=planned.to_write[0].declaration.id, number=number, to=to
        )
    )
