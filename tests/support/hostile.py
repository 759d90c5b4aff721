"""What a hostile or careless hand may write: values, and structures spoilt by them."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

AWKWARD = (
    "", " ", "\n", "\t", "~", "null", "yes", "-", "=1+1", "@SUM(A1)", "+1", "'", '"', "\\", "%s",
    "{0}", "{{ 7*7 }}", "{% raw %}", "<script>alert(1)</script>", "]]>", "a\r\nBcc: x@example.org",
    "x\nEND:VEVENT", ";", ",", "../../x", "/etc/passwd", "\x1b[31m", "\x9b31m", "\x00", "\x7f",
    "\u202eabc", "\u2028", "\ud800", "\uffff", "\ufeff", "é", "é", "𠮷", "👩‍👩‍👧", "٣", "a" * 600,
    "郑" * 200, "9" * 5000, "1e999", "0x10", "1_000", "2022-02-30", "2022-06-15", "9999-12-31",
    "0000-00-00", "2月30日前", "每月99日前", "每月5日前", "6月", "999 working days after plan",
    "plan后3日", "0 working days after plan", "12月31日至1月1日", "x > 1", "x" + " " * 150 + "= 1",
)  # fmt: skip

texts = st.sampled_from(AWKWARD) | st.text(max_size=40)
printable = texts.filter(lambda text: "\x00" not in text and text.isprintable())
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**63), 10**30, 0, -1, 99999])
    | st.floats()
    | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def spoilt(draw: st.DrawFn, sound: Any) -> Any:
    """`sound` with one to three of its parts replaced, taken away, doubled, renamed or added."""
    data = deepcopy(sound)
    for _time in range(draw(st.integers(1, 3))):
        places = list(_places(data))
        if not places:
            return data
        holder, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "swap", "delete", "double", "rename", "add"])):
            case "replace":
                holder[key] = draw(values)
            case "swap":  # a part of the right sort in the wrong place
                other, other_key = draw(st.sampled_from(places))
                holder[key] = deepcopy(other[other_key])
            case "delete":
                del holder[key]
            case "double" if isinstance(holder, list):
                holder.insert(key, deepcopy(holder[key]))
            case "rename" if isinstance(holder, dict):
                holder[draw(texts)] = holder.pop(key)
            case _ if isinstance(holder, dict):
                holder[draw(texts)] = draw(values)
            case _:
                holder.append(draw(values))
    return data


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in `data`: the list or mapping, and the index or key."""
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in items:
        yield data, key
        yield from _places(value)


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """Fails instead of hanging: a bound far above what the work takes on any machine."""

    def stop(_number: int, _frame: object) -> None:
        raise AssertionError(f"it hangs: not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
