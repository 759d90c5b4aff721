"""What the kinds, classes and answers of differences are called."""

from collections.abc import Mapping
from types import MappingProxyType

from config.i18n import N_, _
from workflows.changing.model import Answer, Difference, Kind, Work

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
