"""Channels beside mail: by preference, as fall-back, and without a secret in any record."""

import builtins
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.errors import InputError, ProblemsError
from config.i18n import using_language
from config.settings import Settings, SmtpSecurity, load_settings
from notifications.mail_calendar import mail_days, mail_lines
from notifications.transports.channel import ChannelTransport
from scheduler.doctor.carriers import check_channels
from scheduler.doctor.people import check_contacts
from scheduler.tick import sending_window
from tests.support.command_line import command
from tests.support.contents import everything
from tests.support.hook import Hook
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN, with_ladder
from tests.support.referee import found
from tests.support.smtp import MailServer

# Two rungs of one day, one of them over a channel.
MIXED = with_ladder(
    "[{id: day, when: on the day}, {id: chat, when: on the day, channel: group}]",
    PLAN.replace("id: plan", "id: map").replace("排查方案", "隧道一张图"),
)
TUNNELS = CAMPAIGN.replace("bridges", "tunnels")
WANG, LI = "wang@north.example.org", "li@south.example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A channel's service."""
    with Hook() as running:
        yield running


def office_of(folder: Path, server: MailServer, hook: Hook, **settings: Any) -> SampleOffice:
    """An office with a contact in two units, a mail server and a channel."""
    office = SampleOffice(
        folder, smtp_host=server.host, smtp_port=server.port, smtp_security=SmtpSecurity.NONE,
        channels={"group": hook.url}, **settings,
    )  # fmt: skip
    office.add_contact("north", "contact", WANG)
    office.add_contact("south", "contact", LI)
    office.apply(PLAN.replace("[北城市]", "[北城市, 南城市]"))
    return office


def ways(office: SampleOffice) -> list[tuple[str, str, str]]:
    """Each delivery's address, channel and status."""
    return sorted((one.address, one.channel, one.status.value) for one in office.deliveries())


def test_who_prefers_a_channel_is_told_there_in_plain_text(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook)
    command(office, "contacts", "channel", WANG, "group")
    office.tick("2022-06-13 09:00")
    assert ways(office) == [(LI, "", "done"), (WANG, "group", "done")]
    (posted,) = hook.received
    assert WANG in posted["title"]
    (mail,) = server.mails
    assert mail["To"] == LI
    body = mail.get_body(("plain",))
    assert body is not None
    duty = "排查方案"
    assert duty in posted["message"] and duty in body.get_content()
    assert "<" not in posted["message"]
    assert "reply to this mail" in body.get_content()
    assert (
        posted["message"]
        .rstrip()
        .endswith(
            "Sent automatically; answers here are not read. "
            "To answer, write to bridges@example.org. "
            "Please do not send classified material over the internet."
        )
    )
    command(office, "contacts", "channel", WANG, "mail")
    office.tick("2022-06-15 09:00")
    assert len(hook.received) == 1
    office.close()


def test_what_mail_does_not_deliver_goes_over_the_fallback(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook, fallback_channel="group")
    server.answers[f"RCPT:{WANG}"] = "550 Mailbox not found"
    report = office.tick("2022-06-13 09:00")
    assert report.sent == 2
    assert ways(office) == [(LI, "", "done"), (WANG, "group", "done")]
    assert [WANG in one["title"] for one in hook.received] == [True]
    assert {one.status.value for one in office.reminders()} == {"sent", "superseded"}
    office.close()


def test_where_both_ways_are_shut_it_has_failed(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook, fallback_channel="group")
    server.answers[f"RCPT:{WANG}"] = "550 Mailbox not found"
    hook.status = 404
    for minute in (0, 5, 15, 40, 59):
        office.tick(f"2022-06-13 09:{minute:02}")
    assert ways(office) == [(LI, "", "done"), (WANG, "group", "failed")]
    assert {one.status.value for one in office.reminders()} == {"sent", "failed", "superseded"}
    record = json.dumps([str(row) for row in everything(office.database)])
    assert "404" in record
    assert "secret-token-42" not in record
    office.close()


def test_what_a_preferred_channel_does_not_take_goes_by_mail(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook)
    command(office, "contacts", "channel", WANG, "group")
    hook.status = 500
    for minute in (0, 5, 15, 16):
        office.tick(f"2022-06-13 09:{minute:02}")
    assert ways(office) == [(LI, "", "done"), (WANG, "", "done")]
    office.close()


def test_a_channel_that_is_no_longer_there_means_mail(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook)
    command(office, "contacts", "channel", WANG, "group")
    office.remind("2022-06-13 09:00")
    office.settings = office.settings.model_copy(update={"channels": {}})
    assert office.send().sent == 2
    assert len(server.received) == 2
    assert ways(office) == [(LI, "", "done"), (WANG, "", "done")]
    office.close()


