"""A contact list comes into the record: the difference first, all or nothing, the named units'
people for that campaign alone; and goes out again in the same shape."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.errors import InputError, ProblemsError
from tests.support.command_line import command
from tests.support.moments import day
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from workflows.people.importing import import_contacts
from workflows.people.reading import read_contacts
from workflows.people.record import known_campaigns, list_contacts
from workflows.people.rows import ContactRow

GOOD = """\
姓名,单位,角色,邮箱,专项工作
王明,北城市,联络员,Wang@North.example.org,
李华,北城市,分管负责人,li@north.example.org,桥梁

赵云,南城,contact,zhao@south.example.org,bridges-2022
"""


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    office.apply(PLAN, MONTHLY)
    return office


def read(office: SampleOffice, folder: Path, content: str | bytes) -> list[ContactRow]:
    file = folder / "contacts.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with office.database.read() as session:
        return read_contacts(file, office.organisation, known_campaigns(session))


def load(office: SampleOffice, folder: Path, content: str | bytes) -> tuple[int, int, int, int]:
    """Added, removed, changed, unchanged."""
    rows = read(office, folder, content)
    with office.database.write() as session:
        done = import_contacts(session, rows, day("2022-05-20"))
    return done.added, done.removed, done.changed, done.unchanged


def stored(office: SampleOffice) -> list[tuple[str, str, str, str, str]]:
    with office.database.read() as session:
        return [
            (one.campaign_id, one.unit_id, one.role, one.name, one.address)
            for one in list_contacts(session)
        ]


def test_a_list_as_offices_save_it(applied: SampleOffice, tmp_path: Path) -> None:
    assert load(applied, tmp_path, GOOD.encode("gbk")) == (3, 0, 0, 0)
    assert stored(applied) == [
        ("", "north", "contact", "王明", "wang@north.example.org"),
        ("bridges-2022", "north", "lead", "李华", "li@north.example.org"),
        ("bridges-2022", "south", "contact", "赵云", "zhao@south.example.org"),
    ]
    before = stored(applied)
    assert load(applied, tmp_path, GOOD) == (0, 0, 0, 3)
    assert stored(applied) == before
    assert load(applied, tmp_path, GOOD.replace("王明", "王小明")) == (0, 0, 1, 2)


def test_a_list_replaces_its_units_people_for_its_campaign_alone(
    applied: SampleOffice, tmp_path: Path
) -> None:
    load(applied, tmp_path, GOOD)
    head = "姓名,单位,邮箱,电话\n"
    assert load(applied, tmp_path, head + "周兰,北城市,zhou@north.example.org,") == (1, 1, 0, 0)
    assert [one[3] for one in stored(applied)] == ["周兰", "李华", "赵云"]
    moved = "周兰,北城市,zhou@elsewhere.example.org,0371-0000001"
    assert load(applied, tmp_path, head + moved) == (0, 0, 1, 0)
    assert ("", "north", "contact", "周兰", "zhou@elsewhere.example.org") in stored(applied)


@on_sqlite
def test_nothing_is_written_where_a_row_is_wrong(applied: SampleOffice, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"contacts\.csv:4: 邮箱 \(D4\)"):
        load(applied, tmp_path, GOOD.replace("\n\n", "\n钱进,北城市,,nowhere\n"))
    assert stored(applied) == []


@on_sqlite
def test_what_is_no_contact_list(applied: SampleOffice, tmp_path: Path) -> None:
    contents: list[tuple[str | bytes, str]] = [
        ("", "is empty"),
        ("name,unit\n王明,北城市\n", "neither an e-mail address nor a telephone number"),
        ("unit,email\n北城市,x@example.org\n", "no row with the headings"),
        (b"PK\x03\x04\x00\x00\xff\xff", "is damaged"),
        ("name,unit,role,email\n王明,山县,contact,王@例子.中国\n", "is not an e-mail address"),
    ]
    for content, says in contents:
        with pytest.raises(InputError, match=says):
            read(applied, tmp_path, content)


@on_sqlite
def test_the_difference_is_shown_and_asked_about(
    applied: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(applied, tmp_path, GOOD)
    file = tmp_path / "new.csv"
    file.write_text(
        "姓名,单位,邮箱,电话\n王明,北城市,wang@north.example.org,0371-1\n孙燕,北城市,,13800000001\n",
        encoding="utf-8",
    )
    before = stored(applied)
    with pytest.raises(InputError, match="nothing was changed") as caught:
        command(applied, "contacts", "import", str(file))
    assert "--yes" in caught.value.mend
    command(applied, "contacts", "import", str(file), "--dry-run")
    assert stored(applied) == before
    command(applied, "contacts", "import", str(file), "--yes")
    said = capsys.readouterr()
    assert "北城市\n  + 孙燕 contact no e-mail 13800000001\n" in said.out
    assert "  ~ 王明：phone nothing → “0371-1”\n" in said.out
    assert "1 added, 0 removed, 1 changed, 0 unchanged" in said.err


@on_sqlite
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_goes_out_comes_in_again_unchanged(
    applied: SampleOffice, tmp_path: Path, language: str
) -> None:
    from config.i18n import using_language

    load(applied, tmp_path, GOOD + "孙燕,山县,B角,,\n".replace(",,\n", ",s@example.org,\n"))
    load(
        applied,
        tmp_path,
        "姓名,单位,职务,科室,电话,备注,性别\n钱,省局,科长,公路处,010-12345,=1,女\n",
    )
    out = tmp_path / "out.xlsx"
    before = stored(applied)
    with using_language(language):
        command(applied, "contacts", "export", "-o", str(out))
        command(applied, "contacts", "import", str(out))  # asks nothing: there is no difference
    assert stored(applied) == before
    book = load_workbook(out)
    assert book.worksheets[0].page_setup.orientation == "landscape"
    book.close()


@on_sqlite
def test_the_form_that_is_sent_to_units(applied: SampleOffice, tmp_path: Path) -> None:
    out = tmp_path / "form.xlsx"
    arguments = ["--form", "--campaign", "bridges", "--unit", "北城", "-o", str(out)]
    command(applied, "contacts", "export", *arguments)
    book = load_workbook(out)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "桥梁隐患排查: list of contacts"
    assert [one.value for one in sheet[3]][-4:] == ["phone", "email", "role", "note"]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"contact,deputy,lead"' and sheet.page_setup.paperSize == 9
    sheet["A4"], sheet["F4"] = "王明", "w@example.org"
    sheet["G4"] = "x@example.org"
    sheet["F4"] = 13800000001
    book.save(out)
    book.close()
    command(applied, "contacts", "import", str(out), "--campaign", "bridges", "--yes")
    assert stored(applied) == [("bridges-2022", "north", "contact", "王明", "x@example.org")]


def test_coverage_names_units_without_a_reachable_contact_first(
    applied: SampleOffice, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    load(
        applied, tmp_path, "姓名,单位,邮箱,电话\n王明,北城市,w@example.org,\n孙,山县,,13800000001\n"
    )
    command(applied, "contacts", "coverage", "--format", "csv")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[1:3] for line in lines[1:]] == [
        ["南城市", "office"], ["山县", "office"], ["北城市", "contact"],
    ]  # fmt: skip
    assert lines[2].split(",")[5] == "孙"
    command(applied, "contacts", "coverage")
    assert "1 with a contact, 2 at the office mailbox" in capsys.readouterr().out
