"""Commands that look at forms: which there are, what a unit wrote, what all of them wrote."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from config.errors import StateError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import AtOption, moment_of
from scheduler.cli.completing import complete_campaign, complete_unit
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    say,
    write_file,
    write_rows,
)
from workflows.naming import find_campaign, find_unit

Campaign = Annotated[str, typer.Argument(help=_("the campaign"), autocompletion=complete_campaign)]
FormName = Annotated[str, typer.Argument(help=_("the form: its id, title or attachment"))]
Period = Annotated[str, typer.Option(help=_("of the form that is due in this month, e.g. 2022-06"))]
Milestone = Annotated[
    str, typer.Option(help=_("of this milestone, where several ask for the form"))
]


def add_commands(group: typer.Typer) -> None:
    """Add this module's commands."""
    group.command("list", help=_("List the forms of a campaign, and how many have come."))(_list)
    group.command("show", help=_("Show what a unit wrote into a form."))(_show)
    group.command(
        "summary", help=_("Write what all units wrote as one .xlsx, with who has not handed in.")
    )(_summary)


def _list(
    context: typer.Context,
    campaign: Annotated[
        str | None, typer.Argument(help=_("one campaign"), autocompletion=complete_campaign)
    ] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from workflows.forms.owed import owed_forms, plain_title
    from workflows.tables import Campaign as CampaignRow
    from workflows.tables import CampaignStatus, FilledForm
    from workflows.versions import plan_of

    here = office(context)
    rows: list[dict[str, Any]] = []
    with here.database.read() as session:
        query = select(CampaignRow).order_by(col(CampaignRow.id))
        if campaign:
            query = query.where(CampaignRow.id == find_campaign(session, campaign))
        else:
            query = query.where(CampaignRow.status != CampaignStatus.ARCHIVED)
        for one in session.exec(query).all():
            plan = plan_of(session, one)
            for declared in plan.forms if plan else ():
                owed = owed_forms(session, one.id, declared.id)
                come = set(
                    session.exec(
                        select(FilledForm.assignment_id).where(
                            FilledForm.campaign_id == one.id, FilledForm.form_id == declared.id
                        )
                    )
                )
                rows.append(
                    {
                        "campaign": one.id,
                        "form": declared.id,
                        "attachment": declared.attachment,
                        "title": plain_title(declared),
                        "shape": declared.shape.value,
                        "milestones": list(
                            dict.fromkeys(each.assignment.milestone_id for each in owed)
                        ),
                        "units": len({each.unit.id for each in owed}),
                        "owed": len(owed),
                        "come": sum(each.assignment.id in come for each in owed),
                    }
                )
    headings = {
        "campaign": _("campaign"), "form": _("form"), "attachment": _("attachment"),
        "title": _("title"), "milestones": _("milestone"), "units": _("units"),
        "owed": _("asked for"), "come": _("received"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Forms"))


def _show(
    context: typer.Context,
    campaign: Campaign,
    form_name: FormName,
    unit: Annotated[str, typer.Option(help=_("of this unit"), autocompletion=complete_unit)],
    period: Period = "",
    milestone: Milestone = "",
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from workflows.forms.owed import due_before, name_for, owed_forms, the_owed
    from workflows.forms.summary import lines_of
    from workflows.forms.taking import newest
    from workflows.forms.values import shown_value
    from workflows.reminding import local_date

    here = office(context)
    with here.database.read() as session:
        owed = owed_forms(
            session, find_campaign(session, campaign), form_name,
            unit_id=find_unit(session, unit).id, period=period, milestone_id=milestone,
        )  # fmt: skip
        if owed:
            owed = due_before(owed, local_date(here.now(), owed[0].campaign.time_zone))
        one = the_owed(owed, f"{form_name} {unit} {period}".strip())
        filled = newest(session, one.assignment, one.form.id)
        if filled is None:
            raise StateError(
                _("no form has come for {name}").format(name=name_for(one)),
                _("take it in with “duban form import”"),
            )
        columns, lines = lines_of(one.form, [(one, filled)])
        header = [
            f"{each.title}：{shown_value(each, filled.content['header'].get(each.id))}"
            for each in one.header
        ]
    rows = [
        {
            field.id: shown_value(field, value) if form is Format.TABLE else value
            for field, value in zip(columns, line.values, strict=True)
        }
        for line in lines
    ]
    headings = {field.id: field.title for field in columns}
    write_rows(rows, form, output, headings, title=" ".join([one.title, *header]))


def _summary(
    context: typer.Context,
    campaign: Campaign,
    form_name: FormName,
    output: Annotated[Path, typer.Option("--output", "-o", help=_("into this file"))],
    period: Period = "",
    milestone: Milestone = "",
    at: AtOption = None,
) -> None:
    """Without --period it is the form that was due last."""
    from workflows.forms.summary import summarise
    from workflows.forms.write_summary import write_summary

    here = office(context)
    moment = moment_of(at, here)
    with here.database.read() as session:
        summary = summarise(
            session, find_campaign(session, campaign), form_name, period, moment.at,
            milestone_id=milestone, as_of_past=moment.past,
        )  # fmt: skip
    write_file(output, write_summary(summary))
    say(summary.sentence)
    say(_("written: {file}").format(file=output))
