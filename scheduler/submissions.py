"""Submissions for a replay, from a CSV file: every wrong row with its line, all rows or none."""

import csv
import io
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from config.errors import SHOWN, DubanError, InputError, Problem, ProblemsError
from config.files import read_bounded, shown_path
from config.i18n import _
from scheduler.office import parse_moment
from scheduler.replay import Deeds
from workflows.naming import find_assignment

_MAX_BYTES = 10_000_000


def deeds_from_file(session: Session, file: Path, zone_name: str) -> list[Deeds]:
    """The rows of a CSV file with the columns `assignment,at` and, if wanted, `action`.

    A moment without an offset is local to `zone_name`. Raises ProblemsError with the line of each
    wrong row, InputError where the file cannot be read.
    """
    zone = ZoneInfo(zone_name)
    problems: list[Problem] = []
    deeds = []
    for line, row in _rows(file):
        if len(problems) > SHOWN:
            break
        try:
            deeds.append(_deed(session, row, zone))
        except DubanError as error:
            problems.append(Problem(error.message, error.mend, shown_path(file), line))
    if problems:
        raise ProblemsError(problems)
    return sorted(deeds)


def _deed(session: Session, row: dict[str, str | None], zone: ZoneInfo) -> Deeds:
    assignment = find_assignment(session, (row.get("assignment") or "").strip())
    at, _is_date = parse_moment(row.get("at") or "", zone)
    action = (row.get("action") or "submit").strip()
    if action not in {"submit", "accept"}:
        raise InputError(
            _("unknown action “{action}”").format(action=action[:60]),
            _("write submit or accept"),
        )
    return Deeds(at, assignment.id or 0, action)


def _rows(file: Path) -> list[tuple[int, dict[str, str | None]]]:
    """The file's rows by column, each with the line on which it ends."""
    try:
        text = read_bounded(file, _MAX_BYTES).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        return [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            _("cannot read {file}: {reason}").format(file=shown_path(file), reason=error),
            _("a CSV file in UTF-8 with the columns assignment,at is expected"),
        ) from None