def test_what_a_lost_channel_was_to_carry_joins_the_mail(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    """One mail, with what else the day brings."""
    office = office_of(tmp_path, server, hook)
    office.apply(MIXED, head=TUNNELS)
    office.remind("2022-06-15 09:00")
    assert [one for one in ways(office) if one[0] == WANG] == [
        (WANG, "", "queued"), (WANG, "group", "queued"),
    ]  # fmt: skip
    office.settings = office.settings.model_copy(update={"channels": {}})
    office.tick("2022-06-15 09:01")
    (mail,) = [one for one in server.mails if one["To"] == WANG]
    body = mail.get_body(("plain",))
    assert body is not None and "隧道一张图" in body.get_content()
    assert (WANG, "group", "superseded") in ways(office)
    assert found(office) == []
    office.close()


@pytest.mark.parametrize("has_channel", [True, False])
def test_a_channel_that_the_settings_do_not_have(
    has_channel: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is an error at check and apply; what is applied already goes with the day's mail, and the
    mail calendar counts one."""
    channels: dict[str, Any] = {"channels": {"group": "json://127.0.0.1:9"}} if has_channel else {}
    office = SampleOffice(tmp_path, **channels)
    office.add_contact("north", "contact", WANG)
    office.apply(PLAN, MIXED)
    file = tmp_path / "bridges-2022.yaml"
    file.write_text(CAMPAIGN + PLAN + MIXED, encoding="utf-8")
    if has_channel:
        command(office, "check", str(file))
        assert " 0 errors" in capsys.readouterr().err
    else:
        command(office, "check", str(file))
        said = capsys.readouterr().err
        assert f"{file}:22:" in said and "milestones[1].ladder[1].channel" in said
        assert "no channel is called “group”" in said and "setting “channels”" in said
        with pytest.raises(ProblemsError, match="no channel is called “group”"):
            command(office, "apply", str(file), "--yes")

    window = sending_window(office.settings)
    with office.database.read() as session:
        lines = list(
            mail_lines(
                session, at("2022-06-15 08:00"), at("2022-06-15 18:00").date(),
                office.organisation, window, office.settings.channels,
            )
        )  # fmt: skip
    expected = 2 if has_channel else 1
    assert sum(one.mails for one in mail_days(lines)) == expected
    office.remind("2022-06-15 09:00")
    assert len(office.deliveries()) == expected
    office.close()


def test_the_doctor_names_a_preference_that_is_not_met(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook)
    command(office, "contacts", "channel", WANG, "group")
    settings = office.settings.model_copy(update={"channels": {}})
    with office.database.read() as session:
        said = list(
            check_contacts(session, office.organisation, settings, at("2022-06-15 09:00").date())
        )
    wanted = "people prefer channels that are not set, and get mail: group"
    assert wanted in [one.message for one in said]
    office.close()


def test_without_the_library_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, hook: Hook
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name == "apprise":
            raise ModuleNotFoundError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError) as told:
        ChannelTransport(Settings(channels={"group": hook.url}))
    assert "pip install duban[channels]" in told.value.mend


def test_a_wrong_address_is_said_without_repeating_it() -> None:
    settings = Settings(channels={"group": "secret-token-42"})
    with pytest.raises(InputError, match="“group”") as told:
        list(check_channels(settings))
    assert "secret-token-42" not in told.value.message + told.value.mend


@pytest.mark.parametrize(
    "wrong", [{"channels": {"Group!": "json://x"}}, {"fallback_channel": "group"},
              {"channels": "json://secret-token-42"}],
)  # fmt: skip
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError) as told:
        load_settings(**wrong)
    assert "secret-token-42" not in told.value.message


def test_the_settings_are_shown_without_the_address(
    tmp_path: Path, hook: Hook, server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    office = office_of(tmp_path, server, hook)
    capsys.readouterr()
    command(office, "config", "show", "--format", "csv")
    shown = capsys.readouterr().out
    assert "group=••••••" in shown and "secret-token-42" not in shown
    office.close()


def test_an_unknown_channel_or_person_is_named(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook)
    with pytest.raises(InputError, match="no channel is called “pigeon”"):
        command(office, "contacts", "channel", WANG, "pigeon")
    with pytest.raises(InputError, match="no contact has the address"):
        command(office, "contacts", "channel", "who@example.org", "group")
    office.close()


def test_the_text_of_a_channel_is_not_about_mail_in_chinese(
    tmp_path: Path, server: MailServer, hook: Hook
) -> None:
    office = office_of(tmp_path, server, hook)
    command(office, "contacts", "channel", WANG, "group")
    with using_language("zh"):
        office.tick("2022-06-13 09:00")
    (posted,) = hook.received
    assert "请发邮件至bridges@example.org。请勿通过互联网传送涉密材料。" in posted["message"]
    assert "本邮件" not in posted["message"]
    office.close()
