"""vdirsyncer, khal and todoman follow a feed: no double, no ghost, nothing written for nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from calendars.options import FeedOptions, FeedScope, Phases
from tests.clients.life import HANDED_IN, WAIVED, first, steps
from tests.clients.seen import Seen, expected, readings
from tests.clients.subscriber import Subscriber
from tests.support.feeds import feed_content, make_feed
from tests.support.moments import ZONE
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.web import listening

EVENTS = FeedOptions(FeedScope.ALL, language="zh", alarms=True, phases=Phases.SPAN)
TASKS = FeedOptions(FeedScope.ALL, language="en", tasks=True)


@contextmanager
def subscribed(office: SampleOffice, options: FeedOptions, folder: Path) -> Iterator[Subscriber]:
    """Somebody who subscribes to the feed of these options, while it is served."""
    _number, path = make_feed(office, **options._asdict())
    with listening(office) as (host, port):
        yield Subscriber(folder, f"http://{host}:{port}{path}")


def without_uid(entries: Sequence[Seen]) -> list[Seen]:
    """vdirsyncer names what it fetches over HTTP by its content, in place of its UID."""
    return sorted(one._replace(uid="") for one in entries)


def assert_kept(one: Subscriber, office: SampleOffice, options: FeedOptions) -> list[Seen]:
    """After a sync the files are what the record says, and two more change nothing."""
    one.sync()
    files = one.files()
    wanted = expected(office, options)
    assert without_uid(one.store()) == without_uid(wanted)
    assert len(files) == len(wanted)
    for _again in range(2):
        one.sync()
        assert one.files() == files
    return wanted


def test_events(tmp_path: Path) -> None:
    office = first(tmp_path)
    with subscribed(office, EVENTS, tmp_path / "reader") as reader:
        for _step in steps(office):
            wanted = assert_kept(reader, office, EVENTS)
            assert sorted(
                (one["title"], one["start-long"], one["end-long"], one["cancelled"] == "CANCELLED")
                for one in reader.listed()
            ) == sorted(
                (one.summary, one.start, day_before(one.end), one.status == "CANCELLED")
                for one in wanted
            )
    office.close()


def test_tasks(tmp_path: Path) -> None:
    office = first(tmp_path)
    with subscribed(office, TASKS, tmp_path / "reader") as reader:
        for _step in steps(office):
            wanted = assert_kept(reader, office, TASKS)
            assert sorted(
                (one["summary"], local_day(one["due"]), one["completed"]) for one in reader.todos()
            ) == sorted(
                (one.summary, one.end, one.status in {"COMPLETED", "CANCELLED"}) for one in wanted
            )
    office.close()


def day_before(text: str) -> str:
    """khal shows the last day, a feed has the day after it."""
    return (date.fromisoformat(text) - timedelta(days=1)).isoformat()


def local_day(seconds: float) -> str:
    """The day in the campaign's zone, of an instant as todoman has it."""
    return datetime.fromtimestamp(seconds, ZONE).date().isoformat()


def test_vdirsyncer_empties_its_folder_only_if_told(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    only_open = FeedOptions(FeedScope.ALL, only_open=True)
    with subscribed(office, only_open, tmp_path / "reader") as reader:
        reader.sync()
        office.at("2022-06-01 10:00")
        office.act("submit")
        with pytest.raises(AssertionError, match="--force-delete"):
            reader.sync()
        assert len(reader.files()) == 1
        reader.sync("--force-delete")
        assert reader.files() == {}
        office.act("undo", event=office.events()[-1])
        reader.sync()
        assert len(reader.files()) == 1
    office.close()


def test_a_file_imported_again_into_khal_doubles_nothing(tmp_path: Path) -> None:
    office = first(tmp_path)
    reader = Subscriber(tmp_path / "reader", "http://127.0.0.1/unused")
    file, own = tmp_path / "feed.ics", reader.folder / "calendars" / "own"
    for step in steps(office):
        if step == 3:  # what has left the feed stays in what was once imported
            break
        file.write_bytes(feed_content(office, **EVENTS._asdict()).body)
        reader.khal("import", "--batch", "--include-calendar", "own", str(file))
        found = readings("vobject", sorted(own.glob("*.ics")))
        assert sorted(one for entries in found for one in entries) == expected(office, EVENTS)
    assert {office.assignment(one).state.value for one in (WAIVED, HANDED_IN)} == {
        "waived", "submitted",
    }  # fmt: skip
    office.close()
