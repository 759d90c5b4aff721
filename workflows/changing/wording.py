"""What the kinds, classes and answers of differences are called."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from config.i18n import N_, _
from workflows.changing.model import Answer, Difference, Kind, Work

_LINE = 40  # characters of a value that is told whole

_KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ADDED: N_("milestone added"),
        Kind.REMOVED: N_("milestone removed"),
        Kind.RENAMED: N_("another id"),
        Kind.LATER: N_("later date"),
        Kind.EARLIER: N_("earlier date"),
        Kind.WIDER: N_("more units"),
        Kind.NARROWED: N_("fewer units"),
        Kind.PERIODS_ADDED: N_("more months"),
        Kind.PERIODS_REMOVED: N_("fewer months"),
        Kind.RECURRENCE: N_("recurs otherwise"),
        Kind.RETURNED: N_("asked for again"),
        Kind.PAST: N_("new and already past"),
        Kind.TEXT: N_("wording"),
        Kind.LADDER: N_("ladder"),
        Kind.TARGETS: N_("targets"),
        Kind.CAMPAIGN: N_("the campaign itself"),
    }
)

_ANSWERS: Mapping[Answer, str] = MappingProxyType(
    {
        Answer.TAKE: N_("take: what the new version says holds"),
        Answer.KEEP: N_("keep: what was told stays as it is"),
        Answer.CANCEL: N_("cancel: nothing is owed any more; its history stays"),
        Answer.SAME: N_("same: the same duty under another id, with its history"),
        Answer.NEW: N_("new: the old one is removed, the other one is new"),
        Answer.DONE: N_("done: they are settled"),
        Answer.CHASE: N_("chase: remind at once"),
        Answer.SILENT: N_("silent: list them, mail nobody"),
    }
)

# The keys of a declaration whose change is told as a difference of its own.
_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "title": N_("title"),
        "year": N_("year"),
        "time_zone": N_("time zone"),
        "reference": N_("reference number"),
        "issued": N_("day of issue"),
        "owner": N_("campaign office"),
        "mailbox": N_("mailbox"),
        "color": N_("color in calendars"),
        "tracks": N_("tracks"),
        "enquiries": N_("enquiries"),
        "stages": N_("stages"),
        "receipts": N_("receipts"),
        "forms": N_("forms"),
        "lights": N_("lights"),
        "ranking": N_("ranking"),
        "reports": N_("scheduled reports"),
        "start": N_("start"),
        "covers": N_("which period it covers"),
        "stage": N_("stage"),
        "only_if": N_("condition"),
        "departments": N_("departments"),
        "track": N_("track"),
        "deliverables": N_("deliverables"),
        "after": N_("predecessors"),
        "paper": N_("one paper for several"),
        "clause": N_("clause"),
        "note": N_("note"),
        "ladder": N_("ladder"),
        "ladder_for": N_("ladder of single units"),
        "correction_ladder": N_("ladder to the correction date"),
    }
)


def key_change(key: str, old: object, new: object) -> str:
    """That a declaration's key says something else; where it is short, also what."""
    word = _(_KEYS[key]) if key in _KEYS else key
    said = [_short(one) for one in (old, new)]
    if None in said:
        return word
    return _("{word}: {old} → {new}").format(word=word, old=said[0], new=said[1])


def _short(value: object) -> str | None:
    """A text, a day or a list of names; None where it is more than a line can hold."""
    if value is None or value == ():
        return "—"
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        value = _(", ").join(value)
    text = str(value) if isinstance(value, str | date | int) else ""
    return text if 0 < len(text) <= _LINE else None


def kind_word(kind: Kind) -> str:
    """What differs, in the language in force."""
    return _(_KINDS[kind])


def answer_word(answer: Answer) -> str:
    """An answer with what it does."""
    return _(_ANSWERS[answer])


def class_word(one: Difference) -> str:
    """Safe, or to be decided."""
    return _("safe") if one.safe else _("to be decided")


def work_words(work: Work) -> str:
    """What has been done, in words; '' where nothing has."""
    parts = {
        _("handed in: {count}"): work.submitted,
        _("accepted: {count}"): work.accepted,
        _("returned: {count}"): work.returned,
        _("extended: {count}"): work.extended,
        _("waived: {count}"): work.waived,
        _("figures reported: {count}"): work.figures,
        _("forms filled in: {count}"): work.forms,
    }
    return _(", ").join(text.format(count=count) for text, count in parts.items() if count)
