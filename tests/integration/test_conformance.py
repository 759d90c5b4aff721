"""Every feed by every MUST that it touches of RFC 5545 and RFC 7986, as the strict reader of
tests/support/rfc5545 has them: parsers forgive what a telephone does not."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from calendars.feed import FeedBuilder
from calendars.options import FeedOptions, FeedScope, Phases, Surroundings
from config.errors import InputError
from config.settings import Settings
from tests.support.command_line import command
from tests.support.feeds import make_feed
from tests.support.moments import day
from tests.support.office import SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, MONTHLY, ON_HOLIDAY, PLAN
from tests.support.rfc5545 import breaches
from tests.support.rfc5545.wire import Component, read_calendar
from tests.support.web import served
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.loading import load_declarations
from workflows.organisation_reading import read_organisation

NOW = "2022-06-23 10:00"
ZHANG = "zhang@example.org"
AWKWARD = PLAN.replace("id: plan", "id: awkward").replace(
    "报送排查方案", r'"报送；方案; a, b: c \\ d \"e\" \\n 🚧🚧 ' + "隐患排查" * 20 + '"'
)
SPAN = """\
  - id: works
    title: 集中整治
    kind: phase
    due: 2022年6月1日至7月31日
    who: {levels: [city]}
    departments: [公路处]
    deliverables: [{name: 总结}, {name: 台账, formats: [EXCEL]}]
    clause: 二（五）
"""
SCOPES = [
    (FeedScope.UNIT, "north"),
    (FeedScope.UNIT, "bureau"),
    (FeedScope.PERSON, ZHANG),
    (FeedScope.PERSON, "nobody@example.org"),
    (FeedScope.CAMPAIGN, "bridges-2022"),
    (FeedScope.DEPARTMENT, "公路处"),
    (FeedScope.LEVEL, "city"),
    (FeedScope.OVERDUE, ""),
    (FeedScope.ALL, ""),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleOffice]:
    """An office in which each state, and what is awkward to write, is there."""
    folder = tmp_path_factory.mktemp("office")
    here = SampleOffice(folder, public_url="https://duban.example.org/督办 100%")
    here.add_contact("north", "contact", ZHANG)
    here.apply(PLAN, MONTHLY, BUREAU, ON_HOLIDAY, AWKWARD, SPAN)
    tunnels = CAMPAIGN.replace("bridges", "tunnels").replace("owner:", "color: teal\nowner:")
    here.apply(PLAN, head=tunnels)
    here.at("2022-06-01 09:30")
    here.act("submit", "bridges-2022/works/north", missing=["台账"])
    here.act("submit", "bridges-2022/works/south")
    here.act("return_for_correction", "bridges-2022/works/south", day("2022-06-20"))
    here.act("submit")
    here.act("accept")
    here.act("waive", "bridges-2022/monthly/hill/2022-07")
    here.act("submit", "bridges-2022/festival/north")
    here.act("approve_extension", "bridges-2022/monthly/north/2022-06", day("2022-06-30"))
    here.at(NOW)
    yield here
    here.close()


def said(body: bytes) -> list[str]:
    """What the strict reader says."""
    return [str(one) for one in breaches(body)]


@pytest.mark.parametrize("marks", [True, False], ids=["marked", "unmarked"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_scope_with_all_options(office: SampleOffice, language: str, marks: bool) -> None:
    around = Surroundings(office.settings.public_url, marks)
    builder = FeedBuilder(office.organisation, around, language)
    seen = 0
    switches = product((False, True), (False, True), (False, True), Phases)
    with office.database.read() as session:
        for (scope, subject), chosen in product(SCOPES, list(switches)):
            alarms, tasks, only_open, phases = chosen
            options = FeedOptions(
                scope, subject, alarms=alarms, tasks=tasks, only_open=only_open, phases=phases
            )
            address = f"{office.settings.public_url}/feeds/a.ics"
            body = builder.content(session, options, office.clock(), address).body
            assert said(body) == [], options
            seen += body.count(b"\r\nBEGIN:VALARM") if alarms else 0
    assert seen > 1000


@pytest.mark.parametrize("tasks", [False, True], ids=["events", "tasks"])
def test_the_bytes_that_http_serves(office: SampleOffice, tasks: bool) -> None:
    _number, path = make_feed(office, alarms=True, tasks=tasks, phases=Phases.SPAN)
    with served(office) as client:
        body = client.get(path).content
    assert said(body) == []
    calendar = read_calendar(body)
    names = {one.name for one in calendar.properties}
    assert names >= {"NAME", "DESCRIPTION", "SOURCE", "REFRESH-INTERVAL"} and "UID" not in names
    found = {one.name for entry in entries(calendar) for one in entry.properties}
    common = {"UID", "DTSTAMP", "SEQUENCE", "SUMMARY", "STATUS", "CATEGORIES", "URL", "COLOR"}
    own = {"DUE", "COMPLETED", "PERCENT-COMPLETE"} if tasks else {"DTEND", "TRANSP"}
    assert found >= common | own
    statuses = {one.value for entry in entries(calendar) for one in entry.all("STATUS")}
    assert statuses == (
        {"NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED"}
        if tasks
        else {"CONFIRMED", "CANCELLED"}
    )


def test_the_files_that_are_exported(office: SampleOffice, tmp_path: Path) -> None:
    more = ("--alarms", "--phases", "span", "--url", "https://example.org/日历/a b")
    command(office, "feed", "export", "--units", "--output", str(tmp_path / "all"), *more)
    files = sorted((tmp_path / "all").glob("*.ics"))
    assert {one.stem for one in files} == {"north", "south", "hill", "bureau"}
    assert [said(one.read_bytes()) for one in files] == [[]] * 4
    with pytest.raises(InputError, match="is no web address"):
        command(office, "feed", "export", "--all", "-o", str(tmp_path / "a.ics"), "--url", "a.ics")


def test_the_five_campaigns_of_2022(tmp_path: Path) -> None:
    bundled = Settings(home=tmp_path / "home")
    office = SampleOffice(tmp_path, start="2022-05-01 10:00")
    office.organisation = read_organisation(bundled.organisation)
    files = sorted(bundled.campaigns_dir.glob("*.yaml"))
    declared = load_declarations(files, office.organisation)
    with office.database.write() as session:
        plan = plan_apply(session, declared, office.organisation, office.clock())
        apply(session, plan, office.organisation, now=office.clock(), actor="t", past=Past.DONE)
    office.at("2022-09-08 10:00")
    builder = FeedBuilder(office.organisation, Surroundings(), "zh")
    with office.database.read() as session:
        for tasks in (False, True):
            options = FeedOptions(FeedScope.ALL, alarms=True, tasks=tasks, phases=Phases.SPAN)
            body = builder.content(session, options, office.clock()).body
            assert said(body) == []
            assert body.count(b"\r\nUID:") > 1500
    office.close()


def entries(calendar: Component) -> Iterator[Component]:
    """Its events and tasks."""
    return (one for one in calendar.components if one.name in {"VEVENT", "VTODO"})
