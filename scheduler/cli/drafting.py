"""The command that drafts a declaration from a plan document: draft."""

import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config.errors import InputError
from config.i18n import N_, _
from config.settings import BUNDLED_ORGANISATION
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, say, working, write_rows
from workflows.drafting.model import Draft, Outcome, Sure, least_sure

if TYPE_CHECKING:  # it takes a while to load
    from workflows.drafting.writing import Written

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OUTCOMES = {
    Outcome.DUTY: N_("milestone"),
    Outcome.PART: N_("part of one"),
    Outcome.HEAD: N_("head"),
    Outcome.ENCOURAGED: N_("encouraged"),
    Outcome.PLAIN: N_("nothing owed"),
    Outcome.ASKED: N_("asked"),
}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("draft")(_draft)


def _draft(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help=_("the plan: .docx, .txt, .md, .html, .pdf; .doc and .wps by LibreOffice")
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=_("into a file, which must not be there yet")),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help=_("show what became of each sentence instead"))
    ] = False,
    year: Annotated[
        int | None,
        typer.Option(min=2000, max=2100, help=_("the campaign's year, where dates name none")),
    ] = None,
    campaign_id: Annotated[
        str, typer.Option("--id", help=_("the campaign's id, e.g. bridges-2022"))
    ] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Nothing is sent anywhere, and the database is not touched."""
    from workflows.documents import read_document
    from workflows.drafting.draft import draft
    from workflows.drafting.writing import write_draft

    here = office(context)
    if campaign_id and (not _ID.fullmatch(campaign_id) or len(campaign_id) > 64):
        raise InputError(
            _("“{id}” cannot be a campaign's id").format(id=campaign_id[:80]),
            _("write lower-case letters, digits and hyphens, e.g. bridges-2022"),
        )
    if form is not Format.TABLE and not explain:
        raise InputError(
            _("a draft is YAML; --format is for --explain"), _("add --explain, or take it away")
        )
    contacts = output.with_name(f"{output.stem}.contacts.csv") if output and not explain else None
    if output is not None:
        _require_free(output)
    with working(_("reading {file}").format(file=file.name)):
        drafted = draft(read_document(file), here.organisation, here.now().date(), year)
    if explain:
        _explain(drafted, form, output)
        return
    if not here.organisation.departments:
        raise InputError(
            _("the organisation file has no departments: nobody can own a campaign"),
            _("add departments to it"),
        )
    if contacts is not None and drafted.contacts:
        _require_free(contacts)
    with working(_("writing")):
        written = write_draft(drafted, here.organisation, campaign_id)
    if output is None:
        sys.stdout.write(written.text)
    else:
        _write_new(output, written.text.encode(), 0o666)
    _tell(drafted, written, output)
    if here.settings.organisation == BUNDLED_ORGANISATION:
        say(_("units and offices are those of the example province; "
              "DUBAN_ORGANISATION names a file of your own"))  # fmt: skip
    _offer_contacts(drafted, contacts)


def _explain(drafted: Draft, form: Format, output: Path | None) -> None:
    from workflows.drafting.declaring import sure_word
    from workflows.drafting.offices import without_persons

    plain = form in {Format.JSON, Format.CSV}
    rows: list[dict[str, Any]] = [
        {
            "place": str(one.sentence.place),
            "clause": one.sentence.clause,
            "sentence": without_persons(one.sentence.text),
            "outcome": one.outcome.value if plain else _(_OUTCOMES[one.outcome]),
            "reading": one.reading,
            "sure": one.sure and (one.sure.value if plain else sure_word(one.sure)),
        }
        for one in drafted.explained
    ]
    headings = {
        "place": _("where it stands"), "clause": _("clause"), "sentence": _("sentence"),
        "outcome": _("what became of it"), "reading": _("reading"),
        "sure": _("how sure"),
    }  # fmt: skip
    write_rows(
        rows, form, output, headings, narrow=("place", "sentence", "outcome"),
        title=_("What was read in {file}").format(file=drafted.name),
    )  # fmt: skip
    counts = Counter(one.outcome for one in drafted.explained)
    say(
        _(", ").join(
            _("{what}: {count}").format(what=_(word), count=counts[outcome])
            for outcome, word in _OUTCOMES.items()
            if counts[outcome]
        )
    )


def _tell(drafted: Draft, written: "Written", output: Path | None) -> None:
    """How much stands in the draft and how sure it is, and what is to be done next."""
    sures = Counter(least_sure(duty.due.sure, duty.who.sure) for duty in written.duties)
    numbers = sum(len(duty.targets) for duty in written.duties)
    say(
        _(
            "{count} milestones: {certain} certain, {likely} likely, {guess} guessed in date or "
            "unit; {numbers} numbers to reach, {forms} forms"
        ).format(
            count=len(written.duties),
            certain=sures[Sure.CERTAIN],
            likely=sures[Sure.LIKELY],
            guess=sures[Sure.GUESS],
            numbers=numbers,
            forms=len(drafted.forms),
        )
    )
    questions, left_over = written.asked, len(written.left_over)
    if questions or left_over:
        say(
            _("{questions} questions stand at the top of the draft, {left} dated sentences without "
              "a milestone at its end").format(questions=questions, left=left_over)
        )  # fmt: skip
    if output is not None:
        say(_("next: answer them in {file}, then “duban check {file}”").format(file=output))
    else:
        say(_("next: “duban draft … -o FILE” writes it, then “duban check FILE”"))


def _offer_contacts(drafted: Draft, contacts: Path | None) -> None:
    if not drafted.contacts:
        return
    if contacts is None:
        say(_("the document lists people: with -o FILE they are written beside it"))
        return
    from workflows.drafting.contacts import contact_sheet

    _write_new(contacts, contact_sheet(drafted.contacts).encode("utf-8-sig"), 0o600)
    say(
        _("the document lists people; they stand in {file}, which only you can read: "
          "“duban contacts import {file}”").format(file=contacts)
    )  # fmt: skip


def _require_free(target: Path) -> None:
    try:
        there = os.path.lexists(target)
    except ValueError:  # a NUL in the path
        there = False
    if there:
        raise InputError(
            _("{file} is there already").format(file=target),
            _("a draft overwrites nothing: name another file, or take this one away"),
        )


def _write_new(target: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, with those permissions but for the umask."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        _require_free(target)
        raise
    except (OSError, ValueError) as error:
        raise InputError(
            _("cannot write {file}: {reason}").format(
                file=target, reason=getattr(error, "strerror", None) or error
            ),
            _("check the folder and its permissions"),
        ) from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
