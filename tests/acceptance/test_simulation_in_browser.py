"""The page of a simulation as Chromium shows it and prints it: on A4, whole, with its heads."""

import re
import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest

from config.i18n import set_language
from notifications.documents.simulation_html import write_page
from notifications.mail_calendar import MailLine
from notifications.simulated import Simulation
from tests.support.organisation import CAMPAIGN, declaration, organisation
from workflows.compile import CompiledAssignment, compile_campaign
from workflows.simulating.collisions import collisions
from workflows.simulating.model import Falling
from workflows.simulating.timeline import timeline

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FIRST = date(2022, 1, 3)
PRINTED = 1054  # pixels between the margins of A4 landscape
HEIGHT = 725
_CUT = """() => [...document.querySelectorAll("h1, h2, p, table, section")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 80))"""


def milestones(count: int, months: int) -> str:
    """So many milestones over so many months, some after each other, some on days off."""
    stages = [f"  - {{id: s{n}, title: 第{n}阶段}}\n" for n in range(3)]
    lines = ["stages:\n", *stages, "milestones:\n"]
    for n in range(count):
        due = FIRST + timedelta(days=20 + n * months * 30 // count)
        title = f"第{n}项 组织开展重点部位风险隐患排查整治并按时报送阶段工作总结" + "和台账" * (
            n % 3
        )
        after = f", after: [m{n - 1}]" if n % 4 == 3 else ""
        lines.append(
            f"  - {{id: m{n}, title: {title}, due: {due}, stage: s{n * 3 // count}, "
            f"who: {{levels: [city, county]}}, clause: 一{after}}}\n"
        )
    return CAMPAIGN.removesuffix("milestones:\n") + "".join(lines)


def page_of(folder: Path, count: int, months: int) -> str:
    """The page of such a campaign, beside another one of as many duties."""
    here = organisation(folder)
    declared = declaration(here, head=milestones(count, months))
    compiled = compile_campaign(declared, here)
    falling = [
        Falling(campaign, one.milestone.id, one.title, one.unit.name, one.due, drafted)
        for one in compiled
        for campaign, drafted in ((declared.id, True), ("other", False))
    ]
    titles = {declared.id: declared.title, "other": "公路养护"}
    simulation = Simulation(
        FIRST, max(one.due for one in compiled), (declared.id,), titles,
        tuple(unit.name for unit in here.units), tuple(falling), tuple(lines_of(compiled)),
        tuple(collisions([(declared, compiled)], falling, titles, FIRST)),
        (timeline(declared, compiled),), waits_for_lights=False,
    )  # fmt: skip
    return write_page(simulation).decode()


def lines_of(compiled: Sequence[CompiledAssignment]) -> list[MailLine]:
    """A line for each rung."""
    return [
        MailLine(
            rung.on, f"{one.unit.id}@example.org", one.unit.name, "contact", one.unit.name,
            one.campaign, one.title, one.due, rung.rung.id, rung.rung.held, "", one.key,
        )
        for one in compiled
        for rung in one.ladder
    ]  # fmt: skip


def texts_of(content: bytes) -> list[str]:
    """The text of each sheet of a PDF."""
    if which("pdftotext") is None:
        pytest.skip("not installed: pdftotext")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, check=True, capture_output=True,
        timeout=60,
    )  # fmt: skip
    return done.stdout.decode().split("\f")[:-1]


@pytest.mark.parametrize(
    ("count", "months", "language", "timelines", "pages"),
    [(60, 18, "zh", 3, range(12, 17)), (1, 1, "en", 1, range(1, 3))],
    ids=["long", "tiny"],
)
def test_it_prints_whole_on_a4_landscape(
    browser: "Browser",
    tmp_path: Path,
    count: int,
    months: int,
    language: str,
    timelines: int,
    pages: range,
) -> None:
    set_language(language)
    text = page_of(tmp_path, count, months)
    assert "<script" not in text and "http" not in text
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": PRINTED, "height": HEIGHT}
    )
    page = context.new_page()
    page.set_content(text)
    page.emulate_media(media="print")
    assert page.evaluate(_CUT) == []
    printed = page.pdf(prefer_css_page_size=True)
    for width in (1280, 390):  # on a screen the tables scroll, the page does not
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    sizes = {(round(float(wide)), round(float(high))) for wide, high in boxes}
    words = texts_of(printed)
    assert sizes == {(842, 595)} and len(words) in pages
    head = "节点事项" if language == "zh" else "milestone"
    assert [n for n, said in enumerate(words) if head in said] == [*range(timelines)]
    assert all(len(said) > 60 for said in words)  # no sheet with a line left over
