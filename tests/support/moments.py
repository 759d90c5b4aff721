"""Days and moments as tests write them, local to the sample's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE_NAME = "Asia/Shanghai"
ZONE = ZoneInfo(ZONE_NAME)


def at(text: str) -> datetime:
    """`2022-06-13 09:00`, or the first instant of `2022-06-13`, as an aware moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def day(text: str) -> date:
    """`2022-06-13` as a date."""
    return date.fromisoformat(text)


def days(first: str, last: str, hour: str = "09:00") -> list[str]:
    """That hour on each day from the first to the last, as texts for `at`."""
    numbers = range(day(first).toordinal(), day(last).toordinal() + 1)
    return [f"{date.fromordinal(one)} {hour}" for one in numbers]
