"""What letters written on an office's own templates look like: nothing empty, nothing left out."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from config.errors import Problem, Severity
from config.i18n import _
from notifications.letter import Letter
from notifications.stationery import ENDS, Parts, empty_ends
from notifications.subjects import LONGEST

Written = Sequence[tuple[Letter, Parts]]


def faults_of(letter: Letter, parts: Parts, own: Path) -> Iterator[Problem]:
    """A part with nothing in it is an error; a subject too long for telephones a warning."""
    for end in empty_ends(parts):
        yield Problem(
            _("the template writes nothing"),
            _("write it, or delete the file: ours is used then"),
            str(_file(letter.template, end, own)),
        )
    subject = parts[0]
    if len(subject) > LONGEST:
        yield Problem(
            _("the subject has {count} characters; telephones show {most}").format(
                count=len(subject), most=LONGEST
            ),
            _("put it together with subject(…), which shortens names"),
            str(own / f"{letter.template}.subject.txt"),
            severity=Severity.WARNING,
        )


def never_shown(written: Written, own: Path) -> list[Problem]:
    """Warnings where an own template never names what is owed, or never shows the link."""
    problems = []
    for place, end in enumerate(ENDS[1:], start=1):
        for kind in sorted({letter.template for letter, _parts in written}):
            file = _file(kind, end, own)
            if file == own:
                continue
            of_kind = [(one, parts[place]) for one, parts in written if one.template == kind]
            if kind == "digest" and not _shown((_titles(one), part) for one, part in of_kind):
                problems.append(_warning(_("the mail never says what is owed"), "lines", file))
            links = [([link], part) for one, part in of_kind if (link := one.values.get("link"))]
            if links and not _shown(links):
                problems.append(
                    _warning(_("the mail never shows the link to the person's page"), "link", file)
                )
    return problems


def _titles(letter: Letter) -> list[str]:
    return [title for line in letter.values["lines"] for title in line.titles]


def _shown(wanted: Iterable[tuple[Sequence[str], str]]) -> bool:
    return any(text in part for texts, part in wanted for text in texts)


def _warning(message: str, name: str, file: Path) -> Problem:
    mend = _("show “{name}”: docs/templates.md").format(name=name)
    return Problem(message, mend, str(file), severity=Severity.WARNING)


def _file(kind: str, end: str, own: Path) -> Path:
    """The office's own file that this part of a letter was written on; the folder for ours."""
    names = [f"{kind}.{end}", *(["letter.html"] if end == "html" else [])]
    return next((own / name for name in names if (own / name).is_file()), own)
