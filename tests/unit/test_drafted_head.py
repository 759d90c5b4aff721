"""What a plan says of itself: title, number, year, date of issue, owner, mailboxes, whom to ask."""

from datetime import date

from tests.unit.helpers import organisation
from workflows.documents.model import Document, Paragraph, Place
from workflows.drafting.head import campaign_title, read_head
from workflows.drafting.model import Head, Question, Sure
from workflows.drafting.offices import without_persons
from workflows.drafting.outline import outline

TODAY = date(2026, 3, 1)
BODY = (
    "一、工作目标\n做好工作。\n二、重点任务\n"
    "5月底前，各地报送方案。（责任部门：厅运管处，省运输中心）"
)


def head(text: str) -> tuple[Head, list[Question]]:
    blocks = tuple(
        Paragraph(line, Place(line=n)) for n, line in enumerate(text.splitlines(), 1) if line
    )
    return read_head(outline(Document("方案.txt", blocks)), organisation(), TODAY)


def test_a_circular_with_its_plan() -> None:
    found, asks = head(
        "北山省交通运输厅文件\n北交运〔2023〕45号\n签发人：某某\n北山省交通运输厅关于印发\n"
        "《2023年桥梁安全整治\n专项行动实施方案》的通知\n各市交通运输局：\n"
        "按照《桥梁管理办法》（交发〔2022〕9号）要求，印发给你们。\n"
        f"{BODY}\n北山省交通运输厅\n2023年5月20日\n"
        "联系人：厅运管处 某某 0371-12345678\n邮箱：bridge@example.org"
    )
    assert found.title.value == "2023年桥梁安全整治专项行动"
    assert found.year.value == 2023
    assert found.reference is not None
    assert found.reference.value == "北交运〔2023〕45号"
    assert found.issued is not None
    assert (found.issued.value, found.issued.place.line) == ("2023-05-20", 14)
    assert (found.owner.value, found.owner.sure) == ("厅运管处", Sure.CERTAIN)
    assert found.mailbox is not None
    assert found.mailbox.value == "bridge@example.org"
    assert [one.value for one in found.enquiries] == [{"office": "厅运管处"}]
    assert asks == []


def test_two_mailboxes_are_tracks_with_whom_to_ask() -> None:
    found, _asks = head(
        f"2022年服务提升工作方案\n{BODY}\n联系人：运管处 某某 0371-12345678（公路）\n"
        "省运输中心 某某 0371-12345679（水路）\n邮箱：a@example.org（公路）\nb@example.org（水路）"
    )
    boxes = {title: read.value for title, read in found.mailboxes.items()}
    assert boxes == {"公路": "a@example.org", "水路": "b@example.org"}
    assert [one.value for one in found.enquiries] == [
        {"office": "厅运管处", "track": "公路"}, {"office": "省运输中心", "track": "水路"},
    ]  # fmt: skip


def test_what_is_missing_is_guessed_and_asked() -> None:
    found, asks = head("一、总体要求\n做好工作。")
    assert (found.title.value, found.title.sure) == ("方案", Sure.GUESS)
    assert (found.year.value, found.year.sure) == (2026, Sure.GUESS)
    assert (found.owner.value, found.owner.sure) == ("厅运管处", Sure.GUESS)
    assert found.mailbox is not None
    assert found.mailbox.sure is Sure.GUESS
    assert len(asks) == 4


def test_a_contact_of_an_unknown_office_is_asked_about_by_name() -> None:
    found, asks = head(
        "2022年整治方案\n一、任务\n5月底前，各地报送。\n联系人：厅安全处 某某 电话：12345678"
    )
    assert (found.owner.sure, found.owner.words) == (Sure.GUESS, "厅安全处")
    asked = next(one for one in asks if one.about == "owner")
    assert "厅安全处 is no department of the organisation file" in asked.asks


def test_a_cited_number_and_an_impossible_day_are_none_of_its_own() -> None:
    found, _asks = head(f"按照（交发〔2021〕9号）制定的2022年工作方案\n{BODY}\n2022年2月30日")
    assert found.reference is None
    assert found.issued is None


def test_a_day_in_chinese_numerals_and_one_beside_the_title() -> None:
    found, _asks = head(f"2022年工作方案\n{BODY}\n二〇二二年五月二十日")
    assert found.issued is not None
    assert found.issued.value == "2022-05-20"
    found, _asks = head(f"2022年工作方案\n（2022年5月6日印发）\n{BODY}")
    assert found.issued is not None
    assert found.issued.value == "2022-05-06"


def test_titles_of_campaigns() -> None:
    assert campaign_title("关于开展2022年安全大检查的通知") == "开展2022年安全大检查"
    assert campaign_title("2022年绿色出行行动计划（试行）") == "2022年绿色出行行动"
    assert campaign_title("方案") == "方案"


def test_persons_are_hidden() -> None:
    assert without_persons("联系人：厅运管处 某某某 0371-12345678") == "联系人：厅运管处 …"
    assert without_persons("某 某 13800000000，邮箱 a@example.org").startswith("……")
    assert "某某" not in without_persons("联系人 某某某 电话 13800000000")
    assert "某某" not in without_persons("负责人　某某（0371－12345678）。")
    assert without_persons("联系人：由各地交通运输主管部门确定并报送。") == (
        "联系人：由各地交通运输主管部门确定并报送。"
    )


def test_who_signs_and_the_day_may_stand_on_one_line() -> None:
    found, _asks = head(
        f"北山省交通运输厅关于开展2023年桥梁整治行动的通知\n{BODY}\n北山省交通运输厅 2023年5月20日"
    )
    assert found.issued is not None
    assert (found.issued.value, found.issued.place.line) == ("2023-05-20", 6)
