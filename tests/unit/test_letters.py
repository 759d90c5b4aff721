"""Letters of every kind: text and page say the same, pages stand alone, links stay secret."""

import re
from datetime import date, datetime
from email import message_from_bytes
from html import unescape

import pytest

from config.i18n import using_language
from notifications.content import Content, Item
from notifications.digest_letter import digest_letter
from notifications.letter import Letter
from notifications.rendering import Rendered, render
from notifications.sample_letters import sample_letters
from notifications.stationery import write
from notifications.tried import Tried
from tests.support.letters import item
from tests.support.moments import at
from workflows.tables import ReminderStatus

MORNING = at("2022-06-13 09:00")
TODAY = MORNING.date()


class Links:
    """Links whose secret differs from one moment to the next."""

    days = 30

    def answer(self, address: str, now: datetime) -> str:
        return f"https://duban.example.org/answer/{address}&{now:%H%M}"

    def decide(self, address: str, now: datetime) -> str:
        return f"https://duban.example.org/decide/{address}"

    def subscribe(self, address: str, now: datetime) -> str:
        return f"https://duban.example.org/subscribe/{address}&{now:%H%M}"


def body(rendered: Rendered, sort: str) -> str:
    message = message_from_bytes(rendered.content)
    part = next(one for one in message.walk() if one.get_content_type() == sort)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def mail(*items: Item, now: datetime = MORNING, links: Links | None = None) -> Rendered:
    content = Content(1, "wang@example.org", "<1@example.org>", items)
    return render(content, now, "duban@example.org", links)


def words_of(page: str) -> str:
    """A page's text without its head, tags and white space."""
    _head, _body, shown = page.partition("<body")
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]*>", "", f"<body{shown}")))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_text_and_page_say_the_same(language: str) -> None:
    with using_language(language):
        letters = list(sample_letters())
        kinds = set()
        for letter in letters:
            _subject, text, page = write(letter)
            shown = words_of(page)
            for line in text.splitlines():
                fact = re.sub(r"^(■ |--$|- |\d+\. )", "", line.strip()).rstrip(":：")
                assert re.sub(r"\s", "", fact) in shown, (letter.template, line)
            kinds.add(letter.template)
    assert kinds >= {"digest", "notice", "asked", "morning", "fresh_link"}


@pytest.mark.parametrize("letter", list(sample_letters()), ids=lambda one: one.template)
def test_a_page_needs_nothing_from_elsewhere(letter: Letter) -> None:
    _subject, _text, page = write(letter)
    assert not re.search(r"<(link|script|iframe)|url\(|@import", page)
    assert (
        page.count("<img ") == page.count(' src="cid:') == bool(letter.values.get("calendar_code"))
    )
    assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', page)) <= {
        "https://duban.example.org"
    }
    assert "prefers-color-scheme: dark" in page
    classes = {
        one
        for tag in re.findall(r"<\w+[^>]*>", page)
        for one in re.findall(r'class="([^"]*)"(?! style)', tag)
    }
    assert classes == set(), "what has a class has its style beside it"


def test_a_link_goes_to_who_can_hand_in() -> None:
    links = Links()
    own = mail(item(), links=links)
    others = ("lead", "department", "owner", "supervisor", "address", "copy")
    link = "https://duban.example.org/answer/wang@example.org&0900"
    assert link in body(own, "text/plain")
    assert f'href="{link.replace("&", "&amp;")}"' in body(own, "text/html")
    assert "no login is needed" in body(own, "text/html")
    for without in (*(mail(item(role=one), links=links) for one in others), mail(item())):
        assert "/answer/" not in body(without, "text/plain") + body(without, "text/html")
        assert "Please send to: bridges@example.org" in body(without, "text/plain")
        assert ".invalid" not in body(without, "text/html")


@pytest.mark.parametrize(
    ("language", "first", "line"),
    [
        ("en", "please ignore this.", "1. [overdue] [to be corrected] 报送方案 · 北城市"),
        ("zh", "请忽略本提醒。", "1. 【逾期】【退回补正】报送方案 · 北城市"),
    ],
)
def test_the_campaign_stands_apart(language: str, first: str, line: str) -> None:
    with using_language(language):
        late = mail(item(returned=True), now=at("2022-06-17 09:00"))
    text = body(late, "text/plain").replace("\r\n", "\n")
    assert f"{first}\n\n■ 阳光行动\n\n{line}\n" in text


