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
