"""An office's own templates: used, checked before, and never the reason that a mail does not go."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications.stationery import OURS
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN, write_organisation
from tests.support.program import run_here

SOUND = "本处提醒\n{% for line in lines %}\n{{ line.item.title }}\n{% endfor %}\n{{ link }}"


def texts(office: SampleOffice) -> list[str]:
    return [str(body(mail)) for mail in office.mails()]


def body(mail: EmailMessage) -> str:
    found = mail.get_body(("plain",))
    assert found is not None
    return str(found.get_content())


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_a_template_of_the_same_name_replaces_ours(tmp_path: Path, own: Path) -> None:
    (own / "digest.txt").write_text(SOUND, "utf-8")
    office = SampleOffice(tmp_path / "office", templates_dir=own)
    office.apply(PLAN)
    office.tick("2022-06-13 09:00")
    assert texts(office) == ["本处提醒\n报送排查方案\n"]
    html = office.mails()[0].get_body(("html",))
    assert html is not None and "请" not in html.get_content()  # the page is ours
    office.close()


@pytest.mark.parametrize(
    "template",
    ["{% for", "{{ lines[0].item.title.__class__.__mro__ }}", "", "\n{# nothing #}\n"],
)
def test_one_that_fails_keeps_no_mail_back(
    tmp_path: Path, own: Path, template: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "digest.txt").write_text(template, "utf-8")
    office = SampleOffice(tmp_path / "office", templates_dir=own)
    office.apply(PLAN)
    assert office.tick("2022-06-13 09:00").sent == 1
    assert "1. 报送排查方案 · 北城市" in texts(office)[0]
    captured = capsys.readouterr()
    assert "own template fails, ours is used" in captured.out + captured.err
    office.close()


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("digest.txt", "a\n{{ recipent }}", "digest.txt:2: no letter has “recipent”"),
        ("digest.html", "a\n\n{% if lines %}", "html:3: the template ends while “if” is open"),
        ("notice.txt", "{% for a in lines %}\n{{ a.itm }}{% endfor %}", "txt:2: Line has no “itm”"),
        ("morning.txt", "{{ link }}", "morning.txt:1: no letter has “link”"),
        ("digest.txt", "{{ ''.__class__ }}", "digest.txt:1: a template may not use “__class__”"),
        ("digest.txt", b"\xff", "digest.txt: the file is not UTF-8 text"),
        ("digest.txt", 'a\n{% include "/etc/passwd" %}', "digest.txt:2: no such template: “/etc"),
        ("digest.txt", "{% endfor %}", "digest.txt:1: there is no tag “endfor”"),
        ("digest.txt", "{% if lines %}{% endfor %}", "“endfor” does not belong here: “if” is open"),
        ("digest.txt", "a\n{{ lines", "digest.txt:2: the template ends inside a tag"),
        ("digest.txt", "{{ lines[0】 }}", "digest.txt:1: “】” is not expected here"),
        ("digest.txt", "{{ lines ! }}", "digest.txt:1: “!” is not expected here"),
        ("digest.txt", "{{ recipient | shout }}", "digest.txt:1: there is no filter “shout”"),
        ("digest.txt", "", "digest.txt: the template writes nothing"),
        ("digest.subject.txt", " ", "digest.subject.txt: the template writes nothing"),
        ("briefing.html", "<body> <p></p></body>", "briefing.html: the template writes nothing"),
        ("letter.html", "", "letter.html: the template writes nothing"),
    ],
)  # fmt: skip
def test_check_names_template_and_line(
    tmp_path: Path,
    own: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    file: str,
    content: str | bytes,
    says: str,
) -> None:
    (own / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    code, err = check(tmp_path, own, monkeypatch, capsysbinary)
    assert code == 2 and says in err


def test_check_finds_nothing_in_sound_ones(
    tmp_path: Path,
    own: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    (own / "digest.txt").write_text(SOUND + '{% include "foot.txt" %}', "utf-8")
    (own / "foot.txt").write_text("公路处", "utf-8")
    code, err = check(tmp_path, own, monkeypatch, capsysbinary)
    assert (code, err.count("\n")) == (0, 1)
    (own / "digest.text").write_text("x", "utf-8")
    (own / "digest.subject.txt").write_text("{{ '长' * 31 }}", "utf-8")
    code, err = check(tmp_path, own, monkeypatch, capsysbinary)
    assert code == 0 and "2 warnings" in err
    assert "digest.text: no template of ours has this name" in err
    assert "digest.subject.txt: the subject has 31 characters" in err


def test_what_never_says_what_is_owed_is_warned_of(
    tmp_path: Path,
    own: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    (own / "digest.txt").write_text("本处提醒，请上网查看", "utf-8")
    (own / "digest.html").write_text((OURS / "digest.html").read_text("utf-8"), "utf-8")
    code, err = check(tmp_path, own, monkeypatch, capsysbinary)
    assert code == 0 and "2 warnings" in err
    assert "digest.txt: the mail never says what is owed" in err
    assert "digest.txt: the mail never shows the link" in err


def test_copies_of_ours_are_sound(
    tmp_path: Path,
    own: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    for file in OURS.iterdir():
        (own / file.name).write_bytes(file.read_bytes())
    code, err = check(tmp_path, own, monkeypatch, capsysbinary)
    assert (code, err.count("\n")) == (0, 1)


def check(
    folder: Path,
    own: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> tuple[int, str]:
    (folder / "campaigns").mkdir(exist_ok=True)
    (folder / "campaigns" / "bridges-2022.yaml").write_text(CAMPAIGN + PLAN, "utf-8")
    monkeypatch.setenv("DUBAN_ORGANISATION", str(write_organisation(folder)))
    monkeypatch.setenv("DUBAN_CAMPAIGNS_DIR", str(folder / "campaigns"))
    monkeypatch.setenv("DUBAN_TEMPLATES_DIR", str(own))
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    code, _out, err = run_here(capsysbinary, "check")
    return code, err
