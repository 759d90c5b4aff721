"""What `duban tick` prints: how many came due, and what became of the mails, in people's words."""

from pathlib import Path

import pytest

from config.i18n import using_language
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN


@pytest.mark.parametrize(
    ("language", "due", "none"),
    [
        ("en", "1 reminders came due; gone out 1", "0 reminders came due; nothing sent"),
        ("zh", "本次到期提醒1项；已发送 1", "本次到期提醒0项；没有发送邮件"),
    ],
)
def test_statuses_in_words(
    language: str, due: str, none: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    office.add_contact("north", "contact", "li@example.org")
    office.at("2022-05-31 09:00")
    with using_language(language):
        for said in (due, none):
            command(office, "tick")
            assert capsys.readouterr().err.splitlines()[-1] == said
    assert office.statuses() == ["done"]
    office.close()
