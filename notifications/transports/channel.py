"""DingTalk, WeCom, Feishu and other channels, through apprise: the same mail as plain text.

What goes there holds no link of the person's: a channel may be a group. Nobody reads answers there,
so that the text names the mailbox that takes them.
"""

import asyncio
import logging
import re
import warnings
from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message
from types import ModuleType
from typing import Any

from config.errors import InputError
from config.i18n import _
from config.settings import Settings
from notifications.transports.base import Mail, RecipientResult, SendResult, Verdict, same_for_all

_SECRET = re.compile(r"[\w.~%+-]{6,}")  # a part of an address that may be a token
_LOGGER = "apprise"


class ChannelTransport:
    """Sends each mail over the channel that it names. The addresses of channels are secrets."""

    name = "channel"

    def __init__(self, settings: Settings) -> None:
        """Raises InputError where apprise is missing or does not know an address."""
        self._apprise = _library()
        # It logs what it does, addresses of services with it; its warnings are told by us.
        logging.getLogger(_LOGGER).propagate = False
        self._addresses: Mapping[str, str] = {
            name: url.get_secret_value() for name, url in settings.channels.items()
        }
        self._boxes = {name: self._box(name) for name in self._addresses}
        self._one_at_a_time = asyncio.Lock()  # its words are caught from one log

    @property
    def trouble(self) -> RecipientResult | None:
        """Never known beforehand: each channel is a service of its own."""
        return None

    async def ready(self, until: float | None = None) -> RecipientResult | None:
        """Always: there is nothing to connect to."""
        return None

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        """Hand the text over; where the service does not take it, it is tried again."""
        box = self._boxes.get(mail.channel)
        if box is None:
            text = _("no channel is called “{name}”").format(name=mail.channel)
            return same_for_all(mail, RecipientResult(Verdict.PERMANENT, 0, text))
        message = message_from_bytes(mail.content)
        title = _("{subject} (to {address})").format(
            subject=_subject(message), address=_(", ").join(mail.recipients)
        )
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout_at(until):
                    taken, said = await asyncio.to_thread(
                        self._notify, box, title, _text_of(message)
                    )
            except TimeoutError:
                text = _("the channel {name} does not answer in time").format(name=mail.channel)
                return same_for_all(mail, RecipientResult(Verdict.DOUBTFUL, 0, text))
        if taken:
            return same_for_all(mail, RecipientResult(Verdict.ACCEPTED, 0, mail.channel))
        text = _("the channel {name} did not take it: {reason}").format(
            name=mail.channel, reason=self._without_secrets(said) or "?"
        )
        mend = _("check the address of that channel in the setting “channels”")
        return same_for_all(mail, RecipientResult(Verdict.TEMPORARY, 0, text, mend))

    async def close(self) -> None:
        """Nothing to give up."""

    def _notify(self, box: Any, title: str, text: str) -> tuple[bool, str]:
        with self._apprise.LogCapture(
            level=logging.WARNING, name=_LOGGER, fmt="%(message)s"
        ) as words:
            taken = box.notify(body=text, title=title, body_format=self._apprise.NotifyFormat.TEXT)
            return bool(taken), words.getvalue()

    def _box(self, name: str) -> Any:
        with warnings.catch_warnings():
            # It loads all its services here, some by modules that Python will drop.
            warnings.simplefilter("ignore", DeprecationWarning)
            plugin = self._apprise.Apprise.instantiate(self._addresses[name])
        if plugin is None:
            raise InputError(
                _("channels: the address of “{name}” is none that apprise knows").format(name=name),
                _("write e.g. dingtalk://TOKEN, wecombot://KEY or feishu://TOKEN"),
            )
        plugin.overflow_mode = self._apprise.OverflowMode.SPLIT  # nothing is cut off
        box = self._apprise.Apprise()
        box.add(plugin)
        return box

    def _without_secrets(self, text: str) -> str:
        for address in self._addresses.values():
            for part in _SECRET.findall(address.partition("://")[2]):
                text = text.replace(part, "…")
        return text


def _library() -> ModuleType:
    try:
        import apprise
    except ModuleNotFoundError:
        raise InputError(
            _("channels need a library that is not installed"),
            _("install the extra: pip install duban[channels]"),
        ) from None
    return apprise


def _text_of(message: Message) -> str:
    """The text, its closing sentence as is right where nobody can reply to a mail."""
    closing = _(
        "Sent automatically. To answer, reply to this mail. "
        "Please do not send classified material by internet mail."
    )
    mailboxes = _(", ").join(str(message.get("Reply-To", "")).replace(",", " ").split())
    said = _("Sent automatically; answers here are not read.")
    if mailboxes:
        said = _("Sent automatically; answers here are not read. To answer, write to {mailboxes}.")
    warning = _("Please do not send classified material over the internet.")
    instead = _("{said} {warning}").format(said=said.format(mailboxes=mailboxes), warning=warning)
    return _plain_text(message).replace(closing, instead)


def _subject(message: Message) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(message["Subject"])))


def _plain_text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            return content.decode("utf-8") if isinstance(content, bytes) else ""
    return ""
