# ruff: noqa: S608 - the statements are the tests' own
"""What someone may change in a season's database from outside, and what the referee calls it."""


def assignment(milestone: str, unit: str, period: str = "") -> str:
    return (
        f"(SELECT id FROM assignment WHERE milestone_id = '{milestone}' AND unit_id = '{unit}' "
        f"AND period = '{period}')"
    )


PLAN_NORTH, PLAN_SOUTH = assignment("plan", "north"), assignment("plan", "south")
MAP_NORTH, MAP_SOUTH = assignment("map", "north"), assignment("map", "south")
LAST_EVENT = f"(SELECT max(id) FROM event WHERE assignment_id = {PLAN_NORTH})"
FIRST_EVENT = f"(SELECT min(id) FROM event WHERE assignment_id = {PLAN_NORTH})"
# The digest of 17 June to 南城市 speaks of two duties; so one line can be touched alone.
SOUTH_DAY = (
    "(SELECT min(id) FROM delivery WHERE address LIKE 'south%' AND local_date = '2022-06-17')"
)
SOUTH_LINE = f"delivery_id = {SOUTH_DAY} AND assignment_id = {PLAN_SOUTH}"
TOLD = "(SELECT event_id FROM notice_item)"
SUNDAY, NIGHT = "'2022-06-19 02:00:00.000000'", "'2022-06-17 12:00:00.000000'"

