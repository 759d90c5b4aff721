"""A report in each format, over a small office: complete, hostile text harmless, opened by
LibreOffice where it is installed."""

import io
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx import Document

from config.errors import InputError, StateError
from config.i18n import using_language
from notifications.documents.pdf import write_pdf
from notifications.documents.report_docx import write_docx
from notifications.documents.report_html import write_html
from notifications.documents.report_md import write_md
from notifications.documents.report_xlsx import write_xlsx
from tests.support.command_line import command
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.reports import made, play_june
from workflows.documents import office_program as office
from workflows.reporting.model import Report

HOSTILE = "<script>alert(1)</script>|*a*{{ 1 }}"


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleOffice]:
    """An office in June; it is only read."""
    office = SampleOffice(tmp_path_factory.mktemp("june"))
    play_june(office)
    yield office
    office.close()


@pytest.fixture(scope="module")
def found(june: SampleOffice) -> Report:
    """Its report."""
    return made(june)


class Page(HTMLParser):
    """The tags and the text of a page; every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        assert not any(name.startswith("on") or name == "src" for name, _value in attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def words_of(content: bytes) -> str:
    """All text of a Word file."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_each_format_tells_the_same(found: Report) -> None:
    with using_language("zh"):
        texts = [
            Page(write_html(found).decode()).text, write_md(found).decode(),
            words_of(write_docx(found)),
        ]  # fmt: skip
    for text in texts:
        assert "截至2022年6月22日" in text
        for said in (
            "应报",
            "北城市",
            "报送排查方案",
            "6月14日同意延期至6月17日：设备检修",
            "缺盖章",
        ):
            assert said in text, said
        assert "!5" in text.replace("\\", "")  # the plan, five days overdue, in the matrix


def test_a_page_asks_for_nothing_from_outside(found: Report) -> None:
    page = Page(write_html(found).decode())
    assert not {"script", "link", "img", "iframe"} & set(page.seen)
    assert "svg" in page.seen


def test_english_has_no_chinese_of_ours(found: Report) -> None:
    text = write_md(found).decode()
    assert "By 22 June 2022" in text
    assert "应报" not in text and "逾期" not in text


def test_a_red_target_is_not_called_a_missing_hand_in(found: Report) -> None:
    with using_language("zh"):
        lines = write_md(found).decode().splitlines()
    assert any("未达标" in line for line in lines if "加固桥梁" in line)
    assert not any("逾期未报" in line for line in lines if "加固桥梁" in line)


def test_the_circular_has_its_head_and_each_unit_s_targets(
    june: SampleOffice, tmp_path: Path
) -> None:
    file = tmp_path / "report.docx"
    words = ("--agency", "省公路局", "--reference", "豫路〔2022〕3号", "--addressee", "各市",
             "--addressee", "各县", "-o", str(file))  # fmt: skip
    command(june, "report", "桥梁", "--format", "docx", *words)
    document = Document(str(file))
    said = [one.text for one in document.paragraphs]
    assert said[:2] == ["省公路局", "豫路〔2022〕3号"] and "各市, 各县: " in said
    assert said.count("省公路局") == 2  # it signs
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert any(row[:2] == ["北城市", "5/10 ▲"] for row in rows)
    assert any(row[:2] == ["南城市", "— !"] for row in rows)
    with pytest.raises(InputError, match="for a circular"):
        command(june, "report", "桥梁", "--reference", "3", "-o", str(file))


def test_a_report_says_that_a_campaign_rests(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    office.at("2022-06-20 09:00")
    command(office, "campaign", "pause", "桥梁", "--by", "tester")
    report = made(office)
    text = write_md(report).decode()
    office.close()
    assert "桥梁隐患排查: paused." in text and "paused" in words_of(write_docx(report))


def test_the_same_report_is_the_same_file(found: Report) -> None:
    assert write_docx(found) == write_docx(found)
    assert write_html(found) == write_html(found)


def test_text_of_the_record_stays_text(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply(PLAN.replace("报送排查方案", f"'{HOSTILE}'"), MONTHLY)
    office.at("2022-06-14 09:00")
    office.at("2022-07-01 09:00")
    report = made(office)
    office.close()
    assert HOSTILE in Page(write_html(report).decode()).text
    assert HOSTILE in words_of(write_docx(report))
    text = write_md(report).decode()
    assert "<script" not in text.replace("\\<", "")
    for row in [line for line in text.splitlines() if "alert" in line and line.startswith("|")]:
        assert row.count("|") - row.count("\\|") == len(row.replace("\\|", "").split("|")) - 1


def test_an_office_without_campaigns_has_an_empty_report(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    report = made(office)
    office.close()
    for write in (write_xlsx, write_html, write_md, write_docx):
        assert write(report)


def test_the_command_writes_each_format(june: SampleOffice, tmp_path: Path) -> None:
    for form, begins in {"xlsx": b"PK", "docx": b"PK", "html": b"<!DOCTYPE", "md": b"# "}.items():
        file = tmp_path / f"report.{form}"
        command(june, "report", "桥梁", "--format", form, "--since", "2022-06-13", "-o", str(file))
        assert file.read_bytes().startswith(begins)


def test_a_pdf_without_libreoffice_says_what_to_install(
    june: SampleOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "PROGRAMS", ("no-such-program",))
    with pytest.raises(StateError, match="LibreOffice") as caught:
        command(june, "report", "--all", "--format", "pdf", "-o", str(tmp_path / "x.pdf"))
    assert "libreoffice-writer-nogui" in str(caught.value)
    assert not (tmp_path / "x.pdf").exists()


def test_libreoffice_opens_each_document(june: SampleOffice, found: Report, tmp_path: Path) -> None:
    program = office.office_program()
    if program is None or not Path(program).resolve().with_name("libsclo.so").exists():
        pytest.skip("LibreOffice Writer and Calc are not installed")
    file = tmp_path / "report.pdf"
    command(june, "report", "--all", "--format", "pdf", "-o", str(file))
    assert file.read_bytes().startswith(b"%PDF")
    assert write_pdf(write_xlsx(found), ".xlsx").startswith(b"%PDF")


def test_text_alone_goes_to_the_terminal(
    june: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(june, "report", "--all", "--format", "md")
    assert capsys.readouterr().out.startswith("# ")
    assert PLAN_KEY.split("/")[0] not in capsys.readouterr().out
