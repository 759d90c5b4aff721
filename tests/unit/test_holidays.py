"""Holiday files: a notice as it was published, and everything that can be wrong with one."""

from datetime import date
from pathlib import Path

import pytest

from config.errors import ProblemsError
from config.i18n import using_language
from config.settings import BUNDLED_HOLIDAYS
from workflows.holiday_files import read_holiday_files
from workflows.holiday_years import year_from_data
from workflows.working_days import WorkingDays

NOTICE = """\
year: 2027
source: {notice: 国办发明电〔2026〕9号, date: 2026-11-20}
days_off:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 春节, from: 2027-02-05, to: 2027-02-12}
working_weekends: [2026-12-26, 2027-02-14]
"""


def notice(folder: Path, text: str = NOTICE, name: str = "2027.yaml") -> Path:
    """A folder with that file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def table(*folders: Path) -> WorkingDays:
    """Working days by the files in these folders."""
    days = WorkingDays()
    days.use_files(lambda: read_holiday_files(folders))
    return days


def test_a_year_that_a_file_gives_is_published_and_the_files_alone(tmp_path: Path) -> None:
    days = table(notice(tmp_path / "own"))
    year = days.known(2027)
    assert (year.published, year.source) == (True, "国办发明电〔2026〕9号（2026-11-20）")
    assert days.is_working_day(date(2027, 2, 14)) and not days.is_working_day(date(2027, 2, 12))
    # What the library foresees for October does not come in beside it.
    assert days.is_working_day(date(2027, 10, 1))
    assert not WorkingDays().is_published(2027)


def test_the_names_of_a_file_are_told_in_both_languages(tmp_path: Path) -> None:
    days = table(notice(tmp_path / "own"))
    with using_language("zh"):
        assert days.day_name(date(2027, 1, 2)) == "元旦"
    with using_language("en"):
        assert days.day_name(date(2027, 1, 2)) == "New Year's Day"


def test_the_december_before_belongs_to_its_own_year(tmp_path: Path) -> None:
    before = NOTICE.replace("2027", "2026").replace("2026-12-26, ", "").replace("2026-02-14", "")
    folder = notice(notice(tmp_path / "own"), before, "2026.yaml")
    assert table(folder).is_working_day(date(2026, 12, 26))


def test_an_offices_own_file_comes_before_the_bundled_one(tmp_path: Path) -> None:
    own = notice(tmp_path / "own", NOTICE.replace("2027", "2026").replace("[2026-12-26, ", "["))
    assert table(own, BUNDLED_HOLIDAYS).is_working_day(date(2026, 5, 1))
    assert not table(BUNDLED_HOLIDAYS).is_working_day(date(2026, 5, 1))


def test_the_bundled_files_say_what_the_library_says() -> None:
    for year, bundled in read_holiday_files([BUNDLED_HOLIDAYS]).items():
        known = WorkingDays().known(year)
        assert not known.published or known.differing(bundled) == []


def test_what_the_record_keeps_of_a_year_comes_back(tmp_path: Path) -> None:
    year = table(notice(tmp_path / "own")).known(2027)
    back = year_from_data(2027, year.as_data())
    assert back == year and back.source == year.source and back.working_days == year.working_days


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "fault"),
    [
        ("to: 2027-02-12", "to: 2027-02-30", 5, "days_off[1].to", "not a day of the calendar"),
        ("to: 2027-02-12", "to: 2027-02-01", 5, "days_off[1].to", "ends before it begins"),
        ("to: 2027-02-12", "to: 2027-04-12", 5, "days_off[1].to", "has 67 days"),
        ("from: 2027-02-05", "from: 2027-01-03", 5, "days_off[1].to", "has 41 days"),
        ("2027-02-05, to: 2027-02-12", "2027-01-03", 5, "days_off[1].from", "a day off twice"),
        ("2027-02-14", "2027-02-07", 6, "working_weekends[1]", "a day off (春节) and worked"),
        ("2027-02-14", "2027-02-15", 6, "working_weekends[1]", "no Saturday and no Sunday"),
        ("2027-02-14", "2026-12-26", 6, "working_weekends[1]", "stands twice"),
        ("2027-02-14", "2028-02-13", 6, "working_weekends[1]", "is not in 2027"),
        ("to: 2027-01-03", "to: 2027-1-3", 4, "days_off[0].to", "not a day of the calendar"),
        ("notice: 国办发明电〔2026〕9号, ", "", 2, "source.notice", "“notice” is missing"),
        ("working_weekends", "work", 6, "work", "unknown key"),
    ],
)
def test_each_fault_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, field: str, fault: str
) -> None:
    folder = notice(tmp_path / "own", NOTICE.replace(old, new))
    with using_language("en"), pytest.raises(ProblemsError) as caught:
        read_holiday_files([folder])
    problem = caught.value.problems[0]
    assert (problem.line, problem.field) == (line, field)
    assert fault in problem.message and problem.mend


def test_a_year_stands_in_one_file_of_a_folder(tmp_path: Path) -> None:
    folder = notice(notice(tmp_path / "own"), name="again.yaml")
    with using_language("en"), pytest.raises(ProblemsError, match="the year 2027 is also in"):
        read_holiday_files([folder])
