"""Forms on the page behind a mail's link: fetched empty, uploaded filled in, or filled in there."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from tests.integration.answer_pages.test_files import multipart
from tests.support.form_office import LISTS_KEY, PROGRESS_KEY, form_office
from tests.support.forms import Filling, fill
from tests.support.office import SampleOffice
from tests.support.pages import LI, Visitor, every_file, every_row, number, text_of
from tests.support.referee import found
from workflows.forms.export import FormFormat
from workflows.forms.owed import Owed, forms_of_each
from workflows.tables import FilledForm, Progress

SOUTH = "south@example.org"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forms")
    form_office(folder).close()
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Iterator[SampleOffice]:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    office = SampleOffice(tmp_path, "2022-06-13 10:00", announce=True)
    yield office
    try:
        assert found(office) == []
    finally:
        office.close()


def owed(here: SampleOffice, key: str = PROGRESS_KEY, form: str = "progress") -> Owed:
    with here.database.read() as session:
        forms = forms_of_each(session, [here.assignment(key)])
    return next(one for each in forms.values() for one in each if one.form.id == form)


def progress(here: SampleOffice, visitor: Visitor, bridges: str = "12", ending: str = "xlsx",
             key: str = PROGRESS_KEY, reporter: str = "李") -> bytes:  # fmt: skip
    """The form as 北城市 fetches it and fills it in."""
    empty = visitor.get(f"{visitor.path(LI)}?empty={number(here, key)}.progress.{ending}")
    assert empty.status_code == 200, text_of(empty)
    cells = {("done", "work"): f"累计改造桥梁{bridges}座。", ("done", "patrol"): "累计巡查3次。"}
    filling = Filling({"reporter": reporter}, cells=cells)
    return fill(owed(here, key), empty.content, FormFormat(ending), filling)


def hand_in(here: SampleOffice, visitor: Visitor, *files: bytes, key: str = PROGRESS_KEY,
            **fields: Any) -> httpx.Response:  # fmt: skip
    sent = [("file", (f"表{n}.xlsx", one)) for n, one in enumerate(files)]
    fields = {"action": "handed-in", "item": number(here, key), **fields}
    return visitor.post(visitor.path(LI), files=sent, **fields)


def typed(here: SampleOffice, form: str, key: str, **places: str) -> dict[str, Any]:
    named = {f"at/{name.replace('__', '/')}": value for name, value in places.items()}
    return {"action": "filled-in", "item": number(here, key), "form": form, **named}


PROGRESS = {
    "header__reporter": "李",
    "header__day": "2022-06-13",
    "cells__done__work": "累计改造桥梁12座。",
    "cells__done__patrol": "累计巡查3次。",
    "cells__trouble__all": "无",
}


def figures(here: SampleOffice) -> list[tuple[str, float | None]]:
    with here.database.read() as session:
        rows = session.exec(select(Progress).order_by(col(Progress.id))).all()
        return [(one.target_id, one.value) for one in rows]


def forms(here: SampleOffice) -> list[FilledForm]:
    with here.database.read() as session:
        return list(session.exec(select(FilledForm).order_by(col(FilledForm.id))).all())


def alert_of(answer: httpx.Response) -> str:
    assert answer.text.count('role="alert"') == 1
    after = answer.text.split('role="alert"')[1].split("<form")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", after).split())


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_an_uploaded_form_is_read_with_the_hand_in(
    here: SampleOffice, visitor: Visitor, ending: str
) -> None:
    content = progress(here, visitor, ending=ending)
    answer = hand_in(here, visitor, content, note="请查收", missing="1")
    page = visitor.follow(visitor.path(LI), answer)
    assert "The figures in the form were read" in page and "Figures read: 改造桥梁 12 座" in page
    assert figures(here) == [("bridges", 12.0)]
    (kept,), event = forms(here), here.events()[-1]
    assert kept.actor == "li" and kept.file_name == "表0.xlsx"
    assert kept.file_hash == event.data["files"][0]["sha256"] and event.note == "请查收"
    assert here.assignment(PROGRESS_KEY).missing == ["进展情况表（盖章件）"]


def test_what_is_wrong_is_said_with_its_cell_and_nothing_is_recorded(
    here: SampleOffice, visitor: Visitor
) -> None:
    before = every_row(here)
    answer = hand_in(here, visitor, progress(here, visitor, "许多", reporter=""), note="请查收")
    assert answer.status_code == 422
    said = alert_of(answer)
    assert (
        "Nothing was recorded" in said and "填报人 (" in said and "“许多” is no one number" in said
    )
    assert re.search(r"工作进展 · 改造 \([A-Z]\d+\)", said)
    assert ">请查收</textarea>" in answer.text
    assert every_row(here) == before


def test_doubtful_figures_are_asked_about(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    content = progress(here, visitor, "120")
    answer = hand_in(here, visitor, content, note="请查收")
    assert answer.status_code == 422 and every_row(here) == before
    assert "120 is more than the most there can be, 100" in alert_of(answer)
    (sure,) = re.findall(r'name="sure" value="(\w+)"', answer.text)
    # What was confirmed was this figure, and no other one.
    assert hand_in(here, visitor, progress(here, visitor, "130"), sure=sure).status_code == 422
    assert hand_in(here, visitor, content, sure="yes").status_code == 422
    assert hand_in(here, visitor, content, sure=sure).status_code == 303
    assert figures(here) == [("bridges", 120.0)]


def test_a_figure_that_was_not_read_is_asked_about(here: SampleOffice, visitor: Visitor) -> None:
    unread = PROGRESS | {"cells__done__work": "暂无进展。"}
    answer = visitor.post(visitor.path(LI), **typed(here, "progress", PROGRESS_KEY, **unread))
    assert answer.status_code == 422
    assert "no number was read" in alert_of(answer) and "改造桥梁" in alert_of(answer)
    assert forms(here) == []
    (sure,) = re.findall(r'name="sure" value="(\w+)"', answer.text)
    sent = typed(here, "progress", PROGRESS_KEY, **unread)
    assert visitor.post(visitor.path(LI), **sent, sure=sure).status_code == 303
    assert (len(forms(here)), figures(here)) == (1, [])


def test_what_is_no_form_is_an_ordinary_file(here: SampleOffice, visitor: Visitor) -> None:
    answer = hand_in(here, visitor, b"%PDF-1.4 a scan", b"PK\x03\x04 broken")
    assert "No figures were read" in visitor.follow(visitor.path(LI), answer)
    assert (figures(here), forms(here)) == ([], [])
    assert len(here.events()[-1].data["files"]) == 2


def test_the_form_of_another_month_or_unit_is_not_taken(
    here: SampleOffice, visitor: Visitor
) -> None:
    before = every_row(here)
    july = progress(here, visitor, key="bridges-2022/progress/north/2022-07")
    answer = hand_in(here, visitor, july)
    assert answer.status_code == 422 and every_row(here) == before
    said = alert_of(answer)
    assert "bridges-2022/progress/north/2022-07#progress" in said
    assert "write its number in: bridges-2022/progress/north/2022-06#progress" in said


def test_the_same_form_twice(here: SampleOffice, visitor: Visitor) -> None:
    one, other = progress(here, visitor), progress(here, visitor, ending="docx")
    answer = hand_in(here, visitor, one, progress(here, visitor, "13"))
    assert answer.status_code == 422 and "two files are the same form" in alert_of(answer)
    assert hand_in(here, visitor, one, other).status_code == 303
    assert figures(here) == [("bridges", 12.0)] and len(forms(here)) == 1


def test_a_grid_is_filled_in_on_the_page(here: SampleOffice, visitor: Visitor) -> None:
    path, item = visitor.path(LI), number(here, PROGRESS_KEY)
    page = visitor.get(f"{path}?fill={item}.progress")
    assert "累计改造桥梁＿＿＿座。" in page.text and "填报单位: 北城市" in text_of(page)
    before = every_row(here)

    wrong = PROGRESS | {"header__reporter": "", "cells__done__work": "累计改造桥梁很多座。"}
    answer = visitor.post(path, **typed(here, "progress", PROGRESS_KEY, **wrong), note="另附")
    assert answer.status_code == 422 and every_row(here) == before
    for key in ("header-reporter", "cells-done-work"):
        assert f'href="#at-{key}"' in answer.text
        assert re.search(rf'id="at-{key}"[^>]*aria-describedby="wrong-at-{key}"', answer.text)
        assert f'id="wrong-at-{key}"' in answer.text
    assert "累计改造桥梁很多座。</textarea>" in answer.text and "另附</textarea>" in answer.text
    assert 'value="2022-06-13"' in answer.text

    form = typed(here, "progress", PROGRESS_KEY, **PROGRESS)
    answer = visitor.post(path, **form, note="另附", missing="1")
    assert "with its figures" in visitor.follow(path, answer)
    assert figures(here) == [("bridges", 12.0)]
    (kept,), event = forms(here), here.events()[-1]
    assert kept.content["blanks"] == {"bridges": 12, "patrols": 3}
    assert kept.content["header"]["unit"] == "北城市"
    assert (event.kind, event.actor, event.note) == ("submit", "li", "另附")
    assert here.assignment(PROGRESS_KEY).missing == ["进展情况表（盖章件）"]


def test_what_was_handed_in_is_there_to_be_corrected(here: SampleOffice, visitor: Visitor) -> None:
    path = visitor.path(LI)
    visitor.post(path, **typed(here, "progress", PROGRESS_KEY, **PROGRESS))
    here.act(
        "return_for_correction", PROGRESS_KEY, here.clock().date().replace(day=24), note="数字有误"
    )
    here.at("2022-06-14 10:00")
    page = visitor.get(f"{path}?fill={number(here, PROGRESS_KEY)}.progress")
    assert "Returned to be corrected" in page.text and 'value="李"' in page.text
    assert "累计改造桥梁12座。</textarea>" in page.text
    again = PROGRESS | {"cells__done__work": "累计改造桥梁10座。"}
    answer = visitor.post(path, **typed(here, "progress", PROGRESS_KEY, **again))
    assert answer.status_code == 422 and "10 is less than 12" in alert_of(answer)
    (sure,) = re.findall(r'name="sure" value="(\w+)"', answer.text)
    answer = visitor.post(path, **typed(here, "progress", PROGRESS_KEY, **again), sure=sure)
    assert answer.status_code == 303 and figures(here)[-1] == ("bridges", 10.0)


def test_a_list_and_then_the_other_form_of_the_same_item(
    here: SampleOffice, visitor: Visitor
) -> None:
    path, item = visitor.path(LI), number(here, LISTS_KEY)
    page = visitor.get(f"{path}?fill={item}.platforms")
    assert page.text.count("<details") == 5
    rows = {
        "rows__0__name": "甲公司", "rows__0__kind": "检测", "rows__0__people": "1.2万",
        "rows__3__name": "乙公司", "rows__3__kind": "检测", "rows__3__licensed": "否",
        "rows__3__since": "9月底", "rows__3__share": "85%",
    }  # fmt: skip
    wrong = rows | {"rows__3__kind": "监理", "rows__3__share": "0.5"}
    answer = visitor.post(path, **typed(here, "platforms", LISTS_KEY, **wrong))
    assert answer.status_code == 422 and forms(here) == []
    for key in ("rows-3-kind", "rows-3-share"):
        assert f'id="wrong-at-{key}"' in answer.text
    assert '<option value="监理" selected>' in answer.text and 'value="0.5"' in answer.text

    answer = visitor.post(path, **typed(here, "platforms", LISTS_KEY, **rows), missing="1")
    assert answer.status_code == 303, text_of(answer)
    assert figures(here) == [("platforms", 2.0)]
    assert forms(here)[0].content["rows"] == [
        {"name": "甲公司", "kind": "检测", "people": 12000},
        {"name": "乙公司", "kind": "检测", "licensed": False, "since": "2022-09-30", "share": 85},
    ]
    assert here.assignment(LISTS_KEY).missing == ["联络员"]

    # Its other form is still waited for, and can be filled in as well; this one cannot again.
    shown = visitor.get(path).text
    assert f"?fill={item}.liaison" in shown and f"?fill={item}.platforms" not in shown
    assert visitor.get(f"{path}?fill={item}.platforms").status_code == 404
    record = {"rows__0__name": "王", "rows__0__phone": "0000-0000000"}
    answer = visitor.post(path, **typed(here, "liaison", LISTS_KEY, **record))
    assert answer.status_code == 303 and here.assignment(LISTS_KEY).missing == []


def test_a_list_that_is_too_long_for_a_page(here: SampleOffice, visitor: Visitor) -> None:
    many = {f"rows__{n}__{key}": value for n in range(41)
            for key, value in (("name", f"公司{n}"), ("kind", "检测"))}  # fmt: skip
    path = visitor.path(LI)
    assert visitor.post(path, **typed(here, "platforms", LISTS_KEY, **many)).status_code == 303
    here.act("return_for_correction", LISTS_KEY, here.clock().date().replace(day=24), note="补正")
    page = visitor.get(f"{path}?fill={number(here, LISTS_KEY)}.platforms")
    assert page.status_code == 200 and "too long for this page" in page.text
    assert "<form" not in page.text


def test_nobody_elses_form(here: SampleOffice, visitor: Visitor) -> None:
    north, path = number(here, PROGRESS_KEY), visitor.path(SOUTH)
    before = every_row(here)
    for asked in (
        f"empty={north}.progress.xlsx", f"fill={north}.progress", f"empty={north}.progress",
        "fill=0.progress", f"fill={north}.platforms", "fill=../../x", "empty=%00",
    ):  # fmt: skip
        answer = visitor.get(f"{path}?{asked}")
        assert (asked, answer.status_code) == (asked, 404)
        assert "北城市" not in answer.text
    files = [("file", ("a.pdf", b"content"))]
    fields = typed(here, "progress", PROGRESS_KEY, **PROGRESS)
    answer = visitor.post(path, files=files, **fields)
    assert answer.status_code == 422 and "北城市" not in answer.text
    assert every_row(here) == before
    assert not here.settings.uploads.exists() or every_file(here.settings.uploads) == []
    assert visitor.get(f"/answer/altered?fill={north}.progress").status_code == 403


def test_a_form_of_another_site_is_refused(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    body = multipart((b'form-data; name="action"', b"filled-in"))
    answer = visitor.ask(
        "POST", visitor.path(LI), content=body,
        headers={"Content-Type": "multipart/form-data; boundary=b", "Origin": "https://x.example"},
    )  # fmt: skip
    assert answer.status_code == 403 and every_row(here) == before


def test_what_is_settled_meanwhile_is_said(here: SampleOffice, visitor: Visitor) -> None:
    here.act("submit", PROGRESS_KEY)
    fields = typed(here, "progress", PROGRESS_KEY, **PROGRESS)
    answer = visitor.post(visitor.path(LI), **fields)
    assert answer.status_code == 422 and "not open for you any more" in text_of(answer)
    assert forms(here) == []
