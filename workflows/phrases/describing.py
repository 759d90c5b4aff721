"""The grammar's table as docs/phrases.md shows it."""

from workflows.phrases.model import (
    LAST_DAY,
    After,
    Due,
    EachMonth,
    EachQuarter,
    OnDate,
    PhraseError,
    SinceIssued,
    Span,
    Unsupported,
)
from workflows.phrases.reading import TABLE, read_whole, why_unsupported
from workflows.phrases.spelling import spell

YEAR = 2022  # in which the examples are read


def phrase_tables() -> tuple[str, str]:
    """Two tables in Markdown: what a declaration takes, with each example's reading, and what is
    only understood."""
    taken = ["| phrase | read as | in 2022 |", "|---|---|---|"]
    refused = ["| phrase | why no declaration takes it |", "|---|---|"]
    for row in TABLE:
        said = [example_of(one) for one in row.examples]
        words = ", ".join(f"`{one}`" for one in row.examples)
        if isinstance(said[0], Unsupported):
            refused.append(f"| {words} | {why_unsupported(said[0].lacks)} |")
        else:
            dates = "; ".join(dict.fromkeys(_shown(one) for one in said))
            notes = [
                "only in declarations" * (not row.in_text),
                f"covers: {row.covers}" if row.covers else "",
                "a likely reading" * (not row.clear),
            ]
            more = f" ({'; '.join(filter(None, notes))})" if any(notes) else ""
            taken.append(f"| {words} | {row.reading}{more} | {dates} |")
    return "\n".join(taken) + "\n", "\n".join(refused) + "\n"


def example_of(phrase: str) -> Due | Unsupported:
    """The reading of an example of the table. Raises PhraseError where it is none."""
    read = read_whole(spell(phrase).text, YEAR)
    if read is None:
        raise PhraseError(phrase)
    return read[0]


def _shown(due: Due | Unsupported) -> str:
    match due:
        case OnDate(day):
            return day.isoformat()
        case Span(first, last):
            return f"{first} to {last}"
        case EachMonth(day):
            return "each month's last day" if day == LAST_DAY else f"each month on {day}"
        case EachQuarter(month, day):
            on = "its last day" if day == LAST_DAY else f"day {day}"
            return f"each quarter, month {month}, {on}"
        case SinceIssued(count, unit):
            counted = unit.removesuffix("s") if count == 1 else unit.value
            return f"{count} {counted} after `issued`"
        case After(milestone, days, working):
            return f"{days} {'working' if working else 'calendar'} days after {milestone}"
        case Unsupported(lacks):
            return why_unsupported(lacks)
