"""What a mail seems to be, and about which assignments: a guess, settled by the office.

A stranger's mail is never taken for more than a mail: at most it is shown, where it answers ours.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.i18n import _
from notifications.inbox.phrases import bare_subject, own_words, says_handed_in, says_seen
from notifications.inbox.received import Received
from notifications.inbox.senders import Candidate, Sender
from workflows.tables import InboxKind, InboxStatus

_CHINESE = str.maketrans("1234", "一二三四")
_SHORTEST = 3  # characters of a name that is looked for
# Titles tell what to do, and who hands in names the thing alone.
_VERB = re.compile(r"^(?:按时|及时|按月|按季度?)?(?:报送|上报|报告|提交|填报|印发|制定|完成|报)")
_LAST = re.compile(r"(?:情况|工作)$")
_PLAIN = re.compile(r"[\s《》“”\"'（）()【】\[\]，。、：:_—-]+")
_QUARTER = re.compile(r"([一二三四1-4])\s*季度")
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月(?!\s*\d)")  # no day


@dataclass(frozen=True, slots=True)
class Guess:
    """What a mail seems to be; `about` are ids of assignments, the likeliest first, and `note` is
    what the office should know."""

    kind: InboxKind
    status: InboxStatus
    about: tuple[int, ...] = ()
    note: str = ""


def understand(mail: Received, sender: Sender) -> Guess:
    """What a person's mail seems to be. Bounces and automatic answers are told apart before."""
    if not sender.known:
        if not sender.answers_us:
            return Guess(InboxKind.OTHER, InboxStatus.DONE)
        about = tuple(one.id for one in sender.answered)
        return Guess(InboxKind.OTHER, InboxStatus.WAITING, about)
    named = _named(mail, [*sender.answered, *sender.owed, *sender.others])
    if named and all(one.settled for one in named) and not says_seen(mail):
        return Guess(InboxKind.OTHER, InboxStatus.WAITING, _ids(named), _settled(named))
    brings = any(not one.decoration for one in mail.attachments)
    if brings or says_handed_in(mail) or (named and not says_seen(mail)):
        return Guess(InboxKind.SUBMISSION, InboxStatus.WAITING, _about(named, sender))
    if says_seen(mail):
        seen = sender.answered or sender.owed
        return Guess(InboxKind.ACKNOWLEDGEMENT, InboxStatus.WAITING, _ids(seen))
    return Guess(InboxKind.OTHER, InboxStatus.WAITING, _ids(sender.answered))


def _settled(named: Sequence[Candidate]) -> str:
    stands = (f"{one.names[0]} ({one.settled})" for one in named)
    return _("nothing of what it names is to be handed in: {names}").format(
        names=_(", ").join(stands)
    )


def _about(named: Sequence[Candidate], sender: Sender) -> tuple[int, ...]:
    return _ids(named or _soonest(sender.answered or sender.owed))


def _ids(candidates: Iterable[Candidate]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.id for one in candidates))


def _named(mail: Received, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that the mail names by a title or a paper: in the sender's own words, the
    subject, or a file's name. Those named most exactly win."""
    subject = "" if mail.subject != bare_subject(mail.subject) else mail.subject
    files = [one.name for one in mail.attachments if not one.decoration]
    text = "\n".join([subject, own_words(mail)[:4000], *files])
    plain = _PLAIN.sub("", text).casefold()
    scored = [
        (max((len(key) for key in _keys(one) if key in plain), default=0), one)
        for one in {one.id: one for one in candidates}.values()
    ]
    best = max((score for score, _one in scored), default=0)
    found = _of_month([one for score, one in scored if score and score >= best - 2], text)
    return _soonest([one for one in found if not one.settled] or found)


def _keys(candidate: Candidate) -> set[str]:
    keys = set()
    for name in candidate.names:
        key = _PLAIN.sub("", name).casefold()
        bare = _VERB.sub("", key)
        keys |= {key, bare, _LAST.sub("", bare)}
    return {one for one in keys if len(one) >= _SHORTEST}


def _of_month(found: Sequence[Candidate], text: str) -> list[Candidate]:
    """Of several months or quarters of one milestone, those that the text names, where it names
    any. The title of a quarterly one says its quarter."""
    months = {int(one) for one in _MONTH.findall(text)}
    quarters = [f"第{one.translate(_CHINESE)}季度" for one in _QUARTER.findall(text)]

    def said(one: Candidate) -> bool:
        own = any(quarter in name for quarter in quarters for name in one.names)
        return own or int(one.period[5:7]) in months

    named = {
        (one.campaign_id, one.milestone_id, one.unit_id)
        for one in found
        if one.period and said(one)
    }
    return [
        one
        for one in found
        if (one.campaign_id, one.milestone_id, one.unit_id) not in named or said(one)
    ]


def _soonest(found: Sequence[Candidate]) -> list[Candidate]:
    """Of several months of one milestone, the one that falls due first."""
    first: dict[tuple[str, str, str], Candidate] = {}
    for one in sorted(found, key=lambda one: one.due):
        first.setdefault((one.campaign_id, one.milestone_id, one.unit_id), one)
    return [one for one in found if one in first.values()]