def test_the_hash_is_of_what_is_said_without_the_link() -> None:
    first = mail(item(), links=Links())
    again = mail(item(), now=at("2022-06-13 15:00"), links=Links())
    assert body(first, "text/plain") != body(again, "text/plain")
    assert first.body_hash == again.body_hash
    assert first.body_hash != mail(item(title="x"), links=Links()).body_hash


def lines(*items: Item, listed: int = 40, more: int = 0) -> dict[str, object]:
    content = Content(1, "wang@example.org", "<1@example.org>", items, more)
    return dict(digest_letter(content, TODAY, listed=listed).values)


def titles(found: object) -> list[list[str]]:
    return [line.titles for line in found]  # type: ignore[attr-defined]


def test_most_urgent_first_over_all_campaigns_and_ones_own_before_others() -> None:
    found = lines(
        item("b", due=date(2022, 6, 20)),
        item("late", due=date(2022, 6, 1), role="supervisor", unit="南城市"),
        item("a", due=date(2022, 6, 15), campaign="other"),
    )
    assert titles(found["own"]) == [["a"], ["b"]]
    parts = found["parts"]
    assert isinstance(parts, list) and titles(parts[1].lines) == [["late"]]
    assert (found["count"], found["overdue_count"], found["units"]) == (2, 0, ["北城市"])


def test_what_one_paper_settles_is_one_entry() -> None:
    plan = item("plan", paper="p")
    apart = [
        plan._replace(title="other paper", paper="q"),
        plan._replace(title="other unit", unit="南城市"),
        plan._replace(title="other campaign", campaign="c2"),
        plan._replace(title="other day", due=date(2022, 6, 30)),
        plan._replace(title="none", paper=""),
        plan._replace(title="none either", paper=""),
    ]
    found = lines(plan, plan._replace(title="list"), *apart)
    assert titles(found["own"])[0] == ["plan", "list"]
    assert len(titles(found["own"])) == 1 + len(apart)
    text = body(mail(plan, plan._replace(title="list")), "text/plain")
    assert "1. 北城市: one paper settles these 2 items\n   - plan\n   - list\n   due on" in text


def test_what_goes_beyond_the_cap_is_named() -> None:
    many = [item(f"{n}", due=date(2022, 6, 15)) for n in range(4)]
    more = [item("x", due=date(2022, 7, n), campaign_title="桥梁") for n in (9, 5)]
    found = lines(*many, *more, listed=3)
    assert len(titles(found["lines"])) == 3 and found["more"] == 3
    assert [(one.campaign_title, one.count, one.earliest) for one in found["rest"]] == [  # type: ignore[attr-defined]
        ("阳光行动", 1, date(2022, 6, 15)), ("桥梁", 2, date(2022, 7, 5))
    ]  # fmt: skip


def test_who_is_above_reads_what_was_tried() -> None:
    tried = (
        Tried(date(2022, 6, 8), "王明", "contact", ReminderStatus.SENT),
        Tried(date(2022, 6, 10), "", "contact", ReminderStatus.NO_CONTACT),
        Tried(date(2022, 6, 13), "north@example.org", "office", ReminderStatus.FAILED),
    )
    text = body(mail(item(role="lead", tried=tried)), "text/plain")
    assert (
        "Told before: 8 June: to 王明 (contact), sent; 10 June: there was nobody to tell; "
        "13 June: to north@example.org (office mailbox), the address took no mail"
    ) in text


def test_the_page_has_what_a_long_digest_leaves_out_unless_others_owe_it() -> None:
    own, others = item("a", role="contact"), item("b", role="lead")
    for items, link, expected in (
        ((own, own), "https://duban.example.org/x", True),
        ((own, others), "https://duban.example.org/x", False),
        ((own, own), "", False),
    ):
        content = Content(1, "wang@example.org", "<1@example.org>", items, more=2)
        letter = digest_letter(content, TODAY, link=link)
        for part in write(letter)[1:]:
            assert ("the page has them" in part) is expected
            assert ("the office has the whole list" in part) is not expected


def test_chinese_letters_have_full_width_colons() -> None:
    with using_language("zh"):
        for letter in sample_letters():
            assert not re.search(r"[\u4e00-\u9fff]:", write(letter)[1]), letter.template
