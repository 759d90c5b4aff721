"""The engine over DBOS: its tables are in the schema `dbos` of the same PostgreSQL."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowSerializationFormat
from dbos import error as errors
from sqlalchemy import text
from sqlmodel import Session

from config.errors import DubanError
from scheduler.engine.jobs import Handler, Job, JobKind
from workflows.database import Database
from workflows.database_errors import clear_errors
from workflows.engines import parse_url

_log = structlog.get_logger()
_NAME = "duban"
_FORM = "1"  # of what a job carries: workers take only jobs of a form that they know
_KEPT = timedelta(days=2)  # then a job that has ended is forgotten
_FROZEN = 60  # seconds after which PostgreSQL ends a transaction of the engine's that is idle
_POLL = 0.1  # seconds between looks at jobs that are waited for
_FEW = 500  # jobs that one look reads
_CONNECTIONS = 8  # that a worker opens for the engine at most, beside one that listens; uses six
_OF_CLIENT = 3  # and each process for putting jobs and waiting for them
_LONGEST = 300  # letters of what the engine says


class _Lane:
    """A queue: how many of its jobs one worker does at once, and how often it looks, in seconds."""

    def __init__(self, name: str, at_once: int, poll: float) -> None:
        self.name, self.at_once, self.poll = f"{_NAME}-{name}", at_once, poll


# A tick waits for its parts, so these have a lane of their own. Of two mail jobs one waits for the
# other in the worker, and begins at once.
_TICKS, _PARTS, _MAILS = _Lane("ticks", 2, 0.5), _Lane("parts", 3, 0.2), _Lane("mails", 2, 0.2)
_LANES = {
    JobKind.TICK: _TICKS,
    JobKind.INBOX: _TICKS,
    JobKind.REMIND: _PARTS,
    JobKind.GROUP: _PARTS,
    JobKind.SEND: _MAILS,
}


class DbosEngine:
    """Puts jobs as a client; `work` begins to do them. One in a process."""

    def __init__(self, database: Database) -> None:
        """Makes the engine's own tables where they are not there yet."""
        self._database = database
        self._url = parse_url(database.url).render_as_string(hide_password=False)
        _have_it_speak_in_our_log()
        with clear_errors(self._url):
            DBOS.migrate(self._url)
            self._client = DBOSClient(
                system_database_url=self._url,
                application_name=_NAME,
                system_database_pool_size=_OF_CLIENT,
                retry_connection_errors=False,  # a tick comes again
            )
        self._works = False

    def put(self, session: Session, jobs: Sequence[Job]) -> None:
        """See Engine."""
        connection = session.connection()
        for job in jobs:
            options: EnqueueOptions = {
                "workflow_name": job.kind.value,
                "queue_name": _LANES[job.kind].name,
                "workflow_id": job.key,
                "app_version": _FORM,
                "serialization_type": WorkflowSerializationFormat.PORTABLE,
            }
            self._client.enqueue_in_transaction(connection, options, dict(job.about))

    def waiting(self, kind: JobKind, *, taken: bool = False) -> int:
        """See Engine."""
        states = ["ENQUEUED", "PENDING"] if taken else ["ENQUEUED"]
        return len(self._found(name=kind.value, status=states))

    def seconds_since(self, session: Session, kind: JobKind) -> float | None:
        """See Engine."""
        found = self._found(name=kind.value, sort_desc=True, limit=1)
        if not found or found[0].created_at is None:
            return None
        return _server_time(session).timestamp() - float(found[0].created_at) / 1000

    def seconds_waited(self, session: Session, kind: JobKind) -> float:
        """See Engine."""
        return seconds_waited(session, kind) or 0.0

    def wait(self, jobs: Sequence[Job], seconds: float, stopping: Callable[[], bool]) -> bool:
        """See Engine."""
        until = time.monotonic() + seconds
        left = [job.key for job in jobs]
        while time.monotonic() < until and not stopping():
            going = self._found(workflow_ids=left, status=["ENQUEUED", "PENDING", "DELAYED"])
            if not (left := [one.workflow_id for one in going]):
                return True
            time.sleep(_POLL)
        return False

    def sweep(self, seconds: float) -> int:
        """See Engine."""
        with self._database.read() as session:
            now = _server_time(session)  # no machine's clock decides
        taken = (now - timedelta(seconds=seconds)).isoformat()
        stuck = self._found(status="PENDING", dequeued_before=taken)
        old = self._found(completed_before=(now - _KEPT).isoformat())
        with clear_errors(self._url):
            if stuck:
                self._client.cancel_workflows([one.workflow_id for one in stuck])
            if old:
                self._client.delete_workflows([one.workflow_id for one in old])
        return len(stuck)

    def work(self, name: str, handlers: Mapping[JobKind, Handler]) -> None:
        """See Engine."""
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_url": self._url,
            "application_version": _FORM,
            "executor_id": name,
            "run_migrations": False,
            "sys_db_pool_size": _CONNECTIONS,
            "sys_db_idle_transaction_timeout_sec": min(_FROZEN, self._database.stuck_seconds),
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        DBOS(config=config)
        for kind, handler in handlers.items():
            _register(kind, handler)
        lanes = {_LANES[kind] for kind in handlers}
        DBOS.listen_queues([lane.name for lane in lanes])
        with clear_errors(self._url):
            DBOS.launch()
            for lane in lanes:
                DBOS.register_queue(
                    lane.name,
                    worker_concurrency=lane.at_once,
                    polling_interval_sec=lane.poll,
                    on_conflict="always_update",
                )
        self._works = True

    def rest(self, seconds: float) -> None:
        """See Engine."""
        if self._works:
            DBOS.destroy(workflow_completion_timeout_sec=round(seconds))
            self._works = False

    def close(self) -> None:
        """See Engine."""
        self._client.destroy()

    def _found(self, **which: Any) -> list[Any]:
        which.setdefault("limit", _FEW)
        with clear_errors(self._url):
            return self._client.list_workflows(load_input=False, load_output=False, **which)


