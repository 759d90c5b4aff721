"""The status board as one self-contained page: no scripts, nothing from outside, made to print."""

from collections.abc import Sequence

from config.i18n import language
from web.templating import environment
from workflows.lights import LIGHT_LOOKS
from workflows.signs import BESIDE_LIGHTS, late_mark, mark_of, sign_word
from workflows.status import CampaignBoard, added
from workflows.targets.words import pace_headings


def status_page(boards: Sequence[CampaignBoard], as_of: str) -> str:
    """The page, in the language in force. `as_of` says as of when, for people."""
    return (
        environment(language())
        .get_template("status.html")
        .render(
            boards=boards,
            as_of=as_of,
            together=added([board.counts for board in boards]),
            lights={light: sum(board.lights[light] for board in boards) for light in LIGHT_LOOKS},
            language=language(),
            looks=LIGHT_LOOKS,
            legend=[(mark_of(sign), sign_word(sign)) for sign in BESIDE_LIGHTS],
            late=late_mark(),
            word=sign_word,
            pace_headings=pace_headings(),
        )
    )
