"""Contacts from a CSV file: every fault with its row, all rows or none."""

from pathlib import Path

import pytest

from config.errors import InputError, ProblemsError
from tests.support.office import SampleOffice
from workflows.people import (
    ContactRow,
    ImportReport,
    import_contacts,
    known_campaigns,
    list_contacts,
    read_contacts,
)

GOOD = """\
姓名,单位,角色,邮箱,专项工作
王明,北城市,联络员,Wang@North.example.org,
李华,北城,分管负责人,li@north.example.org,桥梁

赵云,南城市交通,contact,zhao@south.example.org,bridges-2022
"""


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    office.apply()
    return office


def read(office: SampleOffice, folder: Path, content: str | bytes) -> list[ContactRow]:
    file = folder / "contacts.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with office.database.read() as session:
        return read_contacts(file, office.organisation, known_campaigns(session))


def load(office: SampleOffice, folder: Path, content: str | bytes) -> ImportReport:
    rows = read(office, folder, content)
    with office.database.write() as session:
        return import_contacts(session, rows)


def stored(office: SampleOffice) -> list[tuple[str, str, str, str, str]]:
    with office.database.read() as session:
        return [
            (one.campaign_id, one.unit_id, one.role, one.name, one.address)
            for one in list_contacts(session)
        ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_list_as_offices_save_it(applied: SampleOffice, tmp_path: Path, encoding: str) -> None:
    content = GOOD.replace("南城市交通", "南城").replace("\n", "\r\n").encode(encoding)
    assert load(applied, tmp_path, content) == ImportReport(added=3, changed=0, unchanged=0)
    assert stored(applied) == [
        ("", "north", "contact", "王明", "wang@north.example.org"),
        ("bridges-2022", "north", "lead", "李华", "li@north.example.org"),
        ("bridges-2022", "south", "contact", "赵云", "zhao@south.example.org"),
    ]


def test_importing_again_changes_nothing(applied: SampleOffice, tmp_path: Path) -> None:
    good = GOOD.replace("南城市交通", "南城")
    load(applied, tmp_path, good)
    before = stored(applied)
    assert load(applied, tmp_path, good) == ImportReport(0, 0, 3)
    assert stored(applied) == before
    assert load(applied, tmp_path, good.replace("王明", "王小明")) == ImportReport(0, 1, 2)
    assert len(stored(applied)) == 3


def test_every_wrong_row_is_reported_and_none_written(
    applied: SampleOffice, tmp_path: Path
) -> None:
    bad = """\
name,unit,role,email,campaign
王明,北城市,contact,wang@north.example.org,
,北城市,contact,nobody@example.org,
李华,北诚市,contact,li at example.org,
赵云,南城市,boss,zhao@example.org,铁路
"""
    with pytest.raises(ProblemsError) as caught:
        load(applied, tmp_path, bad)
    found = [(one.line, one.field) for one in caught.value.problems]
    assert found == [(3, "name"), (4, "email"), (4, "unit"), (5, "role"), (5, "campaign")]
    assert all(one.mend and one.file.endswith("contacts.csv") for one in caught.value.problems)
    assert "did you mean 北城市" in str(caught.value)
    assert stored(applied) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("name,unit\n王明,北城市\n", "the columns role, email are missing"),
        (b"PK\x03\x04\x00\x00\xff\xff", "is not a CSV text file"),
        ("name,unit,role,email\n" + "x" * 200_000 + ",a,b,c\n", "cannot be read as CSV"),
        ("name,unit,role,email\n王明,山县,contact,王@例子.中国\n", "is not an e-mail address"),
        ("name,unit,role,email\n王明,山县\n", "is not an e-mail address"),
    ],
)
def test_what_is_no_contact_list(
    applied: SampleOffice, tmp_path: Path, content: str | bytes, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        read(applied, tmp_path, content)


def test_a_missing_file_is_said(applied: SampleOffice, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        read_contacts(tmp_path / "none.csv", applied.organisation, [])


def test_an_offices_own_people_may_be_listed(applied: SampleOffice, tmp_path: Path) -> None:
    (row,) = read(applied, tmp_path, "name,unit,role,email\n钱进,公路处,,q@example.org\n")
    assert (row.unit_id, row.role, row.campaign_id) == ("roads", "contact", "")
