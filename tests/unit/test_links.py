"""Signed links: what is altered in any place is refused, what is old says whose it was."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import StateError
from config.settings import Settings
from notifications.links import LONGEST_TOKEN, LinkKind, Links, Opened, Reading, make_links
from tests.support.fuzzing import fuzz
from tests.support.moments import at

LINKS = Links(bytes(range(32)), "https://duban.example.org", 30)
NOW = at("2022-06-13 09:00")
ADDRESS = "li@example.org"
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %\n"
ALTERED = Opened(Reading.ALTERED)


def test_a_link_is_a_page_of_this_office_and_opens_for_its_address() -> None:
    url = LINKS.answer("Li@Example.org", NOW)
    base, kind, token = url.rsplit("/", 2)
    assert (base, kind) == ("https://duban.example.org", "answer")
    assert LINKS.read(LinkKind.ANSWER, token, NOW) == Opened(Reading.GOOD, ADDRESS)
    assert len(url) < 160, "mail programs break longer lines"


def test_a_link_of_one_kind_opens_no_other_page() -> None:
    for kind in LinkKind:
        token = LINKS.token(kind, ADDRESS, NOW)
        readings = {other: LINKS.read(other, token, NOW).reading for other in LinkKind}
        assert [other for other, one in readings.items() if one is Reading.GOOD] == [kind]
    assert LINKS.decide(ADDRESS, NOW).startswith("https://duban.example.org/decide/")


def test_an_expired_link_still_says_whose_it_was() -> None:
    token = LINKS.token(LinkKind.ANSWER, ADDRESS, NOW)
    last = NOW + timedelta(days=30)
    assert LINKS.read(LinkKind.ANSWER, token, last).reading is Reading.GOOD
    late = LINKS.read(LinkKind.ANSWER, token, last + timedelta(seconds=1))
    assert late == Opened(Reading.EXPIRED, ADDRESS)
    before = LINKS.read(LinkKind.ANSWER, token, NOW - timedelta(hours=1))
    assert before.reading is Reading.GOOD, "a clock that was set back makes nobody's link worse"


def test_another_key_makes_other_links() -> None:
    token = Links(bytes(32), LINKS.public_url, 30).token(LinkKind.ANSWER, ADDRESS, NOW)
    assert LINKS.read(LinkKind.ANSWER, token, NOW) == ALTERED


def test_every_other_sign_in_any_place_is_noticed() -> None:
    """Also in the last one, of which base64 does not use every bit."""
    token = LINKS.token(LinkKind.ANSWER, ADDRESS, NOW)
    for place, sign in enumerate(token):
        for other in SIGNS:
            if other != sign:
                changed = token[:place] + other + token[place + 1 :]
                assert LINKS.read(LinkKind.ANSWER, changed, NOW) == ALTERED, (place, other)


def test_what_is_cut_off_or_grown_is_noticed() -> None:
    token = LINKS.token(LinkKind.ANSWER, ADDRESS, NOW)
    for place in range(len(token)):
        assert LINKS.read(LinkKind.ANSWER, token[:place], NOW) == ALTERED
        for sign in SIGNS:
            grown = token[:place] + sign + token[place:]
            assert LINKS.read(LinkKind.ANSWER, grown, NOW) == ALTERED, grown
    for end in (".", "=", "==", "\n", " ", "/", "郑", "a" * LONGEST_TOKEN):
        assert LINKS.read(LinkKind.ANSWER, token + end, NOW) == ALTERED


@fuzz()
@given(st.text(max_size=200) | st.text(SIGNS, max_size=200), st.sampled_from(LinkKind))
def test_no_invented_token_opens_anything(token: str, kind: LinkKind) -> None:
    assert LINKS.read(kind, token, NOW) == ALTERED


@fuzz()
@given(
    st.from_regex(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,60}@[a-z0-9-]{1,30}\.org", fullmatch=True),
    st.integers(0, 30 * 86_400),
)
def test_every_address_comes_back(address: str, age: int) -> None:
    token = LINKS.token(LinkKind.ANSWER, address, NOW)
    opened = LINKS.read(LinkKind.ANSWER, token, NOW + timedelta(seconds=age))
    assert opened == Opened(Reading.GOOD, address.lower())


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", public_url="https://duban.example.org/")
    first = make_links(settings)
    file = tmp_path / "home" / "secret.key"
    assert first is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["secret.key"]
    assert make_links(settings) == first
    assert first.key.hex() == file.read_text(encoding="ascii").strip()
    assert first.key.hex() not in repr(first)
    assert first.answer(ADDRESS, NOW).startswith("https://duban.example.org/answer/")


def test_without_a_public_address_there_are_no_links_and_no_key(tmp_path: Path) -> None:
    assert make_links(Settings(home=tmp_path / "home")) is None
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("mode", "content", "said"),
    [
        (0o644, "00" * 32, "others can read"),
        (0o600, "00" * 31, "does not hold the key"),
        (0o600, "no key at all", "does not hold the key"),
        (0o600, "", "does not hold one line"),
    ],
)
def test_a_key_that_is_open_or_damaged_is_refused(
    tmp_path: Path, english: None, mode: int, content: str, said: str
) -> None:
    file = tmp_path / "secret.key"
    file.write_text(content, encoding="ascii")
    file.chmod(mode)
    with pytest.raises(StateError, match=said) as raised:
        make_links(Settings(home=tmp_path, public_url="https://duban.example.org"))
    assert raised.value.mend


def test_a_key_that_cannot_be_written_is_said(tmp_path: Path, english: None) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    settings = Settings(home=tmp_path / "file", public_url="https://duban.example.org")
    with pytest.raises(StateError, match="cannot write"):
        make_links(settings)
