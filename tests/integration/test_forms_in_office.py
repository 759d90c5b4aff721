"""Forms that a real office program has opened and saved are read all the same, and print well."""

from pathlib import Path
from shutil import which

import pytest

from tests.support.documents import convert, need_programs
from tests.support.forms import FORMS, assert_kept, fill, filling_of, office_of_plans, owed_by
from workflows.forms.export import FormFormat, write_form
from workflows.forms.reading import read_filled

# A grid with merged rows, a wide list, a record, and a list with a header.
EACH_SHAPE = [FORMS[n] for n in (1, 5, 6, 8)]


@pytest.mark.parametrize("form_format", list(FormFormat))
def test_what_libreoffice_saved_is_read(tmp_path: Path, form_format: FormFormat) -> None:
    need_programs()
    if not (Path(which("soffice") or "").resolve().parent / "libsclo.so").exists():
        pytest.skip("not installed: libreoffice-calc-nogui")
    plans = office_of_plans(tmp_path / "duban.db")
    made = []
    (tmp_path / "filled").mkdir()
    (tmp_path / "saved").mkdir()
    for n, one in enumerate(EACH_SHAPE):
        owed = owed_by(plans, *one)
        filling = filling_of(owed)
        _name, empty = write_form(owed, form_format)
        file = tmp_path / "filled" / f"{n}.{form_format}"
        file.write_bytes(fill(owed, empty, form_format, filling))
        made.append((file, owed, filling))
    convert(tmp_path / "saved", str(form_format), [file for file, _owed, _filling in made])
    with plans.read() as session:
        for file, owed, filling in made:
            saved = (tmp_path / "saved" / file.name).read_bytes()
            assert saved != file.read_bytes()
            assert_kept(read_filled(session, saved, file.name), owed, filling)
    plans.close()
