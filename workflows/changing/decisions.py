"""Decisions about differences: a file of them, its template, and whether all have been made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.errors import InputError, Problem, ProblemsError
from config.i18n import _
from workflows.changing.model import Answer, Difference, Kind
from workflows.changing.wording import answer_word, kind_word, work_words
from workflows.yaml_source import YamlSource, read_yaml


@dataclass(frozen=True, slots=True)
class Decisions:
    """Answers by key, and the file they stand in, where they do."""

    answers: Mapping[str, str] = field(default_factory=dict)
    source: YamlSource | None = None


class UndecidedError(InputError):
    """Differences that a person has to decide about; nothing has been written."""

    def __init__(self, differences: Sequence[Difference], mend: str = "") -> None:
        self.differences = tuple(differences)
        lines = [
            _("{key}: {what}, assignments: {count} ({answers})").format(
                key=one.key, what=kind_word(one.kind), count=one.touched,
                answers=_(", ").join(answer.value for answer in one.answers),
            )
            for one in differences
        ]  # fmt: skip
        text = _("{count} differences are to be decided; nothing was changed").format(
            count=len(differences)
        )
        mend = mend or _(
            "answer each with --decisions FILE; “duban apply --plan --template FILE” writes one"
        )
        super().__init__("\n  ".join([text, *lines]), mend)


def read_decisions(file: Path) -> Decisions:
    """A YAML file: one `key: answer` a line. Raises ProblemsError, InputError."""
    source = read_yaml(file)
    if not isinstance(source.data, dict):
        raise ProblemsError(
            [source.problem((), _("these are no decisions"), _("write one “key: answer” a line"))]
        )
    problems = [
        source.problem((key,), _("an answer is one word"), _("write one “key: answer” a line"))
        for key, answer in source.data.items()
        if not isinstance(answer, str)
    ]
    if problems:
        raise ProblemsError(problems)
    return Decisions(dict(source.data), source)


def check_decisions(differences: Sequence[Difference], decisions: Decisions) -> None:
    """Raise ProblemsError where a file names what is not asked, answers what is none, or lacks an
    answer; UndecidedError where there is no file and an answer is missing."""
    asked = {one.key: one for one in differences if not one.safe}
    source, problems = decisions.source, []
    for key, answer in decisions.answers.items():
        if key not in asked:
            known = _(", ").join(asked) or _("none")
            problems.append(
                (key, _("nothing is asked under “{key}”").format(key=key),
                 _("asked are: {known}").format(known=known))
            )  # fmt: skip
        elif answer not in {one.value for one in asked[key].answers}:
            answers = _(", ").join(one.value for one in asked[key].answers)
            problems.append((key, _("“{answer}” is none of these").format(answer=answer), answers))
    if problems and source is not None:
        raise ProblemsError([_at(source, *one) for one in problems])
    if problems:
        raise InputError(*problems[0][1:])
    missing = [one for one in asked.values() if one.key not in decisions.answers]
    if missing and source is not None:
        last = max((line for line, _column in source.places.values()), default=1)
        raise ProblemsError(
            [
                Problem(
                    _("“{key}” is not answered").format(key=one.key),
                    _(", ").join(answer.value for answer in one.answers), source.file, last,
                )
                for one in missing
            ]
        )  # fmt: skip
    if missing:
        raise UndecidedError(missing)


def as_declared(differences: Iterable[Difference]) -> dict[str, str]:
    """The answers by which all is as the new declaration has it, and what is past is chased."""
    return {
        one.key: (Answer.CHASE if one.kind is Kind.PAST else one.answers[0]).value
        for one in differences
        if not one.safe
    }


def template(differences: Iterable[Difference]) -> str:
    """A file of decisions to be filled in: each key with what it is about and what can be said."""
    lines = [_("# Decisions for duban apply --decisions: write one of the answers after each key.")]
    for one in differences:
        if one.safe:
            continue
        about = [one.title, kind_word(one.kind), one.detail, work_words(one.work)]
        lines += ["", "# " + _(" · ").join(part for part in about if part)]
        lines += [f"#   {answer_word(answer)}" for answer in one.answers]
        lines.append(f"{one.key}:")
    return "\n".join(lines) + "\n"


def _at(source: YamlSource, key: str, message: str, mend: str) -> Problem:
    return source.problem((key,), message, mend, at_key=True)
