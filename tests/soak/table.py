"""The soak's table, put into docs/reliability.md between its two marks."""

from collections.abc import Iterable, Mapping
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- soak: begin -->", "<!-- soak: end -->"
_COLUMNS = {
    "fault": "fault", "runs": "runs", "mails": "mails", "lost": "lost", "doubled": "doubled",
    "in_doubt": "in doubt", "failed": "failed", "note": "note",
}  # fmt: skip


def write_table(rows: Iterable[Mapping[str, object]], page: Path = PAGE) -> None:
    """Put the rows into `page` as a table."""
    table = render(rows)
    before, _begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def render(rows: Iterable[Mapping[str, object]]) -> str:
    """The rows as a Markdown table; counts that a fault does not have stay empty."""
    lines = [
        "| " + " | ".join(_COLUMNS.values()) + " |",
        "|" + "---|" * len(_COLUMNS),
    ]
    for row in rows:
        extra = [f"{key} {value}" for key, value in row.items() if key not in _COLUMNS]
        note = ", ".join(str(one) for one in [row.get("note", ""), *extra] if one)
        cells = [str(row.get(key, "")) for key in _COLUMNS if key != "note"]
        lines.append("| " + " | ".join([*cells, note]) + " |")
    return "\n".join(lines)
