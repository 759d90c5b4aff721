"""The text of a draft: it says where and how sure, and passes `duban check` whatever was read."""

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.support.hostile import texts
from tests.unit.helpers import organisation
from workflows.declaration import Declaration
from workflows.documents.model import Document, Paragraph, Place
from workflows.drafting.draft import draft
from workflows.drafting.model import (
    Draft,
    Duty,
    Explained,
    Head,
    Outcome,
    Question,
    Read,
    Sentence,
    StageRead,
    Sure,
)
from workflows.drafting.writing import Written, write_draft
from workflows.loading import check_source
from workflows.yaml_source import parse_yaml

ORGANISATION = organisation()
# A failing draft is large, and each smaller one takes a whole check: shrinking takes minutes.
NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
HERE = Place(line=12)


def read(value: Any, sure: Sure = Sure.CERTAIN, place: Place = HERE) -> Read[Any]:
    return Read(value, sure, place)


def head(**more: Any) -> Head:
    found = Head(read("桥梁整治专项行动"), read(2022), read("厅运管处"), read("a@example.org"))
    for name, value in more.items():
        setattr(found, name, value)
    return found


def duty(id_: str = "plan", text: str = "6月底前，各地报送方案。", **more: Any) -> Duty:
    sentence = Sentence(text, HERE, "三（一）")
    found = Duty(sentence, read("报送方案"), read("6月底前"), read("郑州市"), id=id_)
    for name, value in more.items():
        setattr(found, name, value)
    return found


def declared(written: Written) -> Declaration:
    """The declaration in a draft's text. Fails where `duban check` finds an error."""
    checked = check_source(Path("x"), parse_yaml(written.text, "x"), ORGANISATION)
    assert checked.errors == ()
    assert checked.declaration is not None
    return checked.declaration


def write(*duties: Duty, **more: Any) -> Written:
    draft = Draft("方案.docx", more.pop("head", head()), duties=list(duties), **more)
    return write_draft(draft, ORGANISATION)


def unremarked(written: Written) -> list[str]:
    """The lines without a remark."""
    body = [one for one in written.text.splitlines() if one and not one.lstrip().startswith("#")]
    return [one for one in body if "#" not in one]


def test_each_line_says_where_and_how_sure() -> None:
    found = write(
        duty(
            who=read({"levels": ["prefecture", "county"]}, Sure.LIKELY),
            departments=read(("厅运管处", "省运输中心")),
            deliverables=[read({"name": "工作方案", "stamped": True})],
            targets=[read({"title": "危桥", "value": 12, "unit_of_measure": "座"})],
        )
    )
    milestone = declared(found).milestones[0]
    assert milestone.deliverables[0].stamped
    assert milestone.targets[0].value == 12
    assert "    due: 6月底前  # line 12, certain" in found.text
    assert "    who: {levels: [prefecture, county]}  # line 12, likely" in found.text
    assert "  # line 12 三（一）：6月底前，各地报送方案。" in found.text
    assert all(one.endswith(":") for one in unremarked(found)), unremarked(found)


def test_what_takes_several_lines_says_so_on_each() -> None:
    many = [one.name for one in ORGANISATION.units if one.level == "county"]
    paper = {"name": "工作方案" * 15, "stamped": True, "formats": ["PDF", "WORD"], "formal": True}
    found = write(
        duty(who=read([*many, "郑州市", "洛阳市"]), deliverables=[read(paper)], stage="a" * 40),
        stages=[StageRead("a" * 40, read("集中整治阶段" * 6), read("2022-05-01"), clause="二")],
    )
    declared(found)
    assert "    start: 2022-05-01  # line 12, certain" in found.text
    assert all(one.endswith(":") for one in unremarked(found)), unremarked(found)


def test_questions_stand_at_the_top_and_at_their_places() -> None:
    one = duty()
    found = write(one, questions=[Question(one.sentence, "由谁报送？")])
    assert found.text.index("1. line 12 三（一）") < found.text.index("id: ")
    assert "  # Question: 由谁报送？\n  - id: plan" in found.text


def test_what_of_a_document_could_not_be_read_is_asked_about() -> None:
    note = "pages that are pictures without text and were not read (1): 2"
    document = Document("plan.pdf", (Paragraph("2022年6月底前，各地报送方案。", HERE),), (note,))
    drafted = draft(document, ORGANISATION, today=date(2022, 5, 20))
    text = write_draft(drafted, ORGANISATION).text
    assert note in text.split("milestones:")[0]


def test_a_question_about_the_head_or_a_form_stands_there_too() -> None:
    form = {"title": "x", "attachment": "附件1", "shape": "rows"}
    form["columns"] = [{"id": "a", "title": "甲"}]  # type: ignore[assignment]
    where = Sentence("附件1 x", HERE, "附件1")
    found = write(
        duty(), forms=[read(form)],
        questions=[Question(where, "谁？", "owner"), Question(where, "随哪一项？", "附件1")],
    )  # fmt: skip
    declared(found)
    assert "# Question: 谁？\nowner: " in found.text
    assert "  # Question: 随哪一项？\n  - id: fujian-1" in found.text


def test_a_dated_sentence_without_a_milestone_is_named() -> None:
    left = Sentence("8月底前适时开展抽查。", Place(line=40), "四")
    daily = Sentence("每日17时前报送水情。", Place(line=41), "四")
    found = write(
        duty(),
        explained=[Explained(left, Outcome.ENCOURAGED, ""), Explained(daily, Outcome.PLAIN, "")],
    )
    assert found.left_over == [left, daily]
    assert found.text.endswith("# line 41 四：每日17时前报送水情。\n")


