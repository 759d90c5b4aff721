"""A report as one self-contained page: no scripts, nothing from outside, made to print on A4."""

from collections.abc import Mapping
from typing import Any

from config.i18n import _, language
from notifications.documents.html_pages import page_templates
from notifications.documents.report_summary import summary
from notifications.documents.report_tables import Kind, every_table, naming, shown_value
from notifications.documents.report_words import as_of, days_note, mark, title_of
from workflows.lights import LIGHT_LOOKS
from workflows.reporting.model import Report
from workflows.status import Counts, Line, count
from workflows.status_words import count_headings, explanation, legend, light_counts

_BAR = 180  # pixels


def write_html(report: Report, levels: Mapping[str, str] | None = None) -> bytes:
    """The page as UTF-8, in the language in force. `levels` gives the names of the levels of units
    by their ids (Organisation.levels)."""
    headings = count_headings()
    page = page_templates().get_template("report.html")
    most = max((part.board.counts.due for part in report.campaigns), default=0)
    text = page.render(
        code="zh-CN" if language() == "zh" else "en",
        title=title_of(report),
        as_of=as_of(report),
        sentences=summary(report),
        looks=LIGHT_LOOKS,
        words={
            "counts": _("Counts"), "unit": _("unit"), "legend": f"{legend()}   {days_note()}",
            "explanation": explanation(), "four": list(headings.values())[:4],
            "nothing": _("none"),
            "bars": _("bars: reported in time, reported late, outstanding (hatched)"),
        },
        count_heads=[_("campaign"), *headings.values(), _("share of what was due")],
        counts=[
            (
                part.title,
                [getattr(part.board.counts, key) for key in headings],
                _bar(part.board.counts, most),
            )
            for part in report.campaigns
        ],
        bar_width=_BAR,
        boards=[
            {
                "title": part.title, "owner": part.owner, "lights": light_counts(part.board),
                "columns": part.board.columns, "lines": part.board.lines,
            }
            for part in report.campaigns
        ],
        tables=every_table(report, naming(levels)),
        mark=mark,
        four=_four,
        shown=shown_value,
        class_of=_class_of,
    )  # fmt: skip
    return text.encode()


def _bar(counts: Counts, most: int) -> dict[str, Any]:
    """How wide the parts of a campaign's bar are, of the widest campaign's, and what it says."""
    unit = (_BAR - 2) / most if most else 0
    parts = {
        "on_time": counts.reported - counts.late,
        "late": counts.late,
        "outstanding": counts.outstanding,
    }
    said = _("{on_time} reported in time, {late} late, {outstanding} outstanding").format(**parts)
    return {**{key: round(value * unit, 1) for key, value in parts.items()}, "said": said}


def _four(line: Line) -> list[int]:
    counts = count(cell for cell in line.cells if cell is not None)
    return [counts.due, counts.reported, counts.late, counts.outstanding]


def _class_of(kind: str, value: object) -> str:
    """A cell's classes: what it holds, and the light where it begins with its sign."""
    if kind != Kind.LIGHT.value or not isinstance(value, str):
        return kind
    for light, look in LIGHT_LOOKS.items():
        if value.startswith(look.sign):
            return f"middle {light.value}"
    return "middle"
