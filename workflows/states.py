"""The state machine as data: which action leads from which state to which."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from config.errors import StateError
from config.i18n import N_, _


class State(StrEnum):
    """Where an assignment stands. Overdue and late are derived, never stored."""

    OPEN = "open"  # to be handed in
    SUBMITTED = "submitted"  # handed in, waits for checking
    ACCEPTED = "accepted"  # checked and settled
    RETURNED = "returned"  # sent back with a correction date
    WAIVED = "waived"  # does not apply to this unit
    CANCELLED = "cancelled"  # the plan no longer asks for it


class Action(StrEnum):
    """What happens to an assignment; each leaves an event of that name."""

    SUBMIT = "submit"
    RECEIVE = "receive"  # more parts of what was handed in have arrived
    ACCEPT = "accept"
    RETURN = "return"
    WAIVE = "waive"
    REOPEN = "reopen"
    CANCEL = "cancel"
    REQUEST_EXTENSION = "request_extension"
    APPROVE_EXTENSION = "approve_extension"
    REJECT_EXTENSION = "reject_extension"
    ACKNOWLEDGE = "acknowledge"  # the unit has seen it
    SNOOZE = "snooze"  # a person wishes to be reminded on another day
    REPLAN = "replan"  # a new version of the plan has another date or id for it
    UNDO = "undo"  # back to how it stood before the event that is undone; in no table


OWING = frozenset({State.OPEN, State.RETURNED})  # the unit still has to hand something in
STRUCK = frozenset({State.WAIVED, State.CANCELLED})  # nothing is owed, and nothing was handed in

STATE_WORDS: Mapping[State, str] = MappingProxyType(
    {
        State.OPEN: N_("open"),
        State.SUBMITTED: N_("submitted"),
        State.ACCEPTED: N_("accepted"),
        State.RETURNED: N_("returned"),
        State.WAIVED: N_("waived"),
        State.CANCELLED: N_("cancelled"),
    }
)

TRANSITIONS: Mapping[tuple[State, Action], State] = MappingProxyType(
    {
        **{(state, Action.REPLAN): state for state in State},
        (State.OPEN, Action.SUBMIT): State.SUBMITTED,
        (State.OPEN, Action.WAIVE): State.WAIVED,
        (State.OPEN, Action.CANCEL): State.CANCELLED,
        (State.OPEN, Action.REQUEST_EXTENSION): State.OPEN,
        (State.OPEN, Action.APPROVE_EXTENSION): State.OPEN,
        (State.OPEN, Action.REJECT_EXTENSION): State.OPEN,
        (State.OPEN, Action.ACKNOWLEDGE): State.OPEN,
        (State.OPEN, Action.SNOOZE): State.OPEN,
        (State.SUBMITTED, Action.ACCEPT): State.ACCEPTED,
        (State.SUBMITTED, Action.RETURN): State.RETURNED,
        (State.SUBMITTED, Action.REOPEN): State.OPEN,  # typed for the wrong unit
        (State.SUBMITTED, Action.CANCEL): State.CANCELLED,
        (State.SUBMITTED, Action.RECEIVE): State.SUBMITTED,
        (State.RETURNED, Action.SUBMIT): State.SUBMITTED,
        (State.RETURNED, Action.WAIVE): State.WAIVED,
        (State.RETURNED, Action.CANCEL): State.CANCELLED,
        (State.RETURNED, Action.REQUEST_EXTENSION): State.RETURNED,
        (State.RETURNED, Action.APPROVE_EXTENSION): State.RETURNED,
        (State.RETURNED, Action.REJECT_EXTENSION): State.RETURNED,
        (State.RETURNED, Action.ACKNOWLEDGE): State.RETURNED,
        (State.RETURNED, Action.SNOOZE): State.RETURNED,
        (State.ACCEPTED, Action.REOPEN): State.OPEN,
        (State.WAIVED, Action.REOPEN): State.OPEN,
        (State.WAIVED, Action.CANCEL): State.CANCELLED,
        (State.CANCELLED, Action.REOPEN): State.OPEN,
    }
)


# The command that does it; what has none comes of a plan's change, a page or another command.
_COMMANDS: Mapping[Action, str] = MappingProxyType(
    {
        Action.SUBMIT: "submit",
        Action.ACCEPT: "accept",
        Action.RETURN: "return",
        Action.WAIVE: "waive",
        Action.REOPEN: "reopen",
        Action.REQUEST_EXTENSION: "extend",
        Action.APPROVE_EXTENSION: "extend",
        Action.REJECT_EXTENSION: "extend",
        Action.ACKNOWLEDGE: "acknowledge",
    }
)


def state_word(state: State) -> str:
    """The state in the language in force."""
    return _(STATE_WORDS[state])


def legal_actions(state: State) -> list[Action]:
    """What may happen to an assignment in `state`."""
    return [action for (source, action) in TRANSITIONS if source is state]


def next_state(state: State, action: Action, name: str) -> State:
    """The state after `action`; `name` is the assignment's, for the message.

    Raises StateError, naming the commands that would be legal.
    """
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise StateError(
            _("{name} is {state}: “{action}” is not possible").format(
                name=name, state=state_word(state), action=_COMMANDS.get(action, action.value)
            ),
            _("possible now: {actions}").format(
                actions=_(", ").join(
                    dict.fromkeys(
                        _COMMANDS[one] for one in legal_actions(state) if one in _COMMANDS
                    )
                )
            ),
        ) from None
