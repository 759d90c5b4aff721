"""The campaign office as a plan names it: who owns the plan, whom to ask, where hand-ins go."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from config.i18n import _
from config.plain_text import EMAIL
from workflows.documents.model import Place
from workflows.drafting.lines import Questions, ask, lines_of, text_of
from workflows.drafting.model import Read, Sure
from workflows.drafting.offices import has_phone, office_in
from workflows.drafting.outline import Outline
from workflows.organisation import Organisation

_TRACK = re.compile(r"[（(](?P<track>[^（）()]{1,20})[）)]")
_MAILBOX = re.compile(
    rf"(?<![\w.])(?P<mailbox>{EMAIL.pattern})(?:\s*[（(](?P<track>[^（）()@]{{1,20}})[）)])?"
)
_CONTACT = re.compile(r"联\s*系\s*人|联\s*络\s*[人员]|咨\s*询|联\s*系\s*(?:电\s*话|方\s*式)")
_CONTACT_OFFICE = re.compile(
    r"\s*(?:联\s*系\s*人|联\s*络\s*[人员])\s*:\s*(?P<office>[\u4e00-\u9fff]{1,12}[处室科局]|[\u4e00-\u9fff]{2,12}"
    r"(?:办公室|中心|专班|支队|总队|大队))(?![\u4e00-\u9fff])"
)
_LEAD = re.compile(
    r"(?:[（(]|(?:责任|牵头|负责|主办)(?:部门|单位|处室)\s*[：:])\s*(?P<offices>[^（）()：:；]{2,60})[）)；]"
)


def owner_of(
    plan: Outline,
    organisation: Organisation,
    enquiries: list[Read[dict[str, object]]],
    asks: Questions,
) -> Read[str]:
    """The campaign office: who signs, whom to ask, who leads most tasks."""
    for text, place in reversed(list(lines_of(plan.tail))):
        office = organisation.department("".join(text.split()))
        if office is not None:
            return Read(office.name, Sure.CERTAIN, place, text)
    leads: Counter[str] = Counter()
    places: dict[str, Place] = {}
    for passage in plan.passages:
        for match in _LEAD.finditer(passage.text):
            first = re.split(r"[、，,；; ]", match["offices"])[0]
            lead = organisation.department(re.sub(r"(?:牵头|负责|主办).*$", "", first))
            if lead is not None:
                leads[lead.name] += 1
                places.setdefault(lead.name, passage.place)
    most = leads.most_common(1)[0][0] if leads else ""
    named = next((one for one in enquiries), None)
    if named is not None and named.value["office"] in {most, *leads}:
        return Read(str(named.value["office"]), Sure.CERTAIN, named.place, named.words)
    if named is not None or most:
        name = str(named.value["office"]) if named is not None else most
        place = named.place if named is not None else places[most]
        ask(asks, "owner", place, name, _("is {office} the campaign office?").format(office=name))
        return Read(name, Sure.LIKELY, place, name)
    mentioned = Counter(
        office.name
        for passage in plan.passages
        for office in organisation.departments
        for name in (office.name, *office.aliases)
        if name in text_of(passage)
    )
    name = organisation.departments[0].name if organisation.departments else "—"
    if mentioned:
        name = mentioned.most_common(1)[0][0]
    stranger = _unknown_contact(plan)
    if stranger is not None:
        words, place = stranger
        ask(
            asks, "owner", place, words,
            _(
                "{words} is no department of the organisation file: add it there and name it "
                "here, or is it {office}?"
            ).format(words=words, office=name),
        )  # fmt: skip
        return Read(name, Sure.GUESS, place, words)
    ask(
        asks, "owner", Place(), "",
        _("no office signs or is named as the campaign's: is it {office}?").format(office=name),
    )  # fmt: skip
    return Read(name, Sure.GUESS, Place())


def _unknown_contact(plan: Outline) -> tuple[str, Place] | None:
    """The office that is named as the one to ask, which the organisation file does not know."""
    for text, place in lines_of(plan.tail):
        if match := _CONTACT_OFFICE.match(unicodedata.normalize("NFKC", text)):
            return match["office"], place
    return None


def enquiries_of(
    plan: Outline, organisation: Organisation
) -> tuple[list[Read[dict[str, object]]], list[str]]:
    """Whom to ask: offices alone. The lines' own tracks come beside them: （网约车）."""
    found: dict[tuple[str, str], Read[dict[str, object]]] = {}
    tracks: list[str] = []
    inside = False
    for text, place in lines_of(plan.tail):
        plain = unicodedata.normalize("NFKC", text)
        if re.match(r"附\s*件", text) or EMAIL.search(plain):
            inside = False
        if _CONTACT.search(text):
            inside = True
        office = office_in(text, organisation)
        if not (inside and office):
            continue
        value: dict[str, object] = {"office": office}
        track = _TRACK.search(text) if has_phone(plain) else None
        if track is not None:
            value["track"] = track["track"]
            tracks.append(track["track"])
        key = (office, str(value.get("track", "")))
        found.setdefault(key, Read(value, Sure.CERTAIN, place, office))
    return list(found.values()), list(dict.fromkeys(tracks))


def mailboxes_of(plan: Outline) -> Iterator[tuple[str, Read[str]]]:
    """Each mailbox with its track's title, '' where it has none."""
    seen = set()
    places = [(text, place, Sure.CERTAIN) for text, place in lines_of(plan.tail)]
    places += [(one.text, one.place, Sure.LIKELY) for one in plan.passages]
    places += [(text, place, Sure.LIKELY) for text, place in lines_of(plan.head)]
    for text, place, sure in places:
        for match in _MAILBOX.finditer(unicodedata.normalize("NFKC", text)):
            mailbox = match["mailbox"]
            if len(mailbox) > 254 or mailbox.lower() in seen:
                continue
            seen.add(mailbox.lower())
            yield match["track"] or "", Read(mailbox, sure, place, match[0])


def mailbox_of(organisation: Organisation, owner: Read[str], asks: Questions) -> Read[str]:
    office = organisation.department(owner.value)
    mailbox = office.mailbox if office is not None else "office@example.org"
    ask(
        asks, "mailbox", Place(), "",
        _("the document names no mailbox: is it the office's own, {mailbox}?").format(
            mailbox=mailbox
        ),
    )  # fmt: skip
    return Read(mailbox, Sure.GUESS, Place())
