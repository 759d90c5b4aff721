"""Tries an office's own templates out, so that no fault shows first when a mail is due."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from traceback import extract_tb

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.meta import find_referenced_templates, find_undeclared_variables

from config.errors import Problem, Severity
from config.i18n import _, language
from notifications.letter import Letter
from notifications.sample_letters import sample_letters
from notifications.stationery import OURS, STYLES, environment, fill_in, forget_templates
from notifications.template_faults import no_such_name, told
from notifications.template_output import faults_of, never_shown

# What templates give to each other, or every page is given.
_GIVEN = frozenset({"to", "label", "subject_line"})


def template_problems(own: Path) -> list[Problem]:
    """What is wrong with the templates in the folder `own`, by file and line: syntax, names that
    no letter has, and whatever fails or is missing when a letter of every kind is written on them.
    """
    if not own.is_dir():
        return [
            Problem(_("there is no such folder"), _("make it, or mend templates_dir"), str(own))
        ]
    forget_templates()
    templates = environment(language(), own)
    letters = list(sample_letters())
    files = sorted(file for file in own.iterdir() if file.is_file() and file.name[0] != ".")
    problems, referenced = [], set[str]()
    for file in files:
        found, names = _read(file, templates, _known(letters))
        problems += found
        referenced |= names
    ours = {file.name for file in OURS.iterdir()}
    problems += [_unused(file) for file in files if file.name not in ours | referenced]
    if not any(one.severity is Severity.ERROR for one in problems):
        problems += _tried_out(letters, templates, own)
    return problems


def _read(
    file: Path, templates: Environment, known: Mapping[str, frozenset[str]]
) -> tuple[list[Problem], set[str]]:
    """What is wrong with a template as it is written, and which others it names."""
    if file.name == STYLES or file.suffix not in {".txt", ".html", ".css"}:
        return [], set()
    try:
        tree = templates.parse(file.read_text(encoding="utf-8"))
        undeclared = find_undeclared_variables(tree)
    except TemplateSyntaxError as error:
        return [Problem(*told(error), str(file), error.lineno)], set()
    except (OSError, UnicodeDecodeError) as error:
        return [Problem(*told(error), str(file))], set()
    kind = file.name.partition(".")[0]
    names = known.get(kind, known[""]) | _GIVEN | templates.globals.keys()
    unknown = undeclared - names
    problems = [
        Problem(*no_such_name(one.name), str(file), one.lineno)
        for one in tree.find_all(nodes.Name)
        if one.name in unknown
    ]
    return problems, {name for name in find_referenced_templates(tree) if name}


def _known(letters: Iterable[Letter]) -> Mapping[str, frozenset[str]]:
    """The names that each kind of letter has; under '' those of any."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for letter in letters:
        for kind in (letter.template, ""):
            found[kind] |= letter.values.keys()
    return found


def _unused(file: Path) -> Problem:
    return Problem(
        _("no template of ours has this name, and none of yours names it"),
        _("the file names are in docs/templates.md"),
        str(file),
        severity=Severity.WARNING,
    )


def _tried_out(letters: Iterable[Letter], templates: Environment, own: Path) -> list[Problem]:
    """Each fault once, however many letters show it."""
    found: dict[tuple[str, int, str], Problem] = {}
    written = []
    for letter in letters:
        try:
            parts = fill_in(letter, templates)
        except Exception as error:  # a template may raise anything
            problems = [_failed(error, own)]
        else:
            problems = list(faults_of(letter, parts, own))
            written.append((letter, parts))
        for one in problems:
            found.setdefault((one.file, one.line, one.message), one)
    never = [] if found else never_shown(written, own)
    return [*found.values(), *never]


def _failed(error: Exception, own: Path) -> Problem:
    places = [
        (frame.filename, frame.lineno or 0)
        for frame in extract_tb(error.__traceback__)
        if Path(frame.filename).parent in {own, OURS}
    ]
    file, line = places[-1] if places else (str(own), 0)
    return Problem(*told(error), file, line)
