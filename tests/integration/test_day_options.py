"""Options that take a day: each says in the user's language what is wrong and how to write it."""

import pytest

from tests.support.program import run_here

SILENCE = ("silence", "add", "--unit", "x", "--why", "x", "--to", "2022-07-01", "--from")
COMMANDS = [
    SILENCE,
    ("contacts", "absent", "wang", "--to", "2022-07-01", "--from"),
    ("contacts", "replace", "a@example.org", "b@example.org", "--from"),
    ("submit", "a/b/c", "--on"),
    ("return", "a/b/c", "--until"),
    ("extend", "a/b/c", "--until"),
    ("mail", "preview", "a/b/c", "--day"),
    ("timeline", "--to"),
    ("outbox", "list", "--from"),
    ("assign", "x", "--title", "x", "--due"),
    ("submissions", "import", "x.csv", "--on"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: f"{one[0]}-{one[-1]}")
def test_a_day_that_there_is_not(
    command: tuple[str, ...],
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", "zh")
    code, _out, err = run_here(capsysbinary, *command, "2022-06-31")
    assert (code, err) == (
        2,
        f"{command[-1]}：没有2022-06-31这一天\n  → 该月最后一天是2022-06-30\n",
    )


@pytest.mark.parametrize("text", ["6月1日", "2022/06/01", "2022-06", "01.06.2022", "tomorrow", ""])
def test_another_form(
    text: str, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    code, _out, err = run_here(capsysbinary, *SILENCE, text)
    assert code == 2 and err == (
        f"--from: “{text}” is not a date\n  → write it as year-month-day, e.g. 2022-09-08\n"
    )


def test_a_moment_on_a_day_that_there_is_not(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    for text in ("2022-06-31", "2022-06-31T09:00"):
        code, _out, err = run_here(capsysbinary, "overdue", "--at", text)
        assert code == 2 and "there is no day 2022-06-31" in err
    for text in ("2022-06-30T25:00", "2022-6-30"):
        code, _out, err = run_here(capsysbinary, "overdue", "--at", text)
        assert code == 2 and "is not a date or time" in err
