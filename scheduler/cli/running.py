"""Commands that run the program: serve, worker, tick."""

import asyncio
from typing import Annotated

import typer

from config.errors import InputError, StateError
from config.i18n import _
from config.settings import Settings
from scheduler.cli.app import office
from scheduler.cli.output import say
from scheduler.clock import Now, ShiftedClock
from scheduler.office import Office, parse_moment
from scheduler.roles import Role
from workflows.words import word
from workflows.working_days import working_days

AsOf = Annotated[str | None, typer.Option(help=_("a clock that starts there: 2022-09-08T08:55"))]
Speed = Annotated[
    float,
    typer.Option(min=0.001, max=1e6, help=_("with --as-of: how much faster that clock runs")),
]
WorkerName = Annotated[
    str, typer.Option("--name", help=_("a worker's name, by default the machine's"))
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("serve")(_serve)
    app.command("worker")(_worker)
    app.command("tick")(_tick)


def _serve(
    context: typer.Context,
    as_of: AsOf = None,
    speed: Speed = 1.0,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help=_("HTTP port [DUBAN_HTTP_PORT]"))
    ] = None,
    role: Annotated[
        Role | None,
        typer.Option(help=_("this process's part, where several share the work on PostgreSQL")),
    ] = None,
    name: WorkerName = "",
) -> None:
    _start(office(context), as_of, speed, port, role, name)


def _worker(
    context: typer.Context,
    as_of: AsOf = None,
    speed: Speed = 1.0,
    name: WorkerName = "",
) -> None:
    """The same as `duban serve --role worker`."""
    _start(office(context), as_of, speed, None, Role.WORKER, name)


def _start(
    here: Office, as_of: str | None, speed: float, port: int | None, role: Role | None, name: str
) -> None:
    settings = here.settings
    if port is not None:
        settings = settings.model_copy(update={"http_port": port})
    clock: Now | None = None
    if as_of is not None:
        require_local_mail(settings, _("a clock of its own"))
        moment, _is_date = parse_moment(as_of, settings.zone)
        import scheduler.serve  # noqa: F401 - takes a while, so before the clock begins to run

        clock = ShiftedClock(moment, speed=speed)
    elif here.is_demo:
        require_local_mail(settings, _("a demo home"))
        clock = here.clock
    run_server(Office(settings, clock), role, name)


def run_server(here: Office, role: Role | None = None, name: str = "") -> None:
    """Serve until stopped, with a log."""
    from scheduler.allocator import share_memory_between_threads
    from scheduler.logs import configure_logs
    from scheduler.serve import serve

    share_memory_between_threads()
    configure_logs()
    working_days().read_files()  # a wrong one is told now, and not at night
    asyncio.run(serve(here, say, role, name))


def _tick(
    context: typer.Context,
    at: Annotated[str | None, typer.Option(help=_("as if it were then: 2022-06-02T09:00"))] = None,
) -> None:
    from notifications.sender import Sender, make_transport
    from scheduler.allocator import share_memory_between_threads
    from scheduler.logs import configure_logs
    from scheduler.tick import sending_window, tick

    share_memory_between_threads()
    configure_logs()
    here = office(context)
    clock = here.clock
    if at is not None:
        moment, _is_date = parse_moment(at, here.settings.zone)
        if moment > here.now():
            require_local_mail(here.settings, _("a moment to come"))
        clock = lambda: moment  # noqa: E731
    settings, database = here.settings, here.database
    if database.file is None:
        from scheduler.engine.alike import require_mail_server

        require_mail_server(here)

    async def run() -> None:
        transport = make_transport(settings)
        window = sending_window(settings)
        sender = Sender(
            database, transport, settings, window, clock, "tick-command",
            links=here.links, organisation=here.organisation,
        )  # fmt: skip
        try:
            report = await tick(database, here.organisation, settings, clock(), sender)
        finally:
            await transport.close()
        if not window.is_open(clock()):
            say(
                _("outside the sending window; it opens at {moment}").format(
                    moment=f"{window.next_opening(clock()):%Y-%m-%d %H:%M}"
                )
            )
        say(
            _("{due} reminders came due; {statuses}").format(
                due=report.due,
                statuses=_(", ").join(
                    f"{word(status)} {count}"
                    for status, count in report.sending.statuses.items()
                    if count
                )
                or _("nothing sent"),
            )
        )
        if trouble := report.sending.trouble:
            raise StateError(
                _("no mail can go: {reason}").format(
                    reason=f"{trouble.code or ''} {trouble.text}".strip()
                ),
                trouble.mend or _("what waits is tried again by the next tick"),
            )

    asyncio.run(run())


def require_local_mail(settings: Settings, what: str) -> None:
    """Simulated time must never reach real people."""
    if settings.channels:
        raise InputError(
            _("{what} is refused while there are channels").format(what=what),
            _("unset DUBAN_CHANNELS, or take them out of duban.toml"),
        )
    if not settings.smtp_is_local:
        raise InputError(
            _("{what} is refused while mail goes to {host}").format(
                what=what, host=settings.smtp_host
            ),
            _("unset DUBAN_SMTP_HOST: mail then goes into a Maildir; or name a server on loopback"),
        )
