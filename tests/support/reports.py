"""An office in June whose report has something of everything."""

from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from tests.support.targets import REPAIRS, report
from workflows.reporting.model import Report
from workflows.reporting.report import make_report

JUNE = "bridges-2022/monthly/{}/2022-06"


def play_june(office: SampleOffice) -> None:
    """Until 22 June: late, returned, more time asked for and given, figures on targets."""
    office.apply(PLAN, MONTHLY, ON_HOLIDAY, REPAIRS)
    office.at("2022-06-07 09:00")
    office.act("submit", "bridges-2022/festival/north")  # due on the 5th, a day off: the 6th
    report(office, "bridges", "north", "2", "2022-06-07")
    office.at("2022-06-14 09:00")
    office.act("request_extension", PLAN_KEY, day("2022-06-17"), note="设备检修")
    office.act("approve_extension", PLAN_KEY)
    office.act("submit", JUNE.format("south"))
    office.act("return_for_correction", JUNE.format("south"), day("2022-06-17"), note="缺盖章")
    office.at("2022-06-21 15:00")
    office.act("request_extension", JUNE.format("hill"), day("2022-06-28"))
    report(office, "bridges", "north", "5", "2022-06-21")
    office.at("2022-06-22 09:00")


def made(office: SampleOffice, moment: str = "", since: str = "") -> Report:
    """The report now, or of a closed moment."""
    with office.database.read() as session:
        return make_report(
            session,
            None,
            at(moment) if moment else office.clock(),
            as_of_past=bool(moment),
            since=at(since) if since else None,
        )
