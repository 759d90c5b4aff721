"""A draft as the tree of a declaration: each line with its place and how sure the reading is."""

from collections.abc import Iterable
from typing import Any

from config.i18n import _
from workflows.declaration import Kind
from workflows.declared import MANY, SOME
from workflows.documents.model import Place
from workflows.drafting.model import Draft, Duty, Read, StageRead, Sure
from workflows.drafting.naming import Names
from workflows.drafting.offices import without_persons
from workflows.drafting.yaml_text import Node, clean, nodes
from workflows.organisation import Organisation
from workflows.phrases import EachMonth, EachQuarter, PhraseError, Span, parse_due

_QUARTERLY = next((one for one in Kind if one.value == "quarterly"), Kind.MONTHLY)
_LONGEST_SENTENCE = 400
_FORM_LISTS = ("header", "fields", "columns", "rows")


def sure_word(sure: Sure) -> str:
    """How sure a reading is, in the language in force."""
    return {
        Sure.CERTAIN: _("certain"), Sure.LIKELY: _("likely"), Sure.GUESS: _("a guess")
    }[sure]  # fmt: skip


def noted(read: Read[Any]) -> str:
    """The remark behind a drafted line: its place and how sure it is."""
    return remark(read.place, read.sure)


def remark(place: Place, sure: Sure) -> str:
    """A place and how sure what was read there is."""
    where = str(place)
    return (
        _("{place}, {sure}").format(place=where, sure=sure_word(sure)) if where else sure_word(sure)
    )


def tree_of(draft: Draft, organisation: Organisation, campaign_id: str = "") -> dict[str, Node]:
    """The whole declaration. Duties over the limit are left out; `left_out` of writing.py tells."""
    return _Declaring(draft, organisation).tree(campaign_id)


