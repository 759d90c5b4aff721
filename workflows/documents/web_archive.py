"""Reads a page saved with all that belongs to it in one file (.mht), as Word and browsers do; files
named .doc are often such."""

import email
from contextlib import suppress

from config.i18n import _
from workflows.documents.gathering import Gathering
from workflows.documents.html import page_codec, read_html

_MARK = b"\xef\xbb\xbf"  # says UTF-8, whatever the page says


def read_web_archive(content: bytes, gathering: Gathering) -> None:
    """Take the blocks of the page in it. Raises InputError."""
    read_html(_page(content, gathering), gathering)


def _page(content: bytes, gathering: Gathering) -> bytes:
    """The first page in the archive. The charset of its part is more than what the page says."""
    try:
        for part in email.message_from_bytes(content).walk():
            if part.get_content_type() == "text/html":
                page = part.get_payload(decode=True)
                charset = part.get_content_charset()
                if isinstance(page, bytes) and page.strip():
                    if charset:
                        with suppress(UnicodeDecodeError):
                            return _MARK + page.decode(page_codec(charset)).encode()
                    return page
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise gathering.refused(
        _("it is a web archive (.mht) without a page in it"),
        _("save the page as .html, or as .docx"),
    )
