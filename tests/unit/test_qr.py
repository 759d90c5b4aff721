"""QR codes: the same modules in each form, dark on light, with the margin of the standard."""

import re
import struct
import zlib
from xml.etree import ElementTree

import pytest
import segno

from calendars.qr import qr_lines, qr_png, qr_svg

ADDRESS = "https://duban.example.org/feeds/" + "x" * 43
MODULES = [[bool(one) for one in row] for row in segno.make_qr(ADDRESS, error="m").matrix_iter()]


def test_lines_for_a_terminal_draw_what_is_light() -> None:
    assert modules(qr_lines(ADDRESS, colored=False)) == MODULES
    colored = qr_lines(ADDRESS)
    assert all(one.startswith("\x1b[97;40m") and one.endswith("\x1b[0m") for one in colored)
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", one) for one in colored]
    assert plain == qr_lines(ADDRESS, colored=False)


def modules(lines: list[str]) -> list[list[bool]]:
    """Where it is dark."""
    upper_is_dark, lower_is_dark = " ▄", " ▀"
    rows = []
    for line in lines:
        rows += [[one in upper_is_dark for one in line], [one in lower_is_dark for one in line]]
    assert rows.pop() == [False] * len(lines[0]), "an odd number of rows has one more of margin"
    return rows


def test_a_picture_has_a_white_margin() -> None:
    picture = qr_png(ADDRESS)
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert width == height == len(MODULES) * 6
    start = picture.index(b"IDAT")
    data = zlib.decompress(
        picture[start + 4 : start + 4 + struct.unpack(">I", picture[start - 4 : start])[0]]
    )
    row = width // 8  # whole bytes
    assert data[1 : 1 + row] == b"\xff" * row, "the first row is white"


@pytest.mark.parametrize("label", ["二维码", "<script>alert(1)</script>", 'a "b" & c'])
def test_an_element_of_a_page_says_what_it_is(label: str) -> None:
    root = ElementTree.fromstring(qr_svg(ADDRESS, label))  # noqa: S314 our own
    assert root.get("viewBox") == f"0 0 {len(MODULES)} {len(MODULES)}"
    assert [one.text for one in root.iter() if one.tag.endswith("title")] == [label]
    assert not [one for one in root.iter() if one.tag.endswith("script") or "style" in one.attrib]
