"""Numbers in free text and values in cells, as people write them."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from tests.support.fuzzing import fuzz
from workflows.forms.blanks import BLANK, read_blanks, shown, untouched
from workflows.forms.declared import FieldType, FormField
from workflows.forms.values import read_value

TEMPLATE = "累计设置停靠点{a}个；增设“一键叫车”{b}家；组建车队{c}个，完成{d}个站台改造。"


def read(text: str) -> tuple[dict[str, int], list[str], list[str], list[str]]:
    found = read_blanks(TEMPLATE, text)
    numbers = {name: int(value) for name, value in found.values.items()}
    return numbers, found.empty, found.lost, sorted(found.wrong)


@pytest.mark.parametrize(
    ("text", "numbers", "empty", "lost", "wrong"),
    [
        (shown(TEMPLATE), {}, ["a", "b", "c", "d"], [], []),
        ("累计设置停靠点12个；增设“一键叫车”3家；组建车队4个，完成5个站台改造。",
         {"a": 12, "b": 3, "c": 4, "d": 5}, [], [], []),
        ("累计设置停靠点＿12＿ 个;增设 一键叫车 ３ 家。组建车队约 1,200 个,完成5个站台改造",
         {"a": 12, "b": 3, "c": 1200, "d": 5}, [], [], []),
        ("截至6月5日，我市累计设置停靠点共12个（其中新增2个）；另有3家在谈。",
         {"a": 12}, [], ["b", "c", "d"], []),
        ("累计设置停靠点1.2万个；增设“一键叫车”＿＿＿家；", {"a": 12000}, ["b"], ["c", "d"], []),
        ("累计设置停靠点12；组建车队：3", {"a": 12, "c": 3}, [], ["b", "d"], []),
        ("累计设置停靠点十二个；增设“一键叫车”若干家", {}, [], ["c", "d"], ["a", "b"]),
        ("累计设置停靠点无个；增设“一键叫车”/家", {}, ["a", "b"], ["c", "d"], []),
        ("累计设置停靠点3个，市区；累计设置停靠点5个，郊区", {}, [], ["b", "c", "d"], ["a"]),
        ("累计设置停靠点0个", {"a": 0}, [], ["b", "c", "d"], []),
        ("", {}, [], ["a", "b", "c", "d"], []),
    ],
)  # fmt: skip
def test_numbers_are_read_out_of_the_text(
    text: str, numbers: dict[str, int], empty: list[str], lost: list[str], wrong: list[str]
) -> None:
    assert read(text) == (numbers, empty, lost, wrong)


@pytest.mark.parametrize(
    ("text", "value"),
    [("30", 30), ("３０辆", 30), ("约1,200辆。", 1200), ("30辆，其中新增2辆", None), ("30个", None),
     ("无", None), ("", None)],
)  # fmt: skip
def test_a_number_alone_suffices_where_a_cell_has_one_blank(text: str, value: int | None) -> None:
    found = read_blanks("累计新购置公交车{buses}辆。", text)
    assert found.values == ({} if value is None else {"buses": value})
    assert read_blanks(TEMPLATE, text).values == {}


numbers = st.integers(0, 10**7) | st.decimals(0, 10**4, places=2, allow_nan=False)
around = st.text(st.sampled_from("今年我市积极推进。；，\n 　"), max_size=12)
written = st.sampled_from(["{}", " {} ", "＿{}＿", "约{}", "共 {}", "（{}）"])


@fuzz()
@given(st.tuples(*[st.tuples(numbers, written)] * 4), around, around, st.booleans())
def test_whatever_stands_around_a_number_it_is_read(
    filled: tuple[tuple[Any, str], ...], before: str, after: str, wide: bool
) -> None:
    values = dict(zip("abcd", filled, strict=True))
    text = BLANK.sub(
        lambda match: values[match[1]][1].format(full_width(values[match[1]][0], wide)), TEMPLATE
    )
    found = read_blanks(TEMPLATE, f"{before}。{text}{after}")
    assert found.values == {name: Decimal(str(value)) for name, (value, _how) in values.items()}


def full_width(number: Any, wide: bool) -> str:
    digits = str(number)
    return re.sub(r"\d", lambda match: chr(ord(match[0]) + 0xFEE0), digits) if wide else digits


def test_a_cell_that_nobody_wrote_into_is_known() -> None:
    assert untouched(TEMPLATE, shown(TEMPLATE))
    assert untouched(TEMPLATE, BLANK.sub(" ", TEMPLATE))
    assert not untouched(TEMPLATE, shown(TEMPLATE) + "无")


def field(sort: str) -> FormField:
    choices = ("加油站型", "物流园区型", "服务区型") if sort == "choice" else ()
    return FormField(id="x", title="某", type=FieldType(sort), choices=choices)


@pytest.mark.parametrize(
    ("sort", "text", "value"),
    [
        ("number", "12", 12), ("number", " １２ 个", 12), ("number", "1,200", 1200),
        ("number", "1.5万元", 15000), ("number", "约3", 3), ("number", "12.50", 12.5),
        ("number", "-3", -3), ("number", "……", None), ("number", "", None),
        ("number", "/", None), ("percent", "——", None), ("date", "-", None), ("choice", "／", None),
        ("text", "/", "/"),
        ("percent", "85", 85), ("percent", "85%", 85), ("percent", "８５％", 85),
        ("percent", "99.5%", 99.5), ("percent", "1%", 1), ("percent", "0", 0),
        ("percent", "0.85%", 0.85),
        ("date", "2022-09-30", "2022-09-30"), ("date", "2022/9/3", "2022-09-03"),
        ("date", "2022.9.30", "2022-09-30"), ("date", "2022年9月30日", "2022-09-30"),
        ("date", "9月30日前", "2022-09-30"), ("date", "9月底前", "2022-09-30"),
        ("date", "20220930", "2022-09-30"), ("date", "2022-09-30T00:00:00", "2022-09-30"),
        ("yes_no", "是", True), ("yes_no", "否", False), ("yes_no", "√", True),
        ("yes_no", "TRUE", True), ("yes_no", "没有", False),
        ("choice", "加油站型", "加油站型"), ("choice", "加油站", "加油站型"),
        ("choice", "物流 园区型", "物流园区型"),
        ("text", " 多行 \n文字 ", "多行\n文字"), ("text", "=1+1", "=1+1"),
    ],
)  # fmt: skip
def test_values_are_read_as_people_write_them(sort: str, text: str, value: Any) -> None:
    assert read_value(field(sort), text, 2022) == value


@pytest.mark.parametrize(
    ("sort", "text", "said"),
    [
        ("number", "很多", "cannot be read"), ("number", "12,3", "cannot be read"),
        ("number", "85%", "cannot be read"), ("number", "1-2", "cannot be read"),
        ("percent", "1", "can be 1% or 100%"), ("percent", "0.85", "can be 0.85% or 85%"),
        ("percent", "一半", "cannot be read"), ("date", "2022-02-30", "cannot be read"),
        ("date", "尽快", "cannot be read"), ("date", "1022-06-05", "out of range"),
        ("yes_no", "部分", "cannot be read"), ("choice", "型", "none of the choices"),
        ("text", "长" * 4001, "more than 4000"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(sort: str, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_value(field(sort), text, 2022)
    assert caught.value.mend
