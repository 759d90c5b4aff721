"""Every command of `duban`: its name, the module that holds it, and what it is for.

`duban --help`, completion and the suggestions for a mistyped name are made of this table alone. A
command's module, with the libraries behind it, is imported when the command is run or asked for
its own help: they take longer to load than most commands take to run.
"""

from typing import NamedTuple

from config.i18n import N_


class Listed(NamedTuple):
    """A command, or a group of commands, as the table has it."""

    name: str
    module: str  # in scheduler/cli; its `add_commands` adds the command to the app
    help: str  # not translated yet


# The headings of `duban --help`, and what stands below each.
COMMANDS = {
    N_("Plans"): (
        Listed(
            "draft",
            "drafting",
            N_("Draft a declaration from a plan document, for a person to finish."),
        ),
        Listed(
            "check", "declaring", N_("Check declarations: every error with its place and mend.")
        ),
        Listed("schema", "declaring", N_("Print the JSON Schema of a campaign file.")),
        Listed("plan", "declaring", N_("Print the compiled assignments, without a database.")),
        Listed("apply", "applying", N_("Write declarations into the database.")),
        Listed("diff", "applying", N_("Show what differs between two versions of a campaign.")),
        Listed("campaign", "campaigns", N_("Whether campaigns are under way.")),
        Listed("holidays", "holidays", N_("Public holidays: what is known of a year.")),
    ),
    N_("What units owe and hand in"): (
        Listed("submit", "handing_in", N_("Record that units have handed in, wholly or in part.")),
        Listed("accept", "handing_in", N_("Record that hand-ins were checked and are settled.")),
        Listed("return", "handing_in", N_("Send hand-ins back, with a correction date.")),
        Listed("acknowledge", "handing_in", N_("Record that units have seen what they owe.")),
        Listed("waive", "handing_in", N_("Record that it does not apply to units.")),
        Listed("reopen", "handing_in", N_("Make it owed again.")),
        Listed("extend", "handing_in", N_("Ask for, approve or reject extensions.")),
        Listed("files", "handing_in", N_("List the files of a hand-in, or copy them out.")),
        Listed("assign", "assigning", N_("Open an assignment during the campaign.")),
        Listed("undo", "assigning", N_("Take back one's last action.")),
        Listed("units", "assigning", N_("What units report of themselves.")),
        Listed("submissions", "submissions", N_("Who has already reported, from a table.")),
        Listed("form", "forms", N_("Forms that units fill in: out, in, and added up.")),
        Listed("progress", "progress", N_("What was reached of the targets.")),
        Listed("silence", "silencing", N_("Times without reminders.")),
        Listed(
            "notice",
            "supervising",
            N_("Supervision notices: what one unit owes, released by a person."),
        ),
    ),
    N_("How it stands"): (
        Listed("today", "today", N_("Show what the office has to do now.")),
        Listed("overdue", "seeing", N_("Show what is overdue, worst first.")),
        Listed(
            "status", "status", N_("Show who has reported what: counts, then units by milestones.")
        ),
        Listed("show", "showing", N_("Explain one assignment.")),
        Listed(
            "explain", "explaining", N_("Say why a reminder went, or will go, to whom and when.")
        ),
        Listed("timeline", "lives", N_("Show what falls due when, and what happened.")),
        Listed("history", "lives", N_("Tell the life of an assignment or a unit.")),
        Listed("ranking", "ranking", N_("Rank units by what was due by a date; show the working.")),
        Listed(
            "report",
            "reporting",
            N_("Write a report of campaigns: counts, matrix, targets, who is late."),
        ),
        Listed(
            "briefing", "briefing", N_("Show the week for supervisors: due, overdue, not seen.")
        ),
    ),
    N_("People, mails and calendars"): (
        Listed("contacts", "people", N_("Who at a unit is told.")),
        Listed("outbox", "outbox", N_("The mails: waiting, held, sent and failed.")),
        Listed("mail", "mailing", N_("The mails as they would go out.")),
        Listed("inbox", "inbox", N_("Incoming mail: answers, hand-ins, returned mails.")),
        Listed("feed", "feeds", N_("Calendar feeds.")),
    ),
    N_("The program itself"): (
        Listed(
            "init",
            "initialising",
            N_("Make a folder for a new office: settings, units, a declaration."),
        ),
        Listed("config", "configuring", N_("The settings in force.")),
        Listed("serve", "running", N_("Run: reminders, mail and calendar feeds, until stopped.")),
        Listed(
            "worker",
            "running",
            N_("Do ticks and send mail for an office that has several machines."),
        ),
        Listed("tick", "running", N_("One pass: send what is due, for cron.")),
        Listed("replay", "replaying", N_("Play a season in seconds, into a folder of its own.")),
        Listed("demo", "replaying", N_("Replay the five 2022 campaigns into a demo home.")),
        Listed("backup", "keeping", N_("Put the record and the uploads into one file.")),
        Listed("restore", "keeping", N_("Bring back what a backup holds.")),
        Listed("migrate-data", "moving", N_("Move the record from SQLite to PostgreSQL.")),
        Listed("doctor", "keeping", N_("Look over all that can stop a reminder.")),
        Listed("verify", "checking", N_("Check the whole database, independently of the program.")),
    ),
}