TAMPERINGS = {
    "a changed note": (
        f"UPDATE event SET note = 'x' WHERE id = {FIRST_EVENT}", "event-changed"),
    "a changed date in the log": (
        f"UPDATE event SET data = replace(data, '06-15', '06-16') WHERE id = {LAST_EVENT}",
        "event-changed"),
    "an event removed from the middle": (
        f"DELETE FROM event WHERE kind = 'return' AND assignment_id = {PLAN_NORTH}",
        "event-unlinked"),
    "the first event removed": (
        f"DELETE FROM event WHERE id = {FIRST_EVENT}", "event-unlinked"),
    "the last event removed": (
        f"DELETE FROM event WHERE id = {LAST_EVENT}", "event-missing"),
    "an event given to nobody": (
        f"UPDATE event SET assignment_id = 999 WHERE id = {LAST_EVENT}", "event-missing orphan"),
    "who applied it removed": (
        "DELETE FROM event WHERE kind = 'applied'", "applied-missing"),
    "a version removed": (
        "DELETE FROM campaign_version", "plan-differs"),
    "a state set back": (
        f"UPDATE assignment SET state = 'open' WHERE id = {PLAN_NORTH}", "state-differs"),
    "a state set on": (
        f"UPDATE assignment SET state = 'accepted' WHERE id = {PLAN_SOUTH}", "state-differs"),
    "an effective due date moved": (
        f"UPDATE assignment SET effective_due = '2022-07-01' WHERE id = {PLAN_SOUTH}",
        "state-differs"),
    "a last day on time moved": (
        f"UPDATE assignment SET late_after = '2022-07-01' WHERE id = {PLAN_SOUTH}",
        "state-differs"),
    "a time of hand-in moved": (
        f"UPDATE assignment SET submitted_at = {SUNDAY} WHERE id = {PLAN_NORTH}",
        "state-differs"),
    "late made good": (
        f"UPDATE assignment SET handed_in_late = 1 WHERE id = {PLAN_NORTH}", "state-differs"),
    "an extension asked for by hand": (
        f"UPDATE assignment SET requested_due = '2022-07-01' WHERE id = {PLAN_SOUTH}",
        "state-differs"),
    "an extension forgotten": (
        f"UPDATE assignment SET extended_from = NULL WHERE id = {MAP_NORTH}", "event-impossible"),
    "next_at removed": (
        f"UPDATE assignment SET next_at = NULL WHERE id = {PLAN_SOUTH}", "next-at-differs"),
    "next_at put off": (
        f"UPDATE assignment SET next_at = {SUNDAY} WHERE id = {PLAN_SOUTH}", "next-at-differs"),
    "counted as reminded for ever": (
        "UPDATE assignment SET next_at = NULL, reminded_through = '2023-01-01' "
        f"WHERE id = {PLAN_SOUTH}", "next-at-differs"),
    "silenced by hand": (
        f"UPDATE assignment SET silent = 1, next_at = NULL WHERE id = {PLAN_SOUTH}",
        "reminder-unplanned state-differs"),
    "another period": (
        "UPDATE assignment SET period = '2022-12' WHERE period = '2022-08'", "plan-differs"),
    "an assignment removed": (
        f"DELETE FROM assignment WHERE id = {assignment('monthly', 'hill', '2022-08')}",
        "assignment-missing"),
    "a unit removed": ("DELETE FROM unit WHERE id = 'hill'", "orphan"),
    "a milestone removed": ("DELETE FROM milestone WHERE id = 'monthly'", "orphan plan-differs"),
    "another day of issue": (
        "UPDATE campaign SET issued = '2022-06-20'", "plan-differs"),
    "another rule for days off": (
        "UPDATE milestone SET holiday_grace = 0 WHERE id = 'plan'", "plan-differs"),
    "another title": ("UPDATE milestone SET title = 'x' WHERE id = 'plan'", "plan-differs"),
    "a rung taken from the ladder": (
        "UPDATE milestone SET ladder = json_remove(ladder, '$[0]') WHERE id = 'plan'",
        "reminder-unplanned"),
    "a rung added to the ladder": (
        "UPDATE milestone SET ladder = replace(ladder, '\"2 working days before\"', "
        "'\"3 working days before\"') WHERE id = 'plan'", "reminder-unplanned rung-missed"),
    "a reminder to nobody removed": (
        f"DELETE FROM reminder WHERE reason = 'lead' AND assignment_id = {PLAN_SOUTH}",
        "rung-missed"),
    "a reminder that was sent removed": (
        f"DELETE FROM reminder WHERE {SOUTH_LINE}", "rung-missed"),
    "a reminder of another day": (
        f"UPDATE reminder SET occurrence = '2022-06-16' WHERE {SOUTH_LINE}",
        "reminder-unplanned rung-missed"),
    "a reminder for another due date": (
        f"UPDATE reminder SET due_basis = '2022-06-16' WHERE {SOUTH_LINE}",
        "reminder-unplanned rung-missed sent-after-hand-in"),
    "sent turned into waiting": (
        f"UPDATE reminder SET status = 'pending' WHERE {SOUTH_LINE}", "reminder-status"),
    "sent turned into superseded, with nothing in its stead": (
        f"UPDATE reminder SET status = 'superseded' WHERE assignment_id = {PLAN_SOUTH} "
        "AND status = 'sent' AND occurrence >= '2022-06-17'", "reminder-status"),
    "sent turned into no contact": (
        f"UPDATE reminder SET status = 'no_contact', delivery_id = NULL WHERE {SOUTH_LINE}",
        "reminder-status"),
    "a line taken out of its delivery": (
        f"UPDATE reminder SET delivery_id = NULL WHERE {SOUTH_LINE}", "reminder-status"),
    "a line forgotten": (
        f"UPDATE reminder SET delivery_id = NULL, status = 'pending' WHERE {SOUTH_LINE}",
        "reminder-forgotten"),
    "a delivery removed": (f"DELETE FROM delivery WHERE id = {SOUTH_DAY}", "orphan"),
    "a delivery emptied": (
        f"DELETE FROM reminder WHERE delivery_id = {SOUTH_DAY}", "delivery-empty rung-missed"),
    "a delivery to someone else": (
        f"UPDATE delivery SET address = 'x@example.org' WHERE id = {SOUTH_DAY}", "wrong-address"),
    "claimed after the hand-in": (
        "UPDATE delivery SET events_seen = (SELECT max(id) FROM event) "
        "WHERE address LIKE 'north%' AND local_date = '2022-06-08'", "sent-after-hand-in"),
    "left out while it was owed": (
        "UPDATE delivery SET events_seen = (SELECT max(id) FROM event WHERE kind = "
        "'approve_extension') WHERE id = (SELECT delivery_id FROM reminder "
        "WHERE status = 'suppressed')",
        "suppressed-while-owed"),
    "what a claim saw erased": (
        f"UPDATE delivery SET events_seen = NULL WHERE id = {SOUTH_DAY}", "claim-unknown"),
    "sent on a Sunday": (
        f"UPDATE delivery SET started_at = {SUNDAY} WHERE id = {SOUTH_DAY}", "day-off"),
    "claimed on a Sunday": (
        f"UPDATE delivery SET claimed_at = {SUNDAY} WHERE id = {SOUTH_DAY}", "day-off"),
    "sent at night": (
        f"UPDATE delivery SET started_at = {NIGHT} WHERE id = {SOUTH_DAY}", "outside-window"),
    "claimed on another day": (
        f"UPDATE delivery SET local_date = '2022-06-16' WHERE id = {SOUTH_DAY}", "digest-day"),
    "started never": (
        f"UPDATE delivery SET started_at = NULL WHERE id = {SOUTH_DAY}", "delivery-status"),
    "done turned into failed": (
        f"UPDATE delivery SET status = 'failed' WHERE id = {SOUTH_DAY}",
        "delivery-status reminder-status"),
    "a digest passed off as a notice": (
        f"UPDATE delivery SET kind = 'notice' WHERE id = {SOUTH_DAY}", "delivery-status"),
    "sent though it was held": (
        f"UPDATE reminder SET held = 1 WHERE {SOUTH_LINE}", "sent-while-held"),
    "an unheard-of status": (
        f"UPDATE delivery SET status = 'vanished' WHERE id = {SOUTH_DAY}", "unreadable"),
    "a day that is none": (
        f"UPDATE reminder SET occurrence = 'soon' WHERE {SOUTH_LINE}", "rung-missed unreadable"),
    "a ladder that is none": (
        "UPDATE milestone SET ladder = '[5]' WHERE id = 'plan'", "unreadable"),
    "a due date at the end of time": (
        f"UPDATE assignment SET due = '9999-12-31' WHERE id = {PLAN_SOUTH}",
        "reminder-unplanned sent-after-hand-in state-differs unreadable"),
    "a process awake for ever": (
        "UPDATE tick_span SET first_at = '0001-01-02 00:00:00.000000', "
        "last_at = '9999-12-30 00:00:00.000000' WHERE id = 1", "rung-late"),
    "a hand-in that was never told": (
        f"UPDATE event SET announced_at = NULL WHERE id = {TOLD}", "notice-forgotten"),
    "a notice emptied": ("DELETE FROM notice_item", "delivery-empty"),
    "a notice of what is not told": (
        "UPDATE notice_item SET event_id = (SELECT id FROM event WHERE kind = 'applied')",
        "delivery-empty notice-unfounded"),
    "a notice of what never happened": (
        "UPDATE notice_item SET event_id = 999", "delivery-empty orphan"),
    "a line of a notice that is none": (
        "UPDATE notice_item SET delivery_id = 999", "delivery-empty orphan"),
    "a reminder in a notice": (
        "UPDATE reminder SET delivery_id = (SELECT delivery_id FROM notice_item), address = "
        f"'hill@example.org' WHERE {SOUTH_LINE}", "reminder-status"),
    "data that is none": (
        f"UPDATE event SET data = '[' WHERE id = {LAST_EVENT}", "event-missing unreadable"),
}  # fmt: skip


WARNINGS = {"outside-window", "claim-unknown", "rung-late"}
