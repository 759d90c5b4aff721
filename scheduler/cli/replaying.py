"""Commands that play a season over simulated time: replay, demo."""

import asyncio
import contextlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from config.settings import Settings
from scheduler import demo as demos
from scheduler.cli.app import office
from scheduler.cli.feeds import feed_url
from scheduler.cli.output import Format, FormatOption, OutputOption, progress, say, write_rows
from scheduler.cli.running import require_local_mail, run_server
from scheduler.clock import wall_clock
from scheduler.office import Office, parse_moment, write_demo_marker
from scheduler.replay import Month
from workflows.loading import declaration_files, load_declarations


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("replay")(_replay)
    app.command("demo")(_demo)


def _replay(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(help=_("declarations; by default all that are set"))
    ] = None,
    start: Annotated[str | None, typer.Option("--from", help=_("first day"))] = None,
    until: Annotated[str | None, typer.Option("--to", help=_("last day or moment"))] = None,
    submissions: Annotated[
        Path | None, typer.Option(help=_("CSV file: assignment, at[, action]"))
    ] = None,
    seed: Annotated[int, typer.Option(help=_("another seed, another pattern"))] = 1,
    contacts: Annotated[Path | None, typer.Option(help=_("CSV file of contacts"))] = None,
    keep_held: Annotated[
        bool, typer.Option("--keep-held", help=_("do not release held escalations"))
    ] = False,
    into: Annotated[
        Path | None, typer.Option(help=_("keep the result in this folder, new or a demo"))
    ] = None,
    mail_calendar: Annotated[
        bool,
        typer.Option("--mail-calendar", help=_("only show what would go to whom on which day")),
    ] = False,
    declaration: Annotated[
        list[Path] | None,
        typer.Option(
            "--declaration",
            metavar="FILE",
            help=_("play a draft ahead, beside what is running; -o page.html draws it"),
        ),
    ] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """The real database is not touched."""
    here = office(context)
    if declaration:
        from scheduler.cli.simulating import require_alone, show_simulation

        require_alone(
            {
                "--submissions": submissions is not None, "--seed": seed != 1,
                "--contacts": contacts is not None, "--keep-held": keep_held,
                "--into": into is not None, "--mail-calendar": mail_calendar,
            }
        )  # fmt: skip
        drafts = list(dict.fromkeys([*declaration, *(files or [])]))
        show_simulation(here, drafts, start, until, form, output)
        return
    if mail_calendar:
        from scheduler.cli.mail_calendar import show_mail_calendar

        show_mail_calendar(here, start, until, files or [], contacts, form, output)
        return
    if start is None or until is None:
        raise InputError(_("a replay needs --from and --to"), _("give two days"))
    first, _is_date = parse_moment(start, here.settings.zone)
    last, last_is_date = parse_moment(until, here.settings.zone)
    if last_is_date:
        last = last.replace(hour=23, minute=59)
    if last <= first:
        raise InputError(_("--to is not after --from"), _("give a later date"))
    if (last - first).days > 3660:
        raise InputError(_("more than ten years"), _("choose a shorter span"))
    declared = load_declarations(
        files or declaration_files(here.settings.campaigns_dir), here.organisation
    )
    scenario = demos.Scenario(
        first, last, tuple(declared), contacts or demos.default_contacts(here.settings), seed,
        submissions, not keep_held,
    )  # fmt: skip
    with contextlib.ExitStack() as stack:
        if into is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duban-replay-")))
        else:
            home = into
            demos.prepare_demo_home(home)
        settings = demos.isolated(here.settings, home)
        months = _run_scenario(settings, scenario)
        if into is not None:
            write_demo_marker(home, last, wall_clock())
    _print_months(months, form, output)


def _demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve", help=_("and serve it from there"))] = False,
) -> None:
    """Replaces the home folder only where that is a demo already."""
    here = office(context)
    require_local_mail(here.settings, _("a demo home"))
    home = here.settings.home
    demos.prepare_demo_home(home)
    settings = demos.isolated(here.settings, home)
    start, _is_date = parse_moment(demos.DEMO_FROM, settings.zone)
    as_of, _is_date = parse_moment(demos.DEMO_AS_OF, settings.zone)
    say(
        _("replaying the campaigns from {start} to {until} into {home}").format(
            start=start.date(), until=f"{as_of:%Y-%m-%d %H:%M}", home=home
        )
    )
    months = _run_scenario(settings, demos.demo_scenario(settings, start, as_of))
    _print_months(months)
    tokens = demos.finish_demo(settings, as_of)
    _print_next_steps(Office(settings), tokens, serving=serve)
    if serve:
        run_server(Office(settings))


def _print_next_steps(here: Office, tokens: list[str], *, serving: bool) -> None:
    home = here.settings.home
    command = "duban" if home == Path("var") else f"duban --home {home}"
    say("")
    say(
        _("The demo's clock stands at {moment}. Try:").format(moment=f"{here.now():%Y-%m-%d %H:%M}")
    )
    for line in (
        f"{command} today",
        f"{command} status",
        f"{command} overdue",
        f"{command} overdue --unit 郑州市 --at 2022-07-01",
        f"{command} show elderly-travel-2022/stops-august/开封市",
        f"{command} outbox list",
        f"{command} feed create --unit 洛阳市",
    ):
        say(f"  .venv/bin/{line}")
    say(
        _("Mail is in {folder}: open it with a mail program, or “cat” a file.").format(
            folder=here.settings.maildir / "new"
        )
    )
    if serving:
        say(_("Calendar feeds:"))
        for token in tokens:
            say(f"  {feed_url(here, token)}")


def _run_scenario(settings: Settings, scenario: demos.Scenario) -> dict[str, Month]:
    days = (scenario.until.date() - scenario.start.date()).days + 1
    with progress(days) as advance:
        return asyncio.run(
            demos.run_scenario(settings, scenario, lambda day: advance(day.isoformat()))
        )


def _print_months(
    months: Mapping[str, Month], form: Format = Format.TABLE, output: Path | None = None
) -> None:
    rows = []
    for name, month in sorted(months.items()):
        peak = month.busiest.most_common(1)
        rows.append(
            {
                "month": name,
                "mails": month.mails,
                "submissions": month.submissions,
                "accepted": month.accepted,
                "returned": month.returned,
                "overdue": month.overdue_at_end,
                "peak": f"{peak[0][0]}: {peak[0][1]}" if peak and peak[0][1] else "",
            }
        )
    headings = {
        "month": _("month"), "mails": _("mails"), "submissions": _("submissions"),
        "accepted": _("accepted"), "returned": _("returned"), "overdue": _("overdue at its end"),
        "peak": _("most mails on a day"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Replay"))
