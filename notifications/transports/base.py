"""What every transport promises: a verdict for each recipient, and no exception for a refusal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from config.plain_text import single_line
from notifications.carriers.replies import Meaning

_LONGEST = 500  # characters of a server's words


class Verdict(StrEnum):
    """What became of a mail for one recipient."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"  # it was not taken; try again later
    PERMANENT = "permanent"  # it will never be taken
    DOUBTFUL = "doubtful"  # its end may have reached the server, whose answer did not reach us


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """The server's answer for one recipient; `code` is 0 where there was none.

    `general`: the fault is the server's or the settings', and every other mail would meet it too.
    `meaning`: what its provider means by the words, where they are known.
    """

    verdict: Verdict
    code: int = 0
    text: str = ""
    mend: str = ""
    general: bool = False
    meaning: Meaning | None = None

    def __post_init__(self) -> None:
        # Servers say what they like; this goes into the record, the log and terminals.
        object.__setattr__(self, "text", single_line(self.text)[:_LONGEST])

    @property
    def explained(self) -> str:
        """The server's words, and what to do."""
        return f"{self.text} ({self.mend})" if self.mend else self.text


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail with its envelope. The lines of its `content` end with CRLF."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    channel: str = ""  # the channel's name; '' for mail


SendResult = dict[str, RecipientResult]


class Transport(Protocol):
    """Sends mails. Safe to use for several mails at a time.

    Moments named `until` are the running event loop's, in seconds; None is without limit.
    """

    name: str

    @property
    def trouble(self) -> RecipientResult | None:
        """What keeps every mail from going; None while none is known."""
        ...

    async def ready(self, until: float | None = None) -> RecipientResult | None:
        """Make sure that mail can go, before any is begun; return the trouble where it cannot."""
        ...

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        """Send and say what became of it for each recipient, by `until` at the latest.

        While there is trouble nothing is begun: the result is the trouble itself.
        """
        ...

    async def close(self) -> None:
        """Give up connections."""
        ...


def same_for_all(mail: Mail, result: RecipientResult) -> SendResult:
    """One answer for every recipient."""
    return dict.fromkeys(mail.recipients, result)
