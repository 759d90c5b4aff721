"""The command that has the whole database checked by the referee: verify."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import typer

from config.errors import Severity
from config.i18n import N_, _
from scheduler.cli.app import office
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    emit,
    json_text,
    say,
    working,
    write_rows,
)
from scheduler.judging import judge
from workflows.referee import Report
from workflows.tables import DeliveryStatus
from workflows.words import word_of

# What was looked at, in the order in which it is told.
_COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "campaigns": N_("campaigns"),
        "assignments": N_("assignments"),
        "events": N_("events"),
        "rungs": N_("rungs that came due"),
        "rungs_unticked": N_("rungs that came due while nothing ran"),
        "reminders": N_("reminders"),
        "deliveries": N_("deliveries"),
        "files": N_("files"),
        "in_doubt": N_("in doubt"),
        "not_judged": N_("not judged"),
    }
)
_SEVERITIES: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: N_("error"), Severity.WARNING: N_("warning")}
)


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("verify")(_verify)


def _verify(
    context: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Exit code 1 where a promise was broken; warnings and what is in doubt alone are none.

    CSV and .xlsx have the findings alone.
    """
    here = office(context)
    with working(_("checking the record")), here.database.read() as session:
        report = judge(session, here.settings, here.now())
    if form is Format.JSON:
        emit(json_text(_as_data(report)), output)
    elif form is Format.TABLE and output is None:
        _print(report)
    else:
        write_rows(_findings(report), form, output, _finding_headings(), title=_("Findings"))
    raise typer.Exit(1 if report.errors else 0)


def _as_data(report: Report) -> dict[str, Any]:
    return {
        "ok": not report.errors,
        "counts": {name: report.counts[name] for name in _COUNTED},
        "findings": _findings(report),
        "left_out": {code.value: count for code, count in report.left_out.items()},
        "in_doubt": _in_doubt(report),
    }


def _findings(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code.value,
            "severity": one.severity.value,
            "where": one.where,
            "message": one.message,
            "mend": one.mend,
        }
        for one in report.findings
    ]


def _in_doubt(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "delivery": one.delivery_id,
            "address": one.address,
            "day": one.local_date,
            "status": one.status,
            "reminders": list(one.reminders),
        }
        for one in report.in_doubt
    ]


def _finding_headings() -> dict[str, str]:
    return {
        "code": _("finding"), "severity": _("severity"), "where": _("where"),
        "message": _("what is wrong"), "mend": _("what it means"),
    }  # fmt: skip


def _print(report: Report) -> None:
    if report.findings:
        findings = [
            {**row, "severity": _(_SEVERITIES[Severity(row["severity"])])}
            for row in _findings(report)
        ]
        write_rows(findings, Format.TABLE, None, _finding_headings(), title=_("Findings"))
    if report.in_doubt:
        doubtful = [
            {**row, "status": word_of(DeliveryStatus, row["status"])} for row in _in_doubt(report)
        ]
        headings = {
            "delivery": _("number"), "address": _("address"), "day": _("day"),
            "status": _("status"), "reminders": _("reminders"),
        }  # fmt: skip
        write_rows(doubtful, Format.TABLE, None, headings, title=_("In doubt"))
    for code, count in report.left_out.items():
        say(_("{code}: {count} more findings").format(code=code.value, count=count))
    counts = [{"what": _(word), "count": report.counts[name]} for name, word in _COUNTED.items()]
    write_rows(counts, Format.TABLE, None, {"what": _("checked"), "count": _("how many")})
    errors = len(report.errors)
    warnings = len(report.findings) - errors
    say(
        _("{errors} errors, {warnings} warnings, {doubts} in doubt").format(
            errors=errors, warnings=warnings, doubts=len(report.in_doubt)
        )
        if report.findings or report.in_doubt
        else _("everything is as it should be")
    )
