"""Whatever a supervision notice holds, its mail and its document keep their shape; whatever stands
in the record, it is read or refused."""

from datetime import date
from io import BytesIO

from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError, StateError
from notifications.content import Content, Supervised
from tests.support.fuzzing import fuzz
from tests.support.hostile import texts
from tests.support.moments import at
from tests.unit.test_fuzz_rendering import check_bodies, days, parts
from workflows.supervision.finding import said_by
from workflows.supervision.said import Before, Campaign, Missed, Owed, Said
from workflows.tables import Degree, SupervisionNotice

figures = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4)
campaigns = st.builds(
    Campaign,
    id=texts,
    title=texts,
    owner=texts,
    mailbox=texts,
    enquiries=st.lists(st.fixed_dictionaries({"office": texts, "phone": texts}), max_size=2),
)
owed = st.builds(
    Owed,
    name=texts,
    campaign=texts,
    title=texts,
    due=days,
    late_after=days,
    returned=st.booleans(),
    sent=st.lists(days, max_size=3),
)
missed = st.builds(
    Missed,
    name=texts,
    campaign=texts,
    title=texts,
    due=days,
    milestone=texts,
    target=texts,
    unit_of_measure=texts,
    yes_no=st.booleans(),
    goal=figures,
    figure=figures,
)
before = st.builds(
    Before,
    year=st.integers(2000, 2100),
    serial=st.integers(1, 10**6),
    degree=st.sampled_from(Degree),
    released=days,
    answer_by=days,
)
said = st.builds(
    Said,
    unit=texts,
    day=days,
    campaigns=st.lists(campaigns, max_size=3),
    owed=st.lists(owed, max_size=3),
    missed=st.lists(missed, max_size=2),
    before=st.lists(before, max_size=2),
    supervisors=st.lists(texts, max_size=2),
    note=texts,
)
contents = st.builds(
    Supervised,
    year=st.integers(2000, 2100),
    serial=st.integers(1, 10**6),
    degree=st.sampled_from(Degree),
    day=days,
    answer_by=days,
    said=said,
    recipient=texts,
    settled=st.frozensets(texts, max_size=2),
)
plain = st.none() | st.booleans() | st.integers() | texts
values = st.recursive(
    plain,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(texts, some, max_size=3),
    max_leaves=5,
)


@fuzz(0.4)
@given(contents, st.sampled_from(["zh", "en"]))
def test_mail_and_document_keep_their_shape(notice: Supervised, language: str) -> None:
    content = Content(1, "wang@example.org", "<1@example.org>", supervised=notice)
    body, document = parts(content, language)
    check_bodies(body)
    assert str(document.get_filename()).endswith(".docx")
    assert Document(BytesIO(document.get_content())).tables


@fuzz()
@given(said)
def test_what_is_kept_is_read_again(content: Said) -> None:
    kept = content.model_dump(mode="json")
    assert Said.model_validate(kept) == content


@fuzz()
@given(st.dictionaries(st.sampled_from([*Said.model_fields, "x"]), values, max_size=4))
def test_any_record_is_read_or_refused(content: dict[str, object]) -> None:
    notice = SupervisionNotice(
        year=2022, serial=1, degree=Degree.REMINDER, unit_id="north", content=content,
        answer_by=date(2022, 6, 30), drafted_at=at("2022-06-20 09:00"), drafted_by="x",
    )  # fmt: skip
    try:
        assert said_by(notice).names is not None
    except (StateError, InputError) as error:
        assert error.mend
