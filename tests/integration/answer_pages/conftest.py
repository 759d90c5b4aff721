"""An office in the middle of its work, and somebody with a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import SampleOffice
from tests.support.organisation import BUREAU, MONTHLY, PLAN
from tests.support.pages import CHIEF, LI, Visitor
from tests.support.referee import found

START = "2022-06-13 10:00"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's folder, made once: each test has a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    office = SampleOffice(folder, START)
    office.apply(PLAN, MONTHLY, BUREAU)
    office.add_contact("north", "contact", LI)
    office.add_contact("north", "lead", CHIEF)
    office.close()
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Iterator[SampleOffice]:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    office = SampleOffice(tmp_path, START, announce=True)
    before = len(office.events())
    yield office
    try:
        if len(office.events()) > before:
            assert found(office) == []
    finally:
        office.close()


@pytest.fixture
def visitor(here: SampleOffice) -> Visitor:
    return Visitor(here)
