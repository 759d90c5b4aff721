"""Refusals as a person on a telephone reads them: what has happened, and what to do about it."""

from collections.abc import Mapping

from starlette.responses import Response

from config.i18n import _
from web.answering.forms import LONGEST_NOTE
from web.answering.pages import page
from web.answering.uploads import too_large


def is_page(path: str) -> bool:
    """Whether a person asks for it: feeds and health are for programs."""
    return path.startswith(("/answer/", "/decide/", "/subscribe/")) or path == "/fresh"


def refusal_page(
    path: str, status: int, headers: Mapping[str, str], upload_bytes: int
) -> Response | None:
    """The page, in the language in force, that refuses a request to `path` with `status` and the
    `headers` of the plain answer; None where there is nothing to be said to a person."""
    words = _words(path, status, int(headers.get("Retry-After", "0")), upload_bytes)
    if words is None:
        return None
    title, happened, advice = words
    answer = page("refused.html", status, title=title, happened=happened, advice=advice)
    answer.headers.update(headers)
    return answer


def _words(path: str, status: int, seconds: int, upload_bytes: int) -> tuple[str, str, str] | None:
    # The mail's Reply-To is the mailbox of its campaigns.
    by_mail = _("You can also answer the mail that brought you here: it reaches the office.")
    match status:
        case 413 if path.startswith("/answer/"):
            return _("That was too much in one go"), too_large(upload_bytes), by_mail
        case 413:
            return (
                _("That was too much in one go"),
                _("The form brought more than this page takes. Nothing was recorded."),
                _("Please go back, shorten what you wrote, and send it again."),
            )
        case 422:
            return (
                _("That was too much in one go"),
                _("The form brought more than this page takes. Nothing was recorded."),
                _("Please shorten the text: at most {count} characters.").format(
                    count=LONGEST_NOTE
                ),
            )
        case 400 | 411 | 415:
            happened = _("This page cannot read the form as it was sent. Nothing was recorded.")
            again = _("Please open the link from the mail in another browser, and try again.")
            return _("The form did not arrive as it should"), happened, f"{again} {by_mail}"
        case 403:
            happened = _("For safety only our own forms are taken. Nothing was recorded.")
            again = _("Please open the link from the mail again.")
            return _("This form does not come from our page"), happened, again
        case 429:
            again = _("Please try again in a minute.")
            if seconds > 60:
                again = _("Please try again in {count} minutes.").format(count=-(-seconds // 60))
            happened = _("Too many requests have come from your network in a short time.")
            return _("Please wait a little"), happened, again
        case 500 | 503:
            happened = _("If you have just sent something, it may not have been recorded.")
            again = _("Please open the link from the mail again in a minute.")
            return _("The page is not available just now"), happened, f"{again} {by_mail}"
    return None
