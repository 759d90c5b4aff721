"""Which addresses a mail says that it could not be delivered to, and in which words.

Delivery status notices (RFC 3464) say it in fields; QQ, 163 and others in Chinese sentences alone.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from config.plain_text import single_line
from notifications.carriers.replies import Meaning, meaning_of
from notifications.inbox.received import MESSAGE_ID, Received

# As config.plain_text.EMAIL, to be found in long texts: each beginning costs no more than a bound.
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9.!#$%&*+/=?^_`{|}~-])[A-Za-z0-9_][A-Za-z0-9.!#$%&*+/=?^_`{|}~-]{0,63}"
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}"
)
_ID_LINE = re.compile(rb"^message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_LONGEST = 500  # characters of the server's words that are kept
_FIELD = re.compile(r"^([a-z-]{1,40})\s*:[ \t]*(.*(?:\n[ \t]+.*)*)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_CODE = re.compile(r"\b([45])\d\d\b")
_SUBJECT = re.compile(
    r"系统退信|退信|无法投递|投递失败|未送达|undeliver|delivery (?:status|failure|has failed)"
    r"|returned mail|mail delivery failed|failure notice",
    re.IGNORECASE,
)
_SENDER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon)@", re.IGNORECASE)
_REASON = re.compile(
    r"(?:^|\n).{0,200}?(?:退信原因|失败原因|原因|SMTP error|said|reason|remote server)[^\n]{0,400}"
    r"|(?:^|\n)[^\n]{0,200}\b[45]\d\d[ -][^\n]{0,400}",
    re.IGNORECASE,
)
# These say nothing of whether the mailbox exists.
_PASSING = frozenset(
    {Meaning.FREQUENCY, Meaning.CONTENT, Meaning.FULL, Meaning.POLICY, Meaning.LOGIN}
)
_GONE = re.compile(
    r"不存在|未开通|已注销|已停用|已失效|not exist|no such|unknown user", re.IGNORECASE
)


class Action(StrEnum):
    """What became of a mail to a recipient (RFC 3464, section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server says of one recipient; the address in lower case."""

    address: str
    action: Action
    status: str  # as 5.1.1 (RFC 3463); '' where none is said
    words: str

    @property
    def marks(self) -> bool:
        """Whether it means that the address takes no mail: not where it says frequency, content,
        a full box or the like, and not where it may still arrive."""
        if self.action is not Action.FAILED or self.status.startswith(("2", "4")):
            return False
        code = _CODE.search(self.words)
        meaning = meaning_of(int(code[0]) if code else 550, f"{self.status} {self.words}")
        return meaning not in _PASSING


def is_bounce(mail: Received) -> bool:
    """Whether a mail system says what became of a mail."""
    if mail.statuses:
        return True
    sort = mail.headers.get("content-type", "").lower()
    if "multipart/report" in sort and "delivery-status" in sort:
        return True
    from_system = bool(_SENDER.match(mail.sender)) or (
        mail.headers.get("return-path", "").strip() == "<>"
    )
    return from_system and bool(_SUBJECT.search(mail.subject))


def refusals_of(mail: Received, written_to: Collection[str]) -> list[Refusal]:
    """What the notice says of each recipient among `written_to` (lower case), each once."""
    found = [one for text in mail.statuses for one in _of_fields(text)]
    if not found:
        found = _of_sentences(mail, written_to)
    known = {one.address: one for one in found if one.address in written_to}
    return list(known.values())


def messages_named(mail: Received) -> list[str]:
    """The Message-IDs of the mails that a notice may be about, a bounded number: of what came back
    in it before what it answers or mentions."""
    enclosed = (_ID_LINE.search(one.content[:100_000]) for one in mail.attachments)
    found = [
        *mail.returned,
        *(one[1].decode("ascii", "replace") for one in enclosed if one is not None),
        *mail.answers,
        *(one for text in (*mail.statuses, mail.text[:50_000]) for one in MESSAGE_ID.findall(text)),
    ]
    return list(dict.fromkeys(found))[:100]


def names_a_mail(mail: Received) -> bool:
    """Whether a notice says which mail it is about."""
    enclosed = any(_ID_LINE.search(one.content[:100_000]) for one in mail.attachments)
    written = "message-id" in mail.text[:50_000].lower()
    return bool(mail.returned or mail.answers) or enclosed or written


def addresses_named(mail: Received) -> set[str]:
    """Every address that a notice names, in lower case, a bounded number."""
    texts = [*mail.statuses, mail.subject, mail.text[:50_000]]
    found: set[str] = set()
    for text in texts:
        for match in _ADDRESS.finditer(text):
            found.add(match[0].lower())
            if len(found) >= 500:
                return found
    return found


def _of_fields(text: str) -> list[Refusal]:
    """The recipients' blocks of a status part (RFC 3464, section 2.3)."""
    found = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))[:500]:
        fields = {one[1].lower(): one[2] for one in _FIELD.finditer(block)}
        # The original one is who we wrote to, where the final one is an alias's target.
        for name in ("original-recipient", "final-recipient"):
            address = _ADDRESS.search(fields.get(name, "").rpartition(";")[2])
            if address is None:
                continue
            status = _STATUS.search(fields.get("status", ""))
            words = fields.get("diagnostic-code", "") or fields.get("status", "")
            if words.lower().startswith("smtp;"):
                words = words[5:]
            found.append(
                Refusal(
                    address[0].lower(), _action(fields, status),
                    status[0] if status else "", single_line(" ".join(words.split()))[:_LONGEST],
                )
            )  # fmt: skip
    return found


def _action(fields: dict[str, str], status: re.Match[str] | None) -> Action:
    said = fields.get("action", "").strip().lower()
    for one in Action:
        if said.startswith(one):
            return one
    # Where it is left out the status says it; without either nothing is known to have failed.
    return Action.FAILED if status is not None and status[1] == "5" else Action.DELAYED


def _of_sentences(mail: Received, written_to: Collection[str]) -> list[Refusal]:
    """A notice in plain words: each address of ours that stands in it, with the reason given."""
    text = mail.text[:50_000].replace("\r\n", "\n")
    reason = _REASON.search(text)
    words = single_line(" ".join((reason[0] if reason else mail.subject).split()))[:_LONGEST]
    status = _STATUS.search(text)
    code = _CODE.search(words)
    # Without a code or plain words it may come later: only recorded.
    lasting = bool(_GONE.search(text)) or (
        (status is not None and status[1] == "5") or (code is not None and code[1] == "5")
    )
    action = Action.FAILED if lasting else Action.DELAYED
    return [
        Refusal(address, action, status[0] if status else "", words)
        for address in sorted(addresses_named(mail) & set(written_to))
    ]
