"""Whatever comes in: never an error, and nothing is changed but what says that it came in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.plain_text import UNUSABLE
from notifications.inbox.bounces import addresses_named, is_bounce, refusals_of
from notifications.inbox.html_text import text_of_html
from notifications.inbox.phrases import is_automatic, says_handed_in, says_seen
from notifications.inbox.reading import Reader
from notifications.inbox.received import take_apart
from notifications.inbox.sources import MaildirSource
from tests.support.fuzzing import fuzz
from tests.support.hostile import AWKWARD, ends_within
from tests.support.incoming import LI, bounce, mail, maildir
from tests.support.office import SampleOffice
from tests.support.pages import every_row
from workflows.tables import InboxMail, InboxStatus

FILES = (('filename="排查方案.rar"', b"x"), ("filename*0*=gbk''%C5; filename*1*=%C5", b"y"))
SOUND = [
    mail("收到"), mail("已报送", "排查方案", files=FILES), bounce("x@example.net"),
    mail("https://u.163.com/a 有效期至 2022-07-01", headers="References: <a@b> <c@d>\r\n"),
]  # fmt: skip
awkward = st.sampled_from([one.encode("utf-8", "surrogatepass") for one in AWKWARD])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound mail with pieces of it cut out, doubled or replaced."""
    raw = draw(st.sampled_from(SOUND))
    for _time in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 40)))
        piece = draw(awkward | st.binary(max_size=20) | st.just(raw[start:end] * 2))
        raw = raw[:start] + piece + raw[end:]
    return raw


@fuzz(4)
@given(st.binary(max_size=300) | mutated())
def test_taking_apart_and_understanding(raw: bytes) -> None:
    one = take_apart(raw)
    assert not UNUSABLE.search(one.subject + "".join(file.name for file in one.attachments))
    says_seen(one), says_handed_in(one), is_automatic(one), is_bounce(one)
    refusals_of(one, addresses_named(one))


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000,
        b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
        b"From: " + b"(" * 100_000 + b"\r\n\r\n",
        b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\n\r\n",
        b"Content-Disposition: attachment" + b';a="' * 100_000 + b"\r\n\r\nx",
        b"X: y\r\n" * 50_000 + b"\r\n",
        b"Content-Type: text/html\r\n\r\n" + b"<a href=" * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"<script><!--" * 100_000,
        b"\r\n" + b"> " * 500_000,
        b"\r\n" + "收到已报".encode() * 200_000,
        b"\r\n" + b"-" * 1_000_000,
        b"\r\n" + b"https://u.163.com/a 2022-01-01" * 30_000,
    ],
)
def test_hostile_mails_end_soon(raw: bytes) -> None:
    with ends_within(20):
        one = take_apart(raw)
        says_seen(one), says_handed_in(one), is_bounce(one), addresses_named(one)


@fuzz()
@given(st.text(max_size=300))
def test_pages(page: str) -> None:
    text_of_html(page)
    text_of_html(f"<a href='{page}'>{page}<blockquote>{page}")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path_factory.mktemp("office"), database_url="")
    office.apply()
    office.add_contact("north", "contact", LI)
    office.tick("2022-06-13 10:00")
    yield office
    office.close()


def others(office: SampleOffice) -> dict[str, object]:
    """Every row but those of what has come in."""
    return {
        table: rows
        for table, rows in every_row(office).items()
        if table not in {"inbox_mail", "inbox_place"}
    }


@fuzz(0.5)
@given(raw=st.binary(max_size=200) | mutated())
def test_reading_changes_nothing_else(here: SampleOffice, raw: bytes) -> None:
    before = others(here)
    folder: Path = maildir(here, raw)
    reader = Reader(here.database, here.organisation, here.settings, here.clock)
    for one in reader.read(MaildirSource(folder)).mails:
        assert isinstance(one, InboxMail)
        assert one.status in {InboxStatus.WAITING, InboxStatus.DONE}
    assert others(here) == before
    for file in (folder / "new").iterdir():
        file.unlink()
