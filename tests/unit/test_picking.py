"""Lists of units as people paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.picking import split_names

KNOWN = {"郑州市", "开封", "North City", "济源示范区"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("郑州市", ["郑州市"]),
        ("郑州市、开封，滑县,兰考;邓州；永城", ["郑州市", "开封", "滑县", "兰考", "邓州", "永城"]),
        ("郑州市 开封\t滑县\u3000兰考", ["郑州市", "开封", "滑县", "兰考"]),
        ("1.郑州市\n2. 开封\n（3）滑县\n4、兰考\r\n", ["郑州市", "开封", "滑县", "兰考"]),
        ("North City, 开封", ["North City", "开封"]),
        ("North City\n1. North City", ["North City", "North City"]),
        (" ，、\n", []),
    ],
)
def test_a_pasted_list(text: str, names: list[str]) -> None:
    assert split_names(text, KNOWN.__contains__) == names


@given(st.lists(st.sampled_from(sorted(KNOWN)), max_size=6), st.sampled_from(["、", "\n", ", "]))
def test_what_was_joined_comes_apart_again(names: list[str], between: str) -> None:
    assert split_names(between.join(names), KNOWN.__contains__) == names
