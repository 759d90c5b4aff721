"""What every transport promises: a verdict for each recipient, and no exception for a refusal."""

from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What became of a mail for one recipient."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"  # try again later
    PERMANENT = "permanent"  # will never be taken
    DOUBTFUL = "doubtful"  # the connection broke after the mail was handed over


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """The server's answer for one recipient; `code` is 0 where there was none."""

    verdict: Verdict
    code: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: Message


SendResult = dict[str, RecipientResult]


class Transport(Protocol):
    """Sends mails. Safe to use for several mails at a time."""

    name: str

    async def send(self, mail: Mail) -> SendResult:
        """Send and say what became of it for each recipient."""
        ...

    async def close(self) -> None:
        """Give up connections."""
        ...


def same_for_all(mail: Mail, result: RecipientResult) -> SendResult:
    """One answer for every recipient."""
    return dict.fromkeys(mail.recipients, result)
