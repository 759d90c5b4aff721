"""What a sentence asks to hand in, and how."""

from typing import Any

import pytest

from workflows.documents.model import Place
from workflows.drafting.deliverables import deliverables_in, formats_for_all
from workflows.drafting.model import Sentence

ATTACHMENTS = [("附件1", "联络员信息表"), ("附件2", "隐患排查台账"), ("附件3", "XX市危桥统计表")]


def papers(text: str) -> list[dict[str, Any]]:
    return [one.value for one in deliverables_in(text, Place(line=1), ATTACHMENTS)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("于5月底前将工作方案和联络员信息表（附件1）加盖公章后报送省厅。",
         [{"name": "工作方案", "stamped": True},
          {"name": "联络员信息表", "form": "附件1", "stamped": True}]),
        ("填写联络员信息表（见附件１），于6月1日前上报省厅。",
         [{"name": "联络员信息表", "form": "附件1"}]),
        ("形成总结评估报告，于6月25日前报送。", [{"name": "总结评估报告"}]),
        ("8月20日前书面报送阶段总结，主要包括进展、问题等。",
         [{"name": "阶段总结", "written": True}]),
        ("以正式文件形式，将年度工作总结报送省厅。", [{"name": "年度工作总结", "formal": True}]),
        ("排查情况和工作总结（含附件2和附件3）于10月底前报送。",
         [{"name": "排查情况"}, {"name": "工作总结"}, {"name": "隐患排查台账", "form": "附件2"},
          {"name": "危桥统计表", "form": "附件3"}]),
        ("每季度末报送工作小结（PDF和Word格式）。",
         [{"name": "工作小结", "formats": ["PDF", "WORD"]}]),
        ("请填写《隐患排查台账》（见附件2），盖章后扫描件发送至邮箱。",
         [{"name": "隐患排查台账", "form": "附件2", "formats": ["扫描件"], "stamped": True}]),
        ("每月25日前，各单位向市局书面报告工作进展。", [{"name": "工作进展", "written": True}]),
        ("将联络员名单报省厅。", [{"name": "联络员名单"}]),
        ("于6月10日前报送数据，PDF和WORD版本同时发邮箱。",
         [{"name": "数据", "formats": ["PDF", "WORD"]}]),
    ],
)  # fmt: skip
def test_what_is_handed_in_and_how(text: str, wanted: list[dict[str, Any]]) -> None:
    assert papers(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["（四）加强信息报送。", "明确专人负责信息报送工作。", "按照上报的项目清单加快建设。",
     "对不及时报送的予以通报。", "做好宣传工作。"],
)  # fmt: skip
def test_talk_of_reporting_asks_for_no_paper(text: str) -> None:
    assert papers(text) == []


def test_formats_said_once_for_everything() -> None:
    said = formats_for_all([Sentence("所报材料均要求PDF和WORD格式。", Place(line=9), "五")])
    assert said is not None
    assert said.value == ("PDF", "WORD")
    assert formats_for_all([Sentence("做好宣传。", Place(), "")]) is None


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        (
            "各地将行动总结（加盖公章，同时报送WORD版）报送省厅。",
            [{"name": "行动总结", "formats": ["WORD"], "stamped": True}],
        ),
        (
            "年度总结请于12月10日前以PDF和WORD两种格式报送。",
            [{"name": "年度总结", "formats": ["PDF", "WORD"]}],
        ),
        ("请于3月14日前将工作联系人（附件1）反馈我厅。", [{"name": "工作联系人", "form": "附件1"}]),
        ("明确防汛负责人和应急联络人，报省厅。", [{"name": "防汛负责人和应急联络人"}]),
        ("各地将攻坚总结正式行文报省厅。", [{"name": "攻坚总结", "formal": True}]),
    ],
)
def test_what_stands_between_a_paper_and_its_sending_tells_how(
    sentence: str, wanted: list[dict[str, object]]
) -> None:
    assert [one.value for one in deliverables_in(sentence, Place())] == wanted


def test_a_paper_may_be_called_after_the_work() -> None:
    assert papers("于3月7日前报送工作联络员信息表（见附件1）。") == [
        {"name": "工作联络员信息表", "form": "附件1"}
    ]
    assert papers("8月底前形成可推广的经验并上报省厅。") == [{"name": "可推广的经验"}]


def test_what_every_sending_brings_along_is_no_paper_of_its_own() -> None:
    found = deliverables_in("各市将工作情况报省厅，每次报送须附照片和台账。", Place())

    assert [one.value["name"] for one in found] == ["工作情况"]
