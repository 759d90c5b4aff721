"""GET /feeds/TOKEN: the page from which people subscribe to the feed of that token.

Its one script copies the address; without scripts it is selected by hand.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from calendars.naming import feed_name
from calendars.options import FeedOptions, options_of
from calendars.qr import qr_svg
from calendars.tokens import find_feed, hash_token, is_former
from config.i18n import _, using_language
from web.answers import refusal
from web.failure_limit import FailureLimit
from web.shared_work import SharedWork
from web.subscribing.clients import CLIENTS, Client, Shows
from web.templating import environment
from workflows.database import Database
from workflows.organisation import Organisation

_TEMPLATES = Path(__file__).parent.parent / "templates"
_AT_ONCE = 1  # it is asked for once by each reader, and the feeds want their share


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


_CSS = _text("answering.css") + _text("subscribe.css")
_SCRIPT = _text("subscribe.js")
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_hash(_CSS)}';"
        f" script-src 'sha256-{_hash(_SCRIPT)}';"
        " form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    ),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A feed as far as its page tells of it, with its code as an element."""

    name: str
    options: FeedOptions
    language: str
    qr: Markup
    is_former: bool  # it was opened by the address before the last one


class SubscribePage:
    """The page over one office's record."""

    def __init__(
        self,
        database: Database,
        organisation: Organisation,
        language: str,
        now: Callable[[], datetime],
        base: str,
        limit: FailureLimit,
    ) -> None:
        """`base` is the office's public address, from which alone the page's addresses are made.
        `limit` is the one that the feeds have: who tries wrong tokens here is known there."""
        self._database, self._organisation, self._language = database, organisation, language
        self._now, self._base, self._limit = now, base, limit
        self._work = SharedWork[Opened | None](_AT_ONCE)

    async def answer(self, request: Request) -> Response:
        """Answer GET or HEAD; whatever refuses a feed refuses its page alike."""
        address = request.client.host if request.client else ""
        if seconds := self._limit.wait(address):
            return refusal(429, {"Retry-After": str(seconds)})
        token = request.path_params["token"]
        found = await self._work.run(hash_token(token), self._open, token)
        if found is None:
            self._limit.record_failure(address)
            return refusal(404)
        here = f"{self._base}/feeds/{token}"
        with using_language(found.language):
            text = (
                environment(found.language)
                .get_template("subscribe.html")
                .render(
                    language=found.language,
                    css=Markup(_CSS),  # noqa: S704 our own file
                    script=Markup(_SCRIPT),  # noqa: S704 our own file
                    name=found.name,
                    about=_about(found.options, former=found.is_former),
                    inside=_inside(request.headers.get("user-agent", "")),
                    webcal=f"webcal://{here.partition('://')[2]}.ics",
                    address=f"{here}.ics",
                    download=f"{here}.ics?download",
                    qr=found.qr,
                    clients=_clients(found.options),
                )
            )
        return HTMLResponse(text.encode("utf-8", "replace"), headers=_HEADERS)

    def _open(self, token: str) -> Opened | None:
        with self._database.read() as session:
            feed = find_feed(session, token, self._now())
            if feed is None:
                return None
            options = options_of(feed)
            language = options.language or self._language
            with using_language(language):
                name = options.name or feed_name(session, options, self._organisation)
                label = _("The address of this page as a QR code")
                qr = qr_svg(f"{self._base}/feeds/{token}", label)
        return Opened(name, options, language, qr, is_former(feed, token))


def _about(options: FeedOptions, *, former: bool) -> list[str]:
    """What the reader should know of the calendar."""
    told = [_("The calendar shows duties with their due dates and follows every change.")]
    if options.only_open:
        told.append(_("It shows only what is still open."))
    if options.alarms:
        told.append(_("It has reminders. Some programs ring only where you let them: see below."))
    if options.tasks:
        told.append(
            _(
                "It consists of tasks, which most programs do not show."
                " Please ask the office for a calendar of events if yours is not below."
            )
        )
    if former:
        told.append(
            _(
                "This address ends soon: a new one has been made for the calendar."
                " Please subscribe to the new one."
            )
        )
    return told


def _clients(options: FeedOptions) -> Sequence[Client]:
    """The programs that show such a calendar."""
    return [one for one in CLIENTS if not options.tasks or one.shows is Shows.BOTH]


def _inside(user_agent: str) -> str:
    """How to get out of a messenger's own browser, which opens no calendar; '' in any other.

    WeCom's bears WeChat's name too. Sources: docs/calendars.md, “Inside WeChat and WeCom”.
    """
    if "wxwork" in user_agent:
        return _("WeCom does not open calendars. Tap ··· at the top and choose the browser.")
    if "MicroMessenger" in user_agent:
        return _("WeChat does not open calendars. Tap ··· in the corner above, then 在浏览器打开.")
    return ""
