"""The calendar programs of the page are those of docs/calendars.md, which names its sources."""

import re
from pathlib import Path

from config.i18n import translations
from web.subscribing.clients import CLIENTS, Client, Way

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/calendars.md").read_text(encoding="utf-8")
BEFORE_SOURCES, SOURCES = TEXT.split("\n## Sources\n")


def test_the_documentation_has_the_same_programs_with_the_same_ability() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in TEXT.splitlines()
        if line.startswith("|")
    ][2:]
    expected = [[one.name, *abilities(one)] for one in CLIENTS]
    assert [row[:3] for row in rows] == expected
    headings = re.findall(r"^## (.+)$", BEFORE_SOURCES, re.MULTILINE)
    assert [one for one in headings if not one.startswith("Inside ")] == [
        one.name for one in CLIENTS
    ]


def abilities(client: Client) -> list[str]:
    """Whether it subscribes, and to which form, as the table has it."""
    return ["no", "–"] if client.way is Way.FILE else ["yes", client.shows.value]


def test_what_subscribes_has_a_source_or_was_tried_and_what_does_not_says_so() -> None:
    parts = dict(re.findall(r"^## (.+)\n([^#]+)", BEFORE_SOURCES, re.MULTILINE))
    for client in CLIENTS:
        said = parts[client.name]
        if client.way is Way.FILE:
            assert "it will not update" in said, client.name
        else:
            assert re.search(r"\[\d", said) or "Tried:" in said, client.name


def test_every_source_is_used_and_has_an_address() -> None:
    numbers = [int(one) for one in re.findall(r"^(\d+)\. ", SOURCES, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    used = {
        int(number)
        for some in re.findall(r"\[(\d+(?:, \d+)*)\]", BEFORE_SOURCES)
        for number in some.split(", ")
    }
    assert used == set(numbers)
    for line in SOURCES.strip().splitlines():
        assert "<http" in line or "in the same sources" in line or "read in its files" in line, line


def test_all_that_the_page_says_of_programs_is_there_in_chinese() -> None:
    chinese = translations("zh")
    for client in CLIENTS:
        for text in (*client.steps, client.note):
            assert not text or chinese.gettext(text) != text, text
