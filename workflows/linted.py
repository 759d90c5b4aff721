"""What the linters look at: a declaration beside its source."""

from dataclasses import dataclass, field

from workflows.declaration import Declaration, Milestone
from workflows.phrases import Due, PhraseError, parse_due
from workflows.yaml_source import YamlSource


@dataclass(frozen=True, slots=True)
class Linted:
    """A declaration with its source.

    Where broken milestones were left out, `kept` gives each remaining one's index in the file,
    and `milestone_ids` and `stage_ids` still name them all.
    """

    declaration: Declaration
    source: YamlSource
    kept: tuple[int, ...] = ()
    milestone_ids: set[str] = field(default_factory=set)
    stage_ids: set[str] = field(default_factory=set)

    def path(self, index: int, *rest: str | int) -> tuple[str | int, ...]:
        """The place of milestone number `index`."""
        return ("milestones", self.kept[index] if self.kept else index, *rest)


def parsed_due(milestone: Milestone, year: int) -> Due | None:
    """The milestone's due phrase, read; None where the model has reported it already."""
    try:
        return parse_due(milestone.due, year)
    except PhraseError:
        return None
