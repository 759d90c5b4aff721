"""What each drafted duty hands in: papers of its words, forms of the attachments, mailboxes."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from config.i18n import _
from workflows.drafting.deliverables import deliverables_in, formats_for_all, is_form_name
from workflows.drafting.model import Draft, Duty, Head, Question, Read, Sentence, Sure
from workflows.drafting.sentences import Piece, outside_brackets

_ALIKE = 0.6  # of a form's title and a paper's name


def link_papers(drafted: Draft) -> None:
    """What each duty hands in; a form that none names goes to the paper that is called alike."""
    forms = [(one.value["attachment"], one.words) for one in drafted.forms]
    for_all = formats_for_all(one.sentence for one in drafted.explained)
    named: set[str] = set()
    for duty in drafted.duties:
        papers = [
            paper
            for part in parts_of(duty)
            for paper in _papers_of(duty, part, drafted.duties, forms)
        ]
        known = {str(one.value["name"]) for one in duty.deliverables}
        for paper in papers:
            if paper.value["name"] not in known:
                known.add(str(paper.value["name"]))
                duty.deliverables.append(paper)
        for paper in duty.deliverables:
            named.add(str(paper.value.get("form", "")))
            if for_all is not None:
                paper.value.setdefault("formats", list(for_all.value))
    for form in drafted.forms:
        label = form.value["attachment"]
        if label not in named and not _link_form(drafted.duties, label, form.words):
            sentence = Sentence(f"{label} {form.words}", form.place, label)
            drafted.questions.append(
                Question(
                    sentence,
                    _("with which duty is {form} handed in? "
                      "Write “form: {form}” with its deliverable").format(form=label),
                    label,
                )
            )  # fmt: skip


def _papers_of(
    duty: Duty, part: Read[str], duties: Sequence[Duty], forms: list[tuple[str, str]]
) -> list[Read[dict[str, Any]]]:
    """What a part of a sentence asks for. 甲和乙分别于6月3日和10月31日前报送: of several duties of
    one part, each has its own."""
    same = [one for one in duties if part in one.parts]
    before, apart, after = part.value.partition("分别")
    if not apart or len(same) < 2:
        return deliverables_in(part.value, part.place, forms)
    for joints in ("和", "、", "及", "以及"):
        groups = [one.text for one in _cut(before, joints)]
        papers = all(deliverables_in(f"报送{one}。", part.place) for one in groups)
        if len(groups) == len(same) and papers:
            text = f"报送{groups[same.index(duty)]}。{after.partition('报送')[2]}"
            return deliverables_in(text, part.place, forms)
    return deliverables_in(part.value, part.place, forms)


def _cut(text: str, joint: str) -> list[Piece]:
    """The parts of a list outside brackets and names."""
    found, start = [], 0
    for place in [*outside_brackets(text), len(text)]:
        if (place >= start and text.startswith(joint, place)) or place == len(text):
            found.append(Piece(text[start:place], start))
            start = place + len(joint)
    return found


def _link_form(duties: Sequence[Duty], label: str, title: str) -> bool:
    best, most = None, _ALIKE
    for duty in duties:
        for paper in duty.deliverables:
            name = str(paper.value["name"])
            if "form" in paper.value or not is_form_name(name):
                continue
            alike = 0.9 if name in title else SequenceMatcher(None, name, title).ratio()
            if alike > most:
                best, most = (duty, paper), alike
    if best is None:
        return False
    duty, paper = best
    duty.deliverables[duty.deliverables.index(paper)] = Read(
        {**paper.value, "form": label}, Sure.LIKELY, paper.place, paper.words
    )
    return True


def send_by_track(duty: Duty, head: Head) -> None:
    """A paper of one track goes to its mailbox, where the duty is of all tracks."""
    for n, paper in enumerate(duty.deliverables):
        boxes = [
            read.value
            for track, read in head.mailboxes.items()
            if track in str(paper.value["name"]) and read.value
        ]
        if len(boxes) == 1:
            duty.deliverables[n] = replace(paper, value={**paper.value, "mailbox": boxes[0]})


def parts_of(duty: Duty) -> tuple[Read[str], ...]:
    """The words that a duty was read from."""
    return duty.parts or (Read(duty.sentence.text, Sure.LIKELY, duty.sentence.place),)