def test_what_the_check_refuses_is_asked_and_the_rest_stays() -> None:
    found = write(
        duty("plan"),
        duty("unclear", due=read("择机")),
        duty("unknown", who=read("天津市")),
        duty("offices", departments=read(("厅运管处", "保卫处"))),
    )
    milestones = {one.id: one for one in declared(found).milestones}
    assert list(milestones) == ["plan", "unknown", "offices"]
    assert milestones["offices"].departments == ("厅运管处",)
    asked = "\n".join(one.asks for one in found.questions)
    assert "择机" in asked
    assert "天津市" in asked
    assert "保卫处" in asked


def test_a_document_without_a_date_gets_a_placeholder_with_a_question() -> None:
    found = write()
    assert [one.id for one in declared(found).milestones] == ["placeholder"]
    assert "Question: no dated duty was found" in found.text


def test_more_milestones_than_a_plan_may_have_are_asked() -> None:
    found = write(*(duty(f"d{n}") for n in range(503)))
    assert len(declared(found).milestones) == len(found.duties) == 500
    assert len(found.questions) == 3


def test_no_person_stands_in_a_draft() -> None:
    text = "联系人：厅运管处 甲乙丙，电话：0371-12345678。6月底前报送方案。"
    found = write(
        duty(text=text), questions=[Question(Sentence(text, HERE, ""), "?")],
        explained=[Explained(Sentence(text, HERE, ""), Outcome.PLAIN, "")],
    )  # fmt: skip
    assert "甲乙丙" not in found.text
    assert "12345678" not in found.text
    assert "厅运管处" in found.text


places = st.builds(Place, st.integers(0, 9), st.integers(0, 99), st.integers(0, 999))
sures = st.sampled_from(list(Sure))


def reads(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Read[Any]]:
    return st.builds(Read, values, sures, places, texts)


lengths = st.sampled_from(
    ["长" * 600, "6月底前", "每月5日前", "每季度末", "2022-05-31", "5月1日至6月1日"]
)
dues = texts | lengths
anyone = st.sampled_from(
    [
        "郑州市",
        "nobody",
        ["郑州市", "开封市"],
        {"levels": ["prefecture"]},
        {"levels": ["x"]},
        {},
        "",
    ]
)
papers = st.fixed_dictionaries(
    {"name": texts | lengths},
    optional={"form": texts, "formats": st.lists(texts, max_size=2), "stamped": st.booleans()},
)
goals = st.fixed_dictionaries(
    {"title": texts, "unit_of_measure": texts | st.just("个")},
    optional={
        "value": st.integers() | st.floats(), "measure": st.sampled_from(["share", "all", "x"]),
        "who": anyone, "scope": st.sampled_from(["province", "unit"]),
        "categories": st.dictionaries(texts, st.integers(0, 9), max_size=2),
    },
)  # fmt: skip
sentences = st.builds(Sentence, texts | lengths, places, texts)
duties = st.builds(
    Duty, sentences, reads(texts | lengths), reads(dues), reads(anyone),
    st.sampled_from(["once", "monthly", "x"]), st.none() | reads(dues), st.none() | reads(dues),
    st.none() | reads(dues), st.none() | reads(texts), st.just("") | texts, st.just("") | texts,
    st.none() | reads(st.lists(texts, max_size=3).map(tuple)),
    st.lists(reads(papers), max_size=2), st.lists(reads(goals), max_size=2),
    st.lists(texts, max_size=1).map(tuple), texts, texts | st.sampled_from(["a", "b"]),
)  # fmt: skip
heads = st.builds(
    Head, reads(texts), reads(st.integers(-5, 3000)), reads(texts), st.none() | reads(texts),
    st.none() | reads(texts), st.none() | reads(dues),
    st.dictionaries(texts, reads(texts), max_size=3),
    st.lists(
        reads(st.fixed_dictionaries({"office": texts}, optional={"track": texts})), max_size=2
    ),
)  # fmt: skip
columns = st.lists(
    st.fixed_dictionaries({"id": texts | st.just("a"), "title": texts | st.just("b")}), max_size=3
)
forms = st.fixed_dictionaries(
    {"title": texts, "attachment": texts, "shape": st.sampled_from(["rows", "grid", "record"])},
    optional={"columns": columns, "rows": columns, "fields": columns, "header": columns,
              "notes": st.lists(texts, max_size=2)},
)  # fmt: skip
drafts = st.builds(
    Draft, texts, heads,
    st.lists(st.builds(StageRead, texts, reads(texts), st.none() | reads(dues)), max_size=2),
    st.dictionaries(texts, reads(anyone), max_size=2), st.lists(duties, max_size=4),
    st.lists(reads(forms), max_size=2), st.lists(st.builds(Question, sentences, texts), max_size=2),
    st.lists(st.builds(Explained, sentences, st.sampled_from(list(Outcome)), texts), max_size=2),
)  # fmt: skip


@settings(max_examples=40, deadline=None, phases=NO_SHRINKING)
@given(drafts)
def test_whatever_was_read_the_text_passes_the_check(draft: Draft) -> None:
    declared(write_draft(draft, ORGANISATION))
