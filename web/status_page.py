"""The status board as one self-contained page: no scripts, nothing from outside, made to print."""

from collections.abc import Sequence

from config.i18n import language
from web.templating import environment
from workflows.signs import LOOKS, late_mark, mark_of, sign_word
from workflows.status import CampaignBoard, added


def status_page(boards: Sequence[CampaignBoard], as_of: str) -> str:
    """The page, in the language in force. `as_of` says as of when, for people."""
    return (
        environment(language())
        .get_template("status.html")
        .render(
            boards=boards,
            as_of=as_of,
            together=added([board.counts for board in boards]),
            language=language(),
            looks=LOOKS,
            legend=[(sign, mark_of(sign), sign_word(sign)) for sign in LOOKS],
            late=late_mark(),
            word=sign_word,
        )
    )
