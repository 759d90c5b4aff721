"""An office with something in every table, and backups of it."""

import atexit
import hashlib
import json
import resource
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from scheduler.backups import make_backup
from scheduler.restoring import Restore, Restored
from tests.support.feeds import make_feed
from tests.support.moments import day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, MONTHLY, PLAN, with_ladder
from workflows.people.stamp import contacts_changed
from workflows.supervision.said import Said
from workflows.tables import (
    Absence,
    CarrierMinute,
    CarrierPace,
    Degree,
    FailedTry,
    FailingAddress,
    FilledForm,
    InboxKind,
    InboxMail,
    InboxPlace,
    InboxStatus,
    Progress,
    ReportedAttribute,
    Silence,
    SupervisionNotice,
    TargetRow,
    TargetShare,
)

LIT = "[{id: overdue, when: 2 working days after}, {id: red, when: light turns red, to: [lead]}]"
UPLOAD = b"%PDF-1.4 \xe6\x8e\x92\xe6\x9f\xa5\xe6\x96\xb9\xe6\xa1\x88"
UPLOAD_NAME = hashlib.sha256(UPLOAD).hexdigest()


def live(office: SampleOffice) -> SampleOffice:
    """Some weeks of work, up to Monday 2022-06-13 09:00: on time, late, returned, waiting."""
    office.apply(PLAN, MONTHLY, with_ladder(LIT, BUREAU))
    office.add_contact("north", "contact", "zhang@example.org")
    office.add_contact("north", "lead", "lead@example.org")
    office.tick("2022-05-31 09:00")
    office.act("submit")
    office.tick("2022-06-08 09:00")
    office.at("2022-06-10 16:00")
    office.announce = True
    office.act("return_for_correction", PLAN_KEY, day("2022-06-17"))
    office.announce = False
    make_feed(office)
    with office.database.write() as session:
        now = office.clock()
        contacts_changed(session, now)
        session.add(
            ReportedAttribute(
                unit_id="north", name="platforms", value=2, at=now, recorded_at=now, actor="tester"
            )
        )
        session.add(
            Absence(
                address="zhang@example.org", first=day("2022-07-04"), last=day("2022-07-08"),
                actor="tester", created_at=now,
            )
        )  # fmt: skip
        session.add_all(_around_mail(now))
        session.add_all(_around_figures(now))
    folder = office.settings.uploads
    folder.mkdir(parents=True, exist_ok=True)
    (folder / UPLOAD_NAME).write_bytes(UPLOAD)
    office.tick("2022-06-13 09:00")
    return office


def _around_mail(now: datetime) -> list[SQLModel]:
    """What carriers, the inbox and silences leave behind."""
    return [
        Silence(
            unit_id="hill", first=day("2022-08-01"), last=day("2022-08-05"), why="防汛",
            actor="tester", created_at=now,
        ),
        CarrierMinute(carrier="smtp.example.org", minute=now, mails=3),
        CarrierPace(carrier="smtp.example.org", per_minute=10, changed_at=now),
        FailingAddress(address="gone@example.org", since=now, last_at=now, text="no such mailbox"),
        FailedTry(delivery_id=1, at=now, verdict="temporary", code=451, text="later"),
        InboxPlace(source="imap.example.org", uid_validity=4_000_000_000, last_uid=7),
        InboxMail(
            source="maildir", fingerprint="0" * 64, recorded_at=now, kind=InboxKind.OTHER,
            status=InboxStatus.DONE, sender="who@example.org",
        ),
    ]  # fmt: skip


def _around_figures(now: datetime) -> list[SQLModel]:
    """What targets, forms, lights and supervision leave behind."""
    told: dict[str, Any] = {"campaign_id": "bridges-2022", "recorded_at": now, "actor": "tester"}
    return [
        TargetRow(
            campaign_id="bridges-2022", version=1, id="lamps", milestone_id="plan", position=0,
            declared={"id": "lamps", "title": "更换灯具", "unit_of_measure": "盏", "value": 9.0,
                      "scope": "province"},
            units=[], reporters=["north", "south"], points=[["2022-06-15", 9.0]], curve=[],
            start=day("2022-05-20"),
        ),
        TargetShare(target_id="lamps", unit_id="north", value=4, origin="office", at=now, **told),
        FilledForm(form_id="table", assignment_id=1, version=1, content={"a": 1}, at=now, **told),
        Progress(target_id="lamps", unit_id="north", day=day("2022-06-10"), value=3, **told),
        SupervisionNotice(
            year=2022, serial=1, degree=Degree.REMINDER, unit_id="north",
            content=Said(unit="北城市", day=day("2022-06-10"), note="请电话告知。").model_dump(
                mode="json"
            ),
            answer_by=day("2022-06-20"), drafted_at=now, drafted_by="tester",
        ),
    ]  # fmt: skip


def lived(folder: Path) -> SampleOffice:
    """The same on SQLite, copied from one that was made once."""
    shutil.copytree(_template(), folder, dirs_exist_ok=True)
    return SampleOffice(folder, start="2022-06-13 09:00")


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="duban-lived-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    live(SampleOffice(folder)).close()
    return folder


def back_up(office: SampleOffice, file: Path) -> Path:
    """A backup of the office as it is now."""
    return make_backup(office.database, office.settings, office.clock(), file).file


def restore(office: SampleOffice, file: Path, **options: bool) -> Restored:
    """Restore into the office's home."""
    office.database.close()
    now = office.clock().astimezone(office.settings.zone)
    return Restore(office.settings, office.organisation, now, **options).run(file)


@contextmanager
def files_no_larger_than(limit: int) -> Iterator[None]:
    """Writing beyond `limit` bytes fails inside the block, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of the backup in which `change` has replaced or taken out members (None)."""
    copy = file.with_name(f"{file.stem}-changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for info in old.infolist():
            content = change(info.filename, old.read(info))
            if content is not None:
                new.writestr(info, content)
    return copy


def with_manifest(file: Path, change: Callable[[Any], None]) -> Path:
    """A copy of the backup whose manifest was changed."""

    def edit(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        data = json.loads(content)
        change(data)
        return json.dumps(data).encode()

    return rewritten(file, edit)
