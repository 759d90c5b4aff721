"""A job, and what is asked of an engine that spreads jobs over machines.

A job is a coarse wake-up: what is to be done stands in the record, and doing it twice, late or not
at all loses nothing, since the next tick looks again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from sqlmodel import Session


class JobKind(StrEnum):
    """What a job does."""

    TICK = "tick"  # one pass, in two spread steps where much is due
    REMIND = "remind"  # reminders of a shard of units
    GROUP = "group"  # digests of a shard of addresses
    SEND = "send"  # a batch of mails
    INBOX = "inbox"  # read the office's mailboxes


@dataclass(frozen=True, slots=True)
class Job:
    """One job; `key` is unique, and a second one of the same key is none."""

    kind: JobKind
    key: str = field(default_factory=lambda: str(uuid4()))
    about: Mapping[str, int] = field(default_factory=dict)


Handler = Callable[[Job], None]


class Engine(Protocol):
    """Takes jobs from anywhere, and has workers do them."""

    def put(self, session: Session, jobs: Sequence[Job]) -> None:
        """Put jobs in the session's writing transaction: taken back, they never were."""

    def waiting(self, kind: JobKind, *, taken: bool = False) -> int:
        """How many jobs of a kind no worker has taken yet; with `taken` also those at hand. Counts
        no further than a few hundred."""

    def seconds_since(self, session: Session, kind: JobKind) -> float | None:
        """How long ago the last job of a kind was put, by the server's clock; None: never, or it
        was long ago."""

    def seconds_waited(self, session: Session, kind: JobKind) -> float:
        """For how long the oldest job of a kind has waited for a worker, by the server's clock; 0:
        none waits."""

    def wait(self, jobs: Sequence[Job], seconds: float, stopping: Callable[[], bool]) -> bool:
        """Wait until all of them have ended in some way; return whether they did."""

    def sweep(self, seconds: float) -> int:
        """Give up jobs that a worker has had for longer than `seconds`, which none may take: it
        was killed or is frozen. Returns how many. Those that ended long ago are forgotten."""

    def work(self, name: str, handlers: Mapping[JobKind, Handler]) -> None:
        """Begin to do jobs in threads of this process, which is the worker `name`; what that one
        had begun when it was killed is begun again."""

    def rest(self, seconds: float) -> None:
        """Take no job any more, and wait for those at hand, at most so long."""

    def close(self) -> None:
        """Give up all connections."""