def _register(kind: JobKind, handler: Handler) -> None:
    surroundings = copy_context()  # the language among them, which the engine's threads lack

    def do(about: Mapping[str, int]) -> None:
        job = Job(kind, DBOS.workflow_id or "", about)
        try:
            surroundings.copy().run(handler, job)
        except Exception as error:
            # The record is as it was, and the next tick looks again: nothing is to be retried here.
            _log.error("job failed", job=kind.value, kind=type(error).__name__, **_said(error))

    DBOS.workflow(name=kind.value)(do)


def _said(error: Exception) -> dict[str, str]:
    if isinstance(error, DubanError):
        return {"reason": error.message, "mend": error.mend}
    return {"reason": str(error)}


def seconds_waited(session: Session, kind: JobKind) -> float | None:
    """For how long the oldest job of a kind has waited for a worker, by the server's clock, 0 where
    none waits; None where no process with a role has ever run on this database."""
    connection = session.connection()
    if connection.execute(text("SELECT to_regclass('dbos.workflow_status')")).scalar() is None:
        return None
    oldest = text(
        "SELECT extract(epoch FROM clock_timestamp()) - min(created_at) / 1000.0"
        " FROM dbos.workflow_status WHERE name = :kind AND status = 'ENQUEUED'"
    )
    return max(0.0, float(connection.execute(oldest, {"kind": kind.value}).scalar() or 0))


def _server_time(session: Session) -> datetime:
    """The time now by the database server's clock, aware."""
    found: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
    return found.astimezone(UTC)


class _OurLog(logging.Handler):
    """Puts what the engine has to say on one line of the program's own log."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, errors.DBOSAwaitedWorkflowCancelledError):
            return  # the end of a job that was given up, as is said where that is done
        said = f"{record.getMessage()} {error or ''}".strip().splitlines()[0]
        _log.warning("the engine has trouble", said=said[:_LONGEST])


def _have_it_speak_in_our_log() -> None:
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.ERROR)  # below that it tells of each start and stop
    logger.handlers[:] = [_OurLog()]
    logger.propagate = False
