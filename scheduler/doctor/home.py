"""The home folder: room, privacy and backups; and where the program is reached."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from config.files import is_private, shown_path
from config.i18n import N_, _
from config.settings import Settings
from scheduler.backups import last_failure, scheduled_backups
from scheduler.doctor.finding import Finding, bad, good, warning

DISK, PERMISSIONS = N_("disk"), N_("permissions")
BACKUPS, URL = N_("backups"), N_("public URL")

_MEGABYTE = 10**6
_LITTLE, _TOO_LITTLE = 500, 50  # megabytes
_OLD = timedelta(hours=49)  # two nights missed
_LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether there is room where the record grows. Raises OSError."""
    places = [_existing(settings.backups), _existing(settings.home)]
    for place in {place.stat().st_dev: place for place in places}.values():  # each disk once
        free = shutil.disk_usage(place).free // _MEGABYTE
        message = _("{free} MB are free at {place}").format(free=f"{free:,}", place=place)
        mend = _("free some space, or move DUBAN_HOME to a larger disk")
        if free < _TOO_LITTLE:
            yield bad(DISK, message, mend)
        elif free < _LITTLE:
            yield warning(DISK, message, mend)
        else:
            yield good(DISK, message)


def check_permissions(settings: Settings) -> Iterator[Finding]:
    """Whether others on this machine are kept out of the record. Raises OSError."""
    places = [settings.home] if settings.home.exists() else []
    if settings.backups.exists() and not settings.backups.is_relative_to(settings.home):
        places.append(settings.backups)
    open_to_all = [place for place in places if not is_private(place)]
    for place in open_to_all:
        yield warning(
            PERMISSIONS,
            _("others on this machine can look into {place}").format(place=shown_path(place)),
            _("run: chmod 700 {place}").format(place=shown_path(place)),
        )
    if not open_to_all:
        yield good(PERMISSIONS, _("only its owner can look into the home folder"))


def check_backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether there is a fresh backup, and the last try went well."""
    made = scheduled_backups(settings)
    folder = shown_path(settings.backups)
    if failure := last_failure(settings):
        yield bad(BACKUPS, _("the last backup failed: {reason}").format(reason=failure),
                  _("mend that, then run: duban backup FILE"))  # fmt: skip
    if not settings.backup_keep:
        yield warning(
            BACKUPS,
            _("scheduled backups are off"),
            _("set backup_keep, or run “duban backup FILE” each day by other means"),
        )
    elif not made:
        yield warning(
            BACKUPS,
            _("there is no scheduled backup in {folder}").format(folder=folder),
            _("“duban serve” makes one each day; “duban backup FILE” makes one now"),
        )
    elif now - made[-1][0] > _OLD:
        yield warning(
            BACKUPS,
            _("the newest scheduled backup is of {moment}").format(
                moment=f"{made[-1][0]:%Y-%m-%d %H:%M}"
            ),
            _("“duban serve” makes one each day: does it run?"),
        )
    elif not failure:
        yield good(
            BACKUPS,
            _("{count} in {folder}, the newest of {moment}").format(
                count=len(made), folder=folder, moment=f"{made[-1][0]:%Y-%m-%d %H:%M}"
            ),
        )


def check_url(settings: Settings) -> Iterator[Finding]:
    """Whether the address in mails and feeds can be reached from elsewhere."""
    url = urlsplit(settings.public_url)
    if not settings.public_url:
        yield good(URL, _("not set: mails have no links and say how to hand in"))
    elif (url.hostname or "") in _LOCAL:
        yield warning(
            URL,
            _("{url} leads nowhere on another machine").format(url=settings.public_url),
            _("set public_url to the address under which units reach this server"),
        )
    elif url.username or url.query or url.fragment:
        yield warning(
            URL,
            _("public_url is more than an address"),
            _("write it without a user, a question mark or a hash"),
        )
    elif url.scheme != "https":
        yield warning(
            URL,
            _("{url} is not encrypted: feed addresses can be read on the way").format(
                url=settings.public_url
            ),
            _("put a server with a certificate in front, and write https://"),
        )
    else:
        yield good(URL, settings.public_url)


def _existing(place: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    place = place.absolute()
    while not place.exists():
        place = place.parent
    return place
