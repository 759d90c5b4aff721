"""The doctor: each illness is found, said with a mend, and nothing healthy is called ill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from scheduler.clock import wall_clock
from scheduler.doctor.examination import examine
from scheduler.doctor.finding import Level
from scheduler.doctor.home import check_url
from scheduler.office import Office
from tests.support.doctor import findings, ill, reaching
from tests.support.keeping import back_up, lived
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN
from tests.support.smtp import MailServer
from workflows.database import Database
from workflows.schema_version import HEAD


def made_healthy(office: SampleOffice, folder: Path) -> SampleOffice:
    """An office in which all is well: served, backed up, everybody known."""
    campaigns = folder / "campaigns"
    campaigns.mkdir()
    (campaigns / "bridges-2022.yaml").write_text(CAMPAIGN + PLAN, encoding="utf-8")
    office.settings = office.settings.model_copy(
        update={"campaigns_dir": campaigns, "public_url": "https://duban.example.org"}
    )
    office.apply(PLAN)
    office.add_contact("north", "contact", "zhang@example.org")
    office.tick("2022-05-31 09:00")
    back_up(office, office.settings.backups / "duban-2022-05-31-020000.zip")
    return office


@pytest.fixture
def healthy(tmp_path: Path) -> Iterator[SampleOffice]:
    """A healthy office on SQLite."""
    office = made_healthy(SampleOffice(tmp_path), tmp_path)
    yield office
    office.close()


@pytest.fixture
def healthy_on_each(office: SampleOffice, tmp_path: Path) -> SampleOffice:
    """A healthy office on each kind of database."""
    return made_healthy(office, tmp_path)


def test_all_is_well(healthy_on_each: SampleOffice) -> None:
    with MailServer(login=("office", "s3cret")) as server:
        found = findings(healthy_on_each, **reaching(server))
    assert [one for one in found if one.level is not Level.OK] == []
    assert [one.check for one in found] == [
        "database", "schema", "clock", "ticks", "time zone", "holidays", "outbox", "carrier",
        "contacts",
        "campaigns", "mail server", "sender", "disk", "permissions",
        "backups", "public URL",
    ]  # fmt: skip
    assert all(not one.mend for one in found)


def test_no_record_yet(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    found = ill(office, home=tmp_path / "elsewhere")
    level, message, mend = found["database"]
    assert level is Level.ERROR
    assert "there is no database yet" in message
    assert "duban apply" in mend
    assert not (tmp_path / "elsewhere").exists(), "it only looks"
    office.close()


@pytest.mark.parametrize("content", [b"not a database" * 500, None])
def test_a_damaged_record(content: bytes | None, tmp_path: Path) -> None:
    office = lived(tmp_path)
    office.close()
    file = office.database.file
    assert file is not None
    old = file.read_bytes()
    file.write_bytes(content or old[:8192] + b"\xa5" * 4096 * 20 + old[8192 + 4096 * 20 :])
    level, _message, mend = ill(office)["database"]
    assert level is Level.ERROR
    assert "restore" in mend
    office.close()


def test_a_schema_that_is_not_ours(healthy_on_each: SampleOffice) -> None:
    for version, level in (("0001", Level.WARNING), (f"{int(HEAD) + 1:04}", Level.ERROR)):
        set_version(healthy_on_each.database, version)
        assert ill(healthy_on_each)["schema"][0] is level
        assert healthy_on_each.database.schema_version() == version, "it only looks"
    set_version(healthy_on_each.database, HEAD)


def set_version(database: Database, version: str) -> None:
    with database.write() as session:
        assert version.isdecimal()
        session.connection().exec_driver_sql(
            f"UPDATE alembic_version SET version_num = '{version}'"  # noqa: S608
        )


def test_a_clock_that_was_set_back(healthy_on_each: SampleOffice) -> None:
    settings = healthy_on_each.settings
    found = {one.check: one for one in examine(Office(settings, lambda: at("2022-05-30 09:00")))}
    assert found["clock"].level is Level.ERROR
    assert "2022-05-31 09:00" in found["clock"].message
    assert "NTP" in found["clock"].mend


def test_the_real_clock_agrees_with_the_servers(office: SampleOffice) -> None:
    found = {one.check: one for one in examine(Office(office.settings, wall_clock))}
    assert found["clock"].level is Level.OK


def test_nothing_ticks(healthy: SampleOffice) -> None:
    healthy.at("2022-05-31 09:10")
    assert "ticks" not in ill(healthy)
    healthy.at("2022-05-31 09:40")
    assert ill(healthy)["ticks"][0] is Level.WARNING
    healthy.at("2022-05-31 10:30")
    level, message, mend = ill(healthy)["ticks"]
    assert level is Level.ERROR
    assert "since 2022-05-31 09:00" in message
    assert "duban serve" in mend
    healthy.at("2022-06-03 10:30")  # a public holiday: nothing could be sent anyway
    assert ill(healthy)["ticks"][0] is Level.WARNING


def test_years_without_a_notice(office: SampleOffice) -> None:
    office.apply(PLAN.replace("2022-06-15", "2098-06-16"))
    level, message, mend = ill(office)["holidays"]
    assert level is Level.WARNING
    assert "2098" in message
    assert "pip install -U holidays" in mend


def test_who_is_told(healthy: SampleOffice, tmp_path: Path) -> None:
    with healthy.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM contact")
    level, message, mend = ill(healthy)["contacts"]
    assert level is Level.WARNING
    assert "1 of 1 units are told at their office mailbox alone: 北城市" in message
    assert "duban contacts import" in mend
    healthy.add_contact("north", "contact", "tel:0001;甲")  # whom no mail reaches
    assert "北城市" in ill(healthy)["contacts"][1]
    other = tmp_path / "other.yaml"
    text = healthy.settings.organisation.read_text(encoding="utf-8")
    other.write_text(text.replace("id: north", "id: newer").replace("北城", "新城"), "utf-8")
    level, message, _mend = ill(healthy, organisation=other)["contacts"]
    assert level is Level.ERROR
    assert "北城市" in message
    found = findings(healthy, smtp_host="smtp.invalid")
    assert any("examples that reach nobody" in one.message for one in found)


def test_declarations_and_record(healthy: SampleOffice, tmp_path: Path) -> None:
    folder = healthy.settings.campaigns_dir
    file = folder / "bridges-2022.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("bridges-2022", "roads-2022"), encoding="utf-8")
    messages = [one.message for one in findings(healthy) if one.check == "campaigns"]
    assert any("bridges-2022" in message for message in messages)
    assert any("not applied: roads-2022" in message for message in messages)
    file.write_text("id: 1", encoding="utf-8")
    assert "duban check" in str([one.mend for one in findings(healthy)])
    file.unlink()
    assert ill(healthy)["campaigns"][0] is Level.ERROR


def test_what_waits_in_the_outbox(healthy_on_each: SampleOffice) -> None:
    for status, word in (("in_doubt", "in doubt"), ("failed", "failed"), ("held", "held")):
        change(healthy_on_each, f"status = '{status}'")
        level, message, mend = ill(healthy_on_each)["outbox"]
        assert level is Level.WARNING
        assert word in message
        assert f"--status {status}" in mend
    change(healthy_on_each, "status = 'queued', error = '451 try again'")
    assert "451 try again" in ill(healthy_on_each)["outbox"][1]
    change(healthy_on_each, "status = 'done', error = ''")


def change(office: SampleOffice, values: str) -> None:
    with office.database.write() as session:
        session.connection().exec_driver_sql(f"UPDATE delivery SET {values}")  # noqa: S608


def test_the_home_folder(healthy: SampleOffice, tmp_path: Path) -> None:
    healthy.settings.home.chmod(0o755)
    assert "chmod 700" in ill(healthy)["permissions"][2]
    healthy.settings.home.chmod(0o700)
    assert "permissions" not in ill(healthy)
    assert "off" in ill(healthy, backup_keep=0)["backups"][1]
    assert "no scheduled backup" in ill(healthy, backup_dir=tmp_path / "none")["backups"][1]
    healthy.at("2022-06-02 04:00")
    assert "2022-05-31 02:00" in ill(healthy)["backups"][1]
    (healthy.settings.backups / "last-failure.txt").write_text("no space left", encoding="utf-8")
    assert any(
        one.level is Level.ERROR and "no space left" in one.message
        for one in findings(healthy)
        if one.check == "backups"
    )


@pytest.mark.parametrize(
    ("url", "well"),
    [
        ("", True),
        ("https://duban.example.org", True),
        ("https://duban.example.org/duban", True),
        ("http://duban.example.org", False),
        ("https://localhost:8822", False),
        ("https://user:s3cret@duban.example.org", False),
    ],
)
def test_the_public_url(url: str, well: bool, tmp_path: Path) -> None:
    (found,) = check_url(Settings(home=tmp_path, public_url=url))
    assert (found.level is Level.OK) is well
    assert "s3cret" not in found.message + found.mend
