"""Shows what a new version of a campaign changes, and asks a person about what is to be decided."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from config.i18n import _
from config.plain_text import one_line
from scheduler.cli.output import Format, say, write_file, write_rows
from workflows.applying import Past
from workflows.changing.decisions import (
    Decisions,
    UndecidedError,
    check_decisions,
    read_decisions,
    template,
)
from workflows.changing.model import Answer, Difference, Kind
from workflows.changing.wording import answer_word, class_word, kind_word, work_words
from workflows.comparing import ApplyPlan

# Options of all commands that write a new version.
PlanOnly = Annotated[
    bool, typer.Option("--plan", help=_("show what would be written, and write nothing"))
]
DecisionsFile = Annotated[
    Path | None, typer.Option(help=_("a file that answers what is to be decided"))
]
TemplateFile = Annotated[
    Path | None, typer.Option(help=_("with --plan: write such a file, to be filled in"))
]
PastChoice = Annotated[
    Past | None, typer.Option(help=_("what becomes of assignments that are already past"))
]
Unasked = Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))]

_COLUMNS = (
    "campaign", "milestone", "difference", "class", "key", "answers", "title", "detail",
    "assignments", "people", "notices", "reminders", "first_reminder",
    "submitted", "accepted", "returned", "extended", "waived", "figures", "forms",
)  # fmt: skip


def difference_rows(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """A row for each, for programs: kinds and classes by their ids."""
    rows = []
    for one in differences:
        mail, work = one.mail, one.work
        values = (
            one.campaign, one.milestone, one.kind.value, "safe" if one.safe else "decision",
            "" if one.safe else one.key, [answer.value for answer in one.answers],
            one.title, one.detail, one.touched, one.people, mail.notices, mail.reminders,
            mail.first, work.submitted, work.accepted, work.returned, work.extended, work.waived,
            work.figures, work.forms,
        )  # fmt: skip
        rows.append(dict(zip(_COLUMNS, values, strict=True)))
    return rows


def show_differences(
    differences: Sequence[Difference],
    form: Format = Format.TABLE,
    output: Path | None = None,
    *,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Print them; as a table in words. Who gets a notice is counted by the `answers` known so far:
    of what is kept nobody does."""
    if form is not Format.TABLE:
        write_rows(difference_rows(differences), form, output, dict.fromkeys(_COLUMNS, ""),
                   csv_columns=_COLUMNS)  # fmt: skip
        return
    rows = [
        {
            "place": "/".join(part for part in (one.campaign, one.milestone) if part),
            "what": kind_word(one.kind),
            "class": class_word(one),
            "detail": _about(one),
            "assignments": one.touched or "",
            "people": one.people or "",
            "mail": _mail(one),
        }
        for one in differences
    ]
    headings = {
        "place": _("milestone"), "what": _("difference"), "class": _("class"),
        "detail": _("what differs"), "assignments": _("assignments"), "people": _("people"),
        "mail": _("mail"),
    }  # fmt: skip
    narrow = ("place", "what", "class", "detail")
    write_rows(rows, form, output, headings, narrow=narrow, title=_("Differences"))
    told = {
        person
        for one in differences
        if one.safe or answers.get(one.key) != Answer.KEEP
        for person in one.mail.people
    }
    if told:
        say(_("people who get one notice of all of it: {count}").format(count=len(told)))


def _about(one: Difference) -> str:
    parts = [one.detail or one.title, work_words(one.work)]
    return _("; ").join(part for part in parts if part)


def _mail(one: Difference) -> str:
    mail, parts = one.mail, []
    if mail.notices:
        parts.append(_("notices: {count}").format(count=mail.notices))
    if mail.reminders:
        parts.append(
            _("reminders to come: up to {count}, from {day}").format(
                count=mail.reminders, day=mail.first
            )
        )
    return _("; ").join(parts)


def list_keys(differences: Sequence[Difference]) -> None:
    """Name what is to be decided, by key."""
    for one in differences:
        if not one.safe:
            answers = _(" or ").join(answer.value for answer in one.answers)
            say(_("to be decided: {key}: {answers}").format(key=one.key, answers=answers))


def write_template(differences: Sequence[Difference], file: Path) -> None:
    """Write a file of decisions to be filled in."""
    write_file(file, template(differences).encode())
    say(_("written: {file}").format(file=file))


def given_decisions(file: Path | None) -> Decisions:
    """Those of a file; none where none is named."""
    return Decisions() if file is None else read_decisions(file)


def decide(
    planned: ApplyPlan,
    given: Decisions,
    plan_again: Callable[[Mapping[str, str]], ApplyPlan],
    *,
    past: str | None = None,
) -> Decisions:
    """All that has been decided of a plan: by the file that was `given`, by `past` for what is new
    and late, else by the person at the terminal, one question after the other.

    Whether a milestone has only got another id is asked first, and the plan made again by it.
    Raises UndecidedError, with nothing asked, where nobody is there.
    """
    answers = dict(given.answers)
    for one in planned.differences:
        if one.kind is Kind.PAST and past is not None:
            answers.setdefault(one.key, past)
    if given.source is not None:
        check_decisions(planned.differences, Decisions(answers, given.source))
        return Decisions(answers, given.source)
    for renames in (True, False):
        for one in planned.differences:
            if not one.safe and one.key not in answers and (one.kind is Kind.RENAMED) == renames:
                _require_terminal(planned, answers)
                answers[one.key] = _ask(one)
        if renames:
            planned = plan_again(answers)
    return Decisions(answers)


def _require_terminal(planned: ApplyPlan, answers: Mapping[str, str]) -> None:
    if not sys.stdin.isatty():
        raise UndecidedError(
            [one for one in planned.differences if not one.safe and one.key not in answers]
        )


def _ask(one: Difference) -> str:
    about = [one.title, kind_word(one.kind), one.detail, work_words(one.work)]
    say(_(" · ").join(part for part in about if part))
    for answer in one.answers:
        say(f"  {answer_word(answer)}")
    known = [answer.value for answer in one.answers]
    question = _("What is to be done? ({answers})").format(answers="/".join(known))
    while (given := str(typer.prompt(question)).strip()) not in known:
        # A slip of the pen must not cost the answers before it.
        say(_("“{answer}” is none of these").format(answer=one_line(given)))
    return given
