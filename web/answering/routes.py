"""The addresses of the pages: a link is read first, and a GET or HEAD only ever reads."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from config.errors import InputError, StateError
from config.i18n import _, using_language
from notifications.fresh_link import ask_for_link
from notifications.links import LinkKind, Opened, Reading
from notifications.own_items import own_items
from web.answering import deciding, deeds
from web.answering.bodies import FORM_BYTES, KINDLY_REFUSED, TooLarge, read_form, require_own
from web.answering.deciding import decide, office_name, waiting_requests
from web.answering.deeds import carry_out
from web.answering.filling import gone
from web.answering.form_pages import empty_file, form_page
from web.answering.forms import FaultsError, Typed, text_field, typed
from web.answering.handed_in import handed_in
from web.answering.items import listing
from web.answering.own_forms import FormName, forms_for, links_of
from web.answering.pages import page
from web.answering.refusing import is_page, refusal_page
from web.answering.surroundings import Answering
from web.answering.uploads import too_large
from web.failure_limit import FailureLimit
from web.shared_work import SharedWork
from web.subscribing import own
from workflows.states import OWING, State

_log = structlog.get_logger()

_AT_ONCE = 2  # Python runs one at a time anyway, and the tick wants its share
_FRESH_BURST = 10  # mails asked for in a row from one client address

_SHOWN = OWING | {State.SUBMITTED}  # what a person's page is about

_Show = Callable[[str, str, Typed | None, str], Response]
_Do = Callable[[str, Typed], str]  # returns where to go on, relative to the page


class Pages:
    """The endpoints over one office."""

    def __init__(self, here: Answering, language: str, monotonic: Callable[[], float]) -> None:
        """`monotonic` gives seconds that never run back, for the limits on clients."""
        self._here, self._language = here, language
        self._guesses = FailureLimit(monotonic)
        self._fresh = FailureLimit(monotonic, burst=_FRESH_BURST)
        self._looks = SharedWork[Response](_AT_ONCE)
        self._deeds = SharedWork[Response](_AT_ONCE)

    def routes(self) -> list[Route]:
        """Where each page is."""
        answer = self._own_page
        decides = partial(self._linked, LinkKind.DECIDE, self._show_requests, self._decide)
        subscribes = partial(
            self._linked, LinkKind.SUBSCRIBE, partial(own.show, self._here), self._subscribe
        )
        return [
            Route("/answer/{token}", _endpoint(answer), methods=["GET", "POST"]),
            Route("/decide/{token}", _endpoint(decides), methods=["GET", "POST"]),
            Route("/subscribe/{token}", _endpoint(subscribes), methods=["GET", "POST"]),
            Route("/fresh", _endpoint(self._ask_for_fresh), methods=["GET", "POST"]),
        ]

    def body_limit(self, method: str, path: str) -> int:
        """The most bytes that the body of a request to `path` may have."""
        if method != "POST":
            return 0
        if path.startswith("/answer/"):
            return KINDLY_REFUSED * self._here.upload_bytes
        small = path.startswith(("/decide/", "/subscribe/")) or path == "/fresh"
        return FORM_BYTES if small else 0

    def refusal(self, path: str, status: int, headers: Mapping[str, str]) -> Response | None:
        """The page that says why a request to `path` is refused; None where no person asked."""
        if not is_page(path):
            return None
        with using_language(self._language):
            return refusal_page(path, status, headers, self._here.upload_bytes)

    async def _own_page(self, request: Request) -> Response:
        """The items of a person, or one form of them: empty as a file, or to be filled in."""
        show: _Show = self._show_items
        asked = ""
        if request.method != "POST":
            for name, how in (("empty", self._send_form), ("fill", self._show_form)):
                if asked := request.query_params.get(name, "")[:100]:
                    show, asked = partial(how, asked), f"{name} {asked}"
                    break
        return await self._linked(LinkKind.ANSWER, show, self._answer, request, asked)

    async def _linked(
        self, kind: LinkKind, show: _Show, do: _Do, request: Request, asked: str = ""
    ) -> Response:
        """A page behind a link: shown on GET, answered with its sentence on POST. `asked` tells
        apart what else than the page itself was asked for."""
        token = request.path_params["token"]
        opened = self._here.links.read(kind, token, self._here.now())
        if opened.reading is not Reading.GOOD:
            return self._refuse_link(kind, token, opened, request)
        address = opened.address
        if request.method == "POST":
            require_own(request, self._here.origin)
            try:
                async with read_form(request, self._here.upload_bytes) as form:
                    work = partial(self._carry_out, show, do, address, typed(form))
                    return await self._deeds.run(secrets.token_hex(), work)
            except TooLarge:
                with using_language(self._language):
                    problem = too_large(self._here.upload_bytes)
                work = partial(self._look, show, address, "", Typed(), problem, 413)
                return await self._looks.run(secrets.token_hex(), work)
        said = request.query_params.get("said", "")[:20]
        work = partial(self._look, show, address, said)
        return await self._looks.run(f"{kind} {address} {said} {asked}", work)

    def _look(
        self,
        show: _Show,
        address: str,
        said: str = "",
        failed: Typed | None = None,
        problem: str = "",
        status: int = 0,
    ) -> Response:
        with using_language(self._language):
            answer = show(address, said, failed, problem)
        answer.status_code = status or answer.status_code
        return answer

    def _carry_out(self, show: _Show, do: _Do, address: str, form: Typed) -> Response:
        with using_language(self._language):
            try:
                onward = do(address, form)
            except FaultsError as error:
                form = replace(form, faults=error.faults, asked=error.asked)
                return self._look(show, address, "", form, error.message, 422)
            except InputError as error:
                return self._look(show, address, "", form, error.message, 422)
            except StateError as error:
                # It speaks to the office, of names and places that are nobody else's.
                _log.warning("form not recorded", reason=error.message, mend=error.mend)
                problem = _(
                    "That could not be recorded. Please try again later, or ask the office."
                )
                return self._look(show, address, "", form, problem, 422)
        # Relative: the Host header is a stranger's choice.
        return RedirectResponse(onward, 303)

    def _show_items(self, address: str, said: str, failed: Typed | None, problem: str) -> Response:
        if failed is not None and failed.action == deeds.Answer.FILLED_IN:
            name = FormName(failed.item, failed.form)
            return self._show_form(str(name), address, said, failed, problem)
        return self._items(address, said, failed, problem)

    def _show_form(
        self, asked: str, address: str, _said: str, failed: Typed | None, problem: str
    ) -> Response:
        name = FormName.read(asked)
        found = name and form_page(self._here, address, name, failed, problem)
        return found or self._not_open(address)

    def _send_form(
        self, asked: str, address: str, _said: str, _failed: Typed | None, _problem: str
    ) -> Response:
        name = FormName.read(asked)
        return (name and empty_file(self._here, address, name)) or self._not_open(address)

    def _not_open(self, address: str) -> Response:
        answer = self._items(address, "", Typed(), gone())
        answer.status_code = 404
        return answer

    def _items(self, address: str, said: str, failed: Typed | None, problem: str) -> Response:
        here = self._here
        with here.database.read() as session:
            today = here.today()
            every = own_items(session, here.organisation, address, today, _SHOWN)
            owned = [one for one in every if one.assignment.state in OWING]
            forms = links_of(forms_for(session, every))
            found = listing(owned, address, today, forms)
            sent = [one for one in every if one.assignment.state is State.SUBMITTED]
            unchecked = handed_in(session, sent, today, here.window.zone, forms)
            calendar = own.line(session, here, address)
        return page(
            "answer.html",
            address=address,
            listing=found,
            unchecked=unchecked,
            calendar=calendar,
            said=_(deeds.SENTENCES[said]) if said in deeds.SENTENCES else "",
            failed=failed or Typed(),
            problem=problem,
            megabytes=here.upload_bytes // 1_000_000,
        )

    def _answer(self, address: str, form: Typed) -> str:
        return _said(carry_out(self._here, address, form).value)

    def _show_requests(
        self, address: str, said: str, failed: Typed | None, problem: str
    ) -> Response:
        with self._here.database.read() as session:
            found = waiting_requests(session, self._here, address)
        return page(
            "decide.html",
            office=office_name(self._here, address),
            requests=found,
            said=_(deciding.SENTENCES[said]) if said in deciding.SENTENCES else "",
            failed=failed or Typed(),
            problem=problem,
        )

    def _decide(self, address: str, form: Typed) -> str:
        return _said(decide(self._here, address, form).value)

    def _subscribe(self, address: str, form: Typed) -> str:
        return f"../feeds/{own.carry_out(self._here, address, form)}"

    def _refuse_link(
        self, kind: LinkKind, token: str, opened: Opened, request: Request
    ) -> Response:
        with using_language(self._language):
            if opened.reading is Reading.EXPIRED:
                return page(
                    "link_ended.html", 410, days=self._here.links.days, kind=kind, token=token
                )
            client = request.client.host if request.client else ""
            if seconds := self._guesses.wait(client):
                raise HTTPException(429, headers={"Retry-After": str(seconds)})
            self._guesses.record_failure(client)
            return page("link_altered.html", 403, fresh="../fresh")

    async def _ask_for_fresh(self, request: Request) -> Response:
        """GET: the form. POST: a fresh mail, if the address is on file; the answer is the same."""
        here = self._here
        if request.method != "POST":
            with using_language(self._language):
                return page("link_asked_for.html", fresh="fresh")
        require_own(request, here.origin)
        client = request.client.host if request.client else ""
        if seconds := self._fresh.wait(client):
            raise HTTPException(429, headers={"Retry-After": str(seconds)})
        self._fresh.record_failure(client)
        try:
            async with read_form(request, 0) as form:
                written, token = text_field(form, "address"), text_field(form, "token")
                address = self._address_meant(written, token)
        except TooLarge:
            raise HTTPException(413) from None
        with using_language(self._language):
            answer = page("link_sent.html", open_now=here.window.is_open(here.now()))
        # Afterwards: how long it takes tells nobody whether the address is on file.
        answer.background = BackgroundTask(run_in_threadpool, self._send_fresh, address)
        return answer

    def _address_meant(self, written: str, token: str) -> str:
        """An expired link says whose it was; else what was written."""
        for kind in LinkKind:
            opened = self._here.links.read(kind, token, self._here.now())
            if opened.reading is not Reading.ALTERED:
                return opened.address
        return written[:254]

    def _send_fresh(self, address: str) -> None:
        here = self._here
        if "@" not in address:
            return
        with here.database.write() as session:
            ask_for_link(session, here.organisation, address, here.now(), here.window, here.domain)


def _said(code: str) -> str:
    """The same page with that sentence: its code, never the words themselves."""
    return f"?said={code}#said"


def _endpoint(
    work: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint as Starlette tells it from an application: a plain function."""

    async def endpoint(request: Request) -> Response:
        return await work(request)

    return endpoint