class _Declaring:
    """Builds the tree of one draft."""

    def __init__(self, draft: Draft, organisation: Organisation) -> None:
        self._draft, self._organisation = draft, organisation
        self._year = draft.head.year.value
        self._tracks = self._track_ids()
        self._targets = Names()

    def tree(self, campaign_id: str) -> dict[str, Node]:
        head = self._draft.head
        tree: dict[str, Node] = {
            "id": self._id(campaign_id),
            "title": _scalar(head.title),
            "year": _scalar(head.year),
        }
        for key, read in (("reference", head.reference), ("issued", head.issued)):
            if read is not None:
                tree[key] = _scalar(read)
        tree["owner"] = _scalar(head.owner)
        if head.mailbox is not None:
            tree["mailbox"] = _scalar(head.mailbox)
        if self._tracks:
            tree["tracks"] = Node(self._track_nodes())
        if head.enquiries:
            lines = [self._enquiry(one) for one in head.enquiries[:MANY]]
            above = [_("persons and their telephone numbers are left out: they stand in no draft")]
            tree["enquiries"] = Node(lines, above=above)
        if self._draft.stages:
            stages = [self._stage(one) for one in self._draft.stages[:SOME]]
            tree["stages"] = Node(stages, above=[""])
        if self._draft.groups:
            groups = {
                clean(name): _scalar(read) for name, read in list(self._draft.groups.items())[:MANY]
            }
            tree["groups"] = Node(groups, above=[""])
        if self._draft.forms:
            tree["forms"] = Node(self._forms(), above=[""])
        milestones = [self._milestone(duty) for duty in self._draft.duties[:MANY]]
        tree["milestones"] = Node(milestones or [self._placeholder()], above=[""])
        return tree

    def _id(self, campaign_id: str) -> Node:
        if campaign_id:
            return Node(campaign_id)
        title = self._draft.head.title
        name = Names().name(title.value, "campaign")
        return Node(f"{name}-{self._year}", _("made from the title; never changed once applied"))

    def _track_ids(self) -> dict[str, str]:
        names = Names()
        titles = [clean(one) for one in self._draft.head.mailboxes]
        titles += [clean(duty.track) for duty in self._draft.duties if duty.track]
        return {one: names.name(one, "track") for one in dict.fromkeys(titles[:SOME]) if one}

    def _track_nodes(self) -> dict[str, Node]:
        tracks = {}
        boxes = {clean(key): read for key, read in self._draft.head.mailboxes.items()}
        for title, id_ in self._tracks.items():
            read = boxes.get(title)
            value: dict[str, Any] = {"title": title}
            if read is not None and read.value:
                value["mailbox"] = read.value
            tracks[id_] = Node(nodes(value), noted(read) if read else "", flow=True)
        return tracks

    def _enquiry(self, read: Read[dict[str, Any]]) -> Node:
        value = dict(read.value)
        if track := value.pop("track", ""):
            id_ = self._tracks.get(clean(track))
            value |= {"track": id_} if id_ else {}
        return Node(nodes(value), noted(read), flow=True)

    def _stage(self, stage: StageRead) -> Node:
        value: dict[str, Any] = {"id": stage.id, "title": clean(stage.title.value)}
        for key, read in (("start", stage.start), ("end", stage.end)):
            if read is not None:
                value[key] = read.value
        if stage.clause:
            value["clause"] = clean(stage.clause)
        return Node(nodes(value), noted(stage.title), flow=True)

    def _forms(self) -> list[Node]:
        names = Names()
        forms = []
        for read in self._draft.forms[:SOME]:
            remark_ = noted(read)
            form: dict[str, Node] = {
                "id": Node(names.name(str(read.value.get("attachment", "")), "form"), remark_)
            }
            for key, value in read.value.items():
                if key in _FORM_LISTS:
                    lines = [Node(nodes(one), remark_, flow=True) for one in value[:SOME]]
                    form[key] = Node(lines)
                elif key == "notes":
                    form[key] = Node([Node(clean(one, 2000), remark_) for one in value[:SOME]])
                else:
                    form[key] = Node(nodes(value), remark_)
            forms.append(Node(form, above=[""]))
        return forms

    def _milestone(self, duty: Duty) -> Node:
        sentence = duty.sentence
        milestone: dict[str, Node] = {
            "id": Node(duty.id, remark(duty.title.place, duty.title.sure)),
            "title": _scalar(duty.title),
        }
        kind = self._kind(duty)
        if kind is not Kind.ONCE:
            milestone["kind"] = Node(kind.value, noted(duty.due))
        milestone["due"] = _scalar(duty.due)
        for key in ("start", "first", "last", "covers"):
            read = getattr(duty, key)
            if read is not None:
                milestone[key] = _scalar(read)
        if kind in {Kind.MONTHLY, _QUARTERLY}:
            self._fill_monthly(milestone)
        if duty.stage:
            milestone["stage"] = Node(duty.stage, remark(sentence.place, Sure.CERTAIN))
        milestone["who"] = _scalar(duty.who)
        if duty.departments is not None and duty.departments.value:
            names = [clean(one) for one in duty.departments.value[:SOME]]
            milestone["departments"] = Node(nodes(names), noted(duty.departments))
        if track := self._tracks.get(clean(duty.track)):
            milestone["track"] = Node(track, remark(sentence.place, Sure.LIKELY))
        if duty.deliverables:
            papers = [Node(nodes(one.value), noted(one), flow=True)
                      for one in duty.deliverables[:SOME]]  # fmt: skip
            milestone["deliverables"] = Node(papers)
        if duty.after:
            milestone["after"] = Node(nodes(duty.after[:SOME]))
        if duty.targets:
            milestone["targets"] = Node([self._target(one) for one in duty.targets[:SOME]])
        clause = clean(sentence.clause) or "—"
        milestone["clause"] = Node(clause, remark(sentence.place, Sure.CERTAIN))
        if duty.note:
            milestone["note"] = Node(clean(duty.note))
        words = clean(without_persons(sentence.text), _LONGEST_SENTENCE)
        return Node(milestone, above=["", *cited(sentence.place, sentence.clause, words)])

    def _kind(self, duty: Duty) -> Kind:
        try:
            due = parse_due(duty.due.value, self._year)
        except PhraseError:
            return Kind.ONCE
        if isinstance(due, EachQuarter):
            return _QUARTERLY
        if isinstance(due, EachMonth):
            return Kind.MONTHLY
        return Kind.PHASE if isinstance(due, Span) else Kind.ONCE

    def _fill_monthly(self, milestone: dict[str, Node]) -> None:
        """A monthly duty needs these: where the plan does not say them, the whole year."""
        issued = self._draft.head.issued
        first = issued.value[:7] if issued and issued.value[:4] == str(self._year) else ""
        wanted = {
            "first": first or f"{self._year}-01", "last": f"{self._year}-12", "covers": "current"
        }  # fmt: skip
        for key, value in wanted.items():
            milestone.setdefault(key, Node(value, sure_word(Sure.GUESS)))

    def _target(self, read: Read[dict[str, Any]]) -> Node:
        remark_ = noted(read)
        title = clean(str(read.value.get("title", ""))) or "—"
        target: dict[str, Node] = {"id": Node(self._targets.name(title, "target"), remark_)}
        for key, value in read.value.items():
            target[key] = Node(title if key == "title" else nodes(value), remark_, flow=True)
        if read.words:
            target["title"].above = [f"{clean(without_persons(read.words), 200)}"]
        return Node(target)

    def _placeholder(self) -> Node:
        due = "12月底前"
        who = self._organisation.units[0].name
        guess = sure_word(Sure.GUESS)
        return Node(
            {
                "id": Node("placeholder", guess),
                "title": Node(_("to be filled in: no dated duty was found"), guess),
                "due": Node(due, guess),
                "who": Node(who, guess),
                "clause": Node("—", guess),
            },
            above=["", _("Question: no dated duty was found; which are there?")],
        )


def cited(place: Place, clause: str, words: str) -> list[str]:
    """A sentence as a comment quotes it: place, clause, words."""
    where = " ".join(one for one in (str(place), clean(clause)) if one)
    line = f"{where}：{words}" if where and words else where or words
    return [line] if line else []


def _scalar(read: Read[Any]) -> Node:
    return Node(nodes(read.value), noted(read), flow=True)


def labels(names: Iterable[str]) -> str:
    """Names as a sentence lists them."""
    return _(", ").join(names)
