"""Conditional requests: when a feed's reader has it already."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.conditional import is_unchanged, validators

CHANGED = datetime(2022, 6, 6, 1, 0, 0, 500_000, tzinfo=UTC)
SAME = "Mon, 06 Jun 2022 01:00:00 GMT"


def test_validators_are_in_the_form_of_http() -> None:
    china = CHANGED.astimezone(tz=None)
    assert validators("abc", china) == {"ETag": '"abc"', "Last-Modified": SAME}
    assert validators("abc", None) == {"ETag": '"abc"'}


@pytest.mark.parametrize(
    ("headers", "unchanged"),
    [
        ({}, False),
        ({"if-none-match": '"abc"'}, True),
        ({"if-none-match": 'W/"abc"'}, True),  # compared weakly
        ({"if-none-match": '"x", W/"abc" ,"y"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"x"'}, False),
        ({"if-none-match": "abc"}, False),  # not a tag
        ({"if-none-match": ""}, False),
        ({"if-modified-since": SAME}, True),
        ({"if-modified-since": "Mon, 06 Jun 2022 09:00:01 +0800"}, True),
        ({"if-modified-since": "Mon, 06 Jun 2022 00:59:59 GMT"}, False),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-none-match": '"x"', "if-modified-since": SAME}, False),  # the tag goes first
        ({"if-none-match": '"abc"', "if-modified-since": "Mon, 06 Jun 2016 00:00:00 GMT"}, True),
    ],
)
def test_when_304_is_the_answer(headers: dict[str, str], unchanged: bool) -> None:
    assert is_unchanged(headers, "abc", CHANGED) is unchanged


def test_without_a_time_of_change_only_the_tag_counts() -> None:
    assert not is_unchanged({"if-modified-since": SAME}, "abc", None)
    assert is_unchanged({"if-none-match": '"abc"'}, "abc", None)


@given(st.text(max_size=40))
def test_no_header_breaks_the_server(text: str) -> None:
    assert is_unchanged({"if-none-match": text}, "abc", CHANGED) in {True, False}
    assert is_unchanged({"if-modified-since": text}, "abc", CHANGED) in {True, False}


@given(st.datetimes(allow_imaginary=False, timezones=st.just(UTC)).filter(lambda m: m.year > 1900))
def test_what_was_sent_is_recognised(moment: datetime) -> None:
    sent = validators("abc", moment)
    assert is_unchanged({"if-none-match": sent["ETag"]}, "abc", moment)
    since = {"if-modified-since": sent["Last-Modified"]}
    assert is_unchanged(since, "abc", moment)
    assert not is_unchanged(since, "abc", moment + timedelta(seconds=1))
