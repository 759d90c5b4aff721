"""GET /feeds/TOKEN.ics: a calendar feed, from memory until the record or the day is another."""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars.feed import FeedBuilder, FeedContent
from calendars.naming import feed_name, file_name
from calendars.options import options_of
from calendars.tokens import find_feed, hash_token, opens_until
from calendars.usage import Fetches
from config.i18n import using_language
from web.answers import PiecewiseResponse, refusal
from web.conditional import accepts_gzip, is_unchanged, validators
from web.failure_limit import FailureLimit
from web.shared_work import SharedWork
from workflows.database import Database
from workflows.watching import Watch

_A_SECOND = timedelta(seconds=1)
_CALENDAR = "text/calendar; charset=utf-8"
_AT_ONCE = 2  # Python runs one at a time anyway, and the tick wants its share
_MOST_BYTES = 64 * 1024 * 1024  # of bodies kept in memory
_GZIP_LEVEL = 5  # calendars are so repetitive that more is no gain


class Representation:
    """One form of a feed's body with its answers, which are made once."""

    def __init__(self, body: bytes, etag: str, headers: dict[str, str]) -> None:
        """`headers` are those of both answers."""
        self.etag, self.headers = etag, headers
        self.whole = PiecewiseResponse(body, headers=headers, media_type=_CALENDAR)
        self.unchanged = Response(status_code=304, headers=headers)

    @property
    def body(self) -> bytes:
        """What the whole answer carries."""
        return bytes(self.whole.body)

    def download(self) -> Response:
        """The answer that a browser saves as a file."""
        _inline, _semicolon, file = self.headers["Content-Disposition"].partition("; ")
        headers = {**self.headers, "Content-Disposition": f"attachment; {file}"}
        return PiecewiseResponse(self.body, headers=headers, media_type=_CALENDAR)


@dataclass(slots=True)
class Kept:
    """A feed that was built, for as long as the record has this mark and `until` is to come."""

    feed_id: int
    mark: Hashable | None
    until: datetime | None
    content: FeedContent
    plain: Representation
    compressed: Representation | None = field(default=None)

    def holds(self, mark: Hashable | None, now: datetime) -> bool:
        """Whether it is what the record says at `now`, where the record has this mark."""
        same = mark is not None and self.mark == mark
        return same and (self.until is None or now < self.until)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.plain.body) + (len(self.compressed.body) if self.compressed else 0)


class Feeds:
    """The endpoint over one office's record."""

    def __init__(
        self,
        database: Database,
        builder: FeedBuilder,
        language: str,
        now: Callable[[], datetime],
        public_url: str,
        fetches: Fetches,
        limit: FailureLimit,
    ) -> None:
        """`public_url` is where the office is reached from elsewhere; '' where that is not known:
        then feeds do not say where they come from. Who tries wrong tokens is slowed down by
        `limit`."""
        self._database, self._builder, self._language = database, builder, language
        self._now, self._public_url, self._fetches, self._limit = now, public_url, fetches, limit
        self._watch = Watch(database)
        self._looks = SharedWork[Hashable | None](1)
        self._work = SharedWork[Kept | None](_AT_ONCE)
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        """Answer GET or HEAD; 404 alike for wrong, malformed, revoked and expired tokens."""
        address = request.client.host if request.client else ""
        token = request.path_params["token"]
        # Who asks for what is in memory is let through: behind one address a whole office may be.
        if hash_token(token) not in self._kept and (seconds := self._limit.wait(address)):
            return refusal(429, {"Retry-After": str(seconds)})
        now = self._now()
        kept = await self._current(token, now)
        if kept is None:
            self._limit.record_failure(address)
            return refusal(404)
        download = "download" in request.query_params
        if request.method == "GET" and not download:  # whose file is never asked for again
            self._fetches.note(kept.feed_id, now, request.headers.get("user-agent", ""))
        shown = kept.plain
        if accepts_gzip(request.headers):
            if kept.compressed is None:
                kept.compressed = await run_in_threadpool(_compress, kept)
            shown = kept.compressed
        if is_unchanged(request.headers, shown.etag, kept.content.last_modified):
            return shown.unchanged
        return shown.download() if download else shown.whole

    async def _current(self, token: str, now: datetime) -> Kept | None:
        """The feed as the record has it now, from memory where that has not changed."""
        hashed = hash_token(token)
        kept = self._kept.get(hashed)
        if self._watch.is_quick:
            mark = self._watch.mark()
        else:
            mark = await self._looks.run("", self._watch.mark)
        if kept is not None and kept.holds(mark, now):
            self._kept.move_to_end(hashed)
            return kept
        # The mark is older than what is read now, so that what comes between is seen next time.
        kept = await self._work.run(hashed, self._build, token, now, mark)
        self._keep(hashed, kept)
        return kept

    def _build(self, token: str, now: datetime, mark: Hashable | None) -> Kept | None:
        with self._database.read() as session:
            feed = find_feed(session, token, now)
            if feed is None or feed.id is None:
                return None
            options = options_of(feed)
            address = f"{self._public_url}/feeds/{token}.ics" if self._public_url else ""
            content = self._builder.content(session, options, now, address, feed.changed_at)
            with using_language(options.language or self._language):
                name = options.name or feed_name(session, options, self._builder.organisation)
            ends = [content.until, opens_until(feed, token)]
            changed = content.last_modified
            if changed is not None and now < changed + _A_SECOND:
                # There may be another change in the same second, which the date would not tell.
                content = replace(content, last_modified=None)
                ends.append(changed + _A_SECOND)
            until = min((one for one in ends if one is not None), default=None)
            subject = options.subject or options.scope.value
        return Kept(feed.id, mark, until, content, _plain(content, name, subject))

    def _keep(self, hashed: str, kept: Kept | None) -> None:
        if kept is None:
            self._kept.pop(hashed, None)
            return
        former = self._kept.get(hashed)
        if former is not None and former.plain.headers == kept.plain.headers:
            # Something else has changed: the same validators, the same answers.
            kept.content, kept.plain, kept.compressed = (
                former.content, former.plain, former.compressed
            )  # fmt: skip
        self._kept[hashed] = kept
        self._kept.move_to_end(hashed)
        total = sum(one.size for one in self._kept.values())
        while total > _MOST_BYTES and len(self._kept) > 1:
            _hash, oldest = self._kept.popitem(last=False)
            total -= oldest.size


def _compress(kept: Kept) -> Representation:
    plain = kept.plain
    body = gzip.compress(plain.body, _GZIP_LEVEL, mtime=0)
    etag = f"{plain.etag}-gzip"  # another strong validator for other bytes (RFC 9110, 8.8.3)
    headers = {
        **plain.headers,
        **validators(etag, kept.content.last_modified),
        "Content-Encoding": "gzip",
    }
    return Representation(body, etag, headers)


def _plain(content: FeedContent, name: str, subject: str) -> Representation:
    headers = {
        **validators(content.etag, content.last_modified),
        "Cache-Control": "private, no-cache",  # kept by the client alone, and asked about each time
        "Vary": "Accept-Encoding",
        "Content-Disposition": f"inline; {_file(name, subject)}",
    }
    return Representation(content.body, content.etag, headers)


def _file(name: str, subject: str) -> str:
    """The file's name for clients of all ages (RFC 6266, appendix D)."""
    plain = file_name(f"duban {subject.encode('ascii', 'ignore').decode()}")
    return f"filename=\"{plain}.ics\"; filename*=UTF-8''{quote(file_name(name))}.ics"
