"""Commands that compare declarations with what is in force, and write them: diff, apply."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
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
from scheduler.cli.declaring import Files, files_of
from scheduler.cli.deeds import By, Why
from scheduler.cli.output import Format, FormatOption, OutputOption, say, working, write_rows
from scheduler.cli.provisional import say_outdated
from scheduler.office import Office
from workflows.applying import Past, apply
from workflows.campaign_status import archived_error
from workflows.changing.model import Difference
from workflows.comparing import ApplyPlan, compare_declarations, plan_apply
from workflows.declaration import Declaration
from workflows.loading import load_declarations
from workflows.naming import find_campaign
from workflows.tables import CampaignStatus

_NAMED = 10  # units in a line


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("apply")(apply_command)
    app.command()(diff)


def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help=_("a declaration, or a campaign in the record"))],
    new: Annotated[Path, typer.Argument(help=_("the new declaration"))],
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Two files are compared as if nothing had been done yet; with the record, what has been done
    counts. Nothing is written."""
    here = office(context)
    declared = _one(here, new)
    found: Sequence[Difference]
    if Path(old).is_file():
        before = _one(here, Path(old))
        _require_same(before.id, declared.id)
        found = compare_declarations(before, declared, here.organisation, here.now())
    else:
        found = _with_record(here, old, declared)
    if not found:
        say(_("nothing differs"))
        return
    show_differences(found, form, output)


def apply_command(
    context: typer.Context,
    files: Files = None,
    yes: Unasked = False,
    past: PastChoice = None,
    by: By = None,
    note: Why = "",
    draft: Annotated[
        bool, typer.Option("--draft", help=_("new campaigns are silent until they are started"))
    ] = False,
    plan: PlanOnly = False,
    decisions: DecisionsFile = None,
    template: TemplateFile = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Applied again it changes nothing."""
    here = office(context)
    declarations = load_declarations(files_of(here, files), here.organisation, here.settings)
    given = given_decisions(decisions)
    database = here.create_database()
    now = here.now()

    def plan_again(answers: Mapping[str, str]) -> ApplyPlan:
        with database.read() as session:
            return plan_apply(session, declarations, here.organisation, now, answers)

    with working(_("comparing with the record")):
        planned = plan_again(given.answers)
    with database.read() as session:
        say_outdated(session)
    _say_archived(planned)
    if form is not Format.TABLE:
        if not plan:
            raise InputError(_("--format is for --plan"), _("add --plan"))
        show_differences(planned.differences, form)
        return
    if not planned.to_write and not planned.units:
        say(_("nothing to change: every declaration is applied already"))
        return
    _show(planned)
    if plan:
        list_keys(planned.differences)
        if template is not None:
            write_template(planned.differences, template)
        return
    decided = decide(planned, given, plan_again, past=past.value if past else None)
    if planned.past and past is None:
        past = _ask_past(len(planned.past), may_ask=not yes)
    if not yes:
        _confirm()
    with working(_("writing into the record")), database.write() as session:
        # Compared again under the lock: what was shown must be what is written.
        again = plan_apply(session, declarations, here.organisation, now, decided.answers)
        added = apply(
            session, again, here.organisation, now=now, actor=here.operator(by), past=past,
            note=note, status=CampaignStatus.DRAFT if draft else CampaignStatus.RUNNING,
            decisions=decided,
        )  # fmt: skip
    say(_("applied: {count} assignments added").format(count=added))


def _say_archived(planned: ApplyPlan) -> None:
    if planned.archived:
        say(
            _(
                "archived, and left as they are: {ids}; to change one: duban campaign unarchive ID"
            ).format(ids=_(", ").join(planned.archived))
        )


def _show(planned: ApplyPlan) -> None:
    if planned.units:
        say(_units_line(planned.units))
    if planned.to_write:
        _show_plan(planned)
    if planned.differences:
        show_differences(planned.differences, answers=planned.answers)


def _one(here: Office, file: Path) -> Declaration:
    return load_declarations([file], here.organisation, here.settings)[0]


def _with_record(here: Office, text: str, declared: Declaration) -> Sequence[Difference]:
    with here.database.read() as session:
        _require_same(find_campaign(session, text), declared.id)
        planned = plan_apply(session, [declared], here.organisation, here.now())
    if planned.archived:
        raise archived_error(declared.id)
    return planned.differences


def _require_same(old: str, new: str) -> None:
    if old != new:
        raise InputError(
            _("these are two campaigns: {old} and {new}").format(old=old, new=new),
            _("compare two versions of one"),
        )


def _units_line(names: Sequence[str]) -> str:
    shown = _(", ").join(names[:_NAMED])
    return _("units that the organisation file has otherwise ({count}): {names}").format(
        count=len(names), names=shown + ("…" if len(names) > _NAMED else "")
    )


def _show_plan(planned: ApplyPlan) -> None:
    rows = [
        {
            "campaign": change.declaration.id,
            "title": change.declaration.title,
            "what": _("new") if change.is_new else _("new version"),
            "added": len(change.added),
            "first": min((one.due for one in change.added), default=None),
            "last": max((one.due for one in change.added), default=None),
            "past": len(change.past),
        }
        for change in planned.to_write
    ]
    headings = {
        "campaign": _("id"), "title": _("campaign"), "what": _("what"),
        "added": _("assignments added"), "first": _("first due"), "last": _("last due"),
        "past": _("already past"),
    }  # fmt: skip
    write_rows(rows, Format.TABLE, None, headings, title=_("This will be written"))


def _ask_past(count: int, *, may_ask: bool) -> Past:
    message = _("{count} assignments are already past their due date").format(count=count)
    if not may_ask or not sys.stdin.isatty():
        raise InputError(
            message, _("say what becomes of them: --past done, --past chase or --past silent")
        )
    say(message)
    say(_("done: they are settled · chase: remind at once · silent: list them, mail nobody"))
    answer = typer.prompt(_("What becomes of them?"), type=str, default=Past.CHASE.value)
    try:
        return Past(answer.strip())
    except ValueError:
        raise InputError(
            _("“{answer}” is none of these").format(answer=answer), _("done, chase or silent")
        ) from None


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise InputError(_("nobody can be asked here"), _("add --yes"))
    if not typer.confirm(_("Write it?"), default=False):
        say(_("nothing was changed"))
        raise typer.Exit(1)
