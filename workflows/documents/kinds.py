"""What a document is, told by its first bytes; what cannot be read is refused by its name."""

import re
from enum import StrEnum

from config.i18n import _
from workflows.documents.gathering import Gathering
from workflows.sheets.model import Budget
from workflows.sheets.package import Package

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB], section 2.2
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO], section 2.3.4.4
_WORKBOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "PowerPoint Document"))
_WORD = "WordDocument".encode("utf-16-le")  # [MS-DOC], section 2.1.1
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_MARKUP = re.compile(
    rb"\s*(<!--.*?-->\s*)*(<!doctype html|<html|<head|<body|<meta|<title|<div|<p>|<p |<table"
    rb"|<\?xml[^>]{0,200}>\s*(<!doctype html|<html))",
    re.IGNORECASE | re.DOTALL,
)
_WEB_ARCHIVE = re.compile(rb"(MIME-Version|From|Content-Type): ?", re.IGNORECASE)


class Kind(StrEnum):
    """A sort of document that is read; the value is the ending of its usual name."""

    DOCX = "docx"
    DOC = "doc"
    RTF = "rtf"
    ODT = "odt"
    PDF = "pdf"
    HTML = "html"
    WEB_ARCHIVE = "mht"
    MARKDOWN = "md"
    TEXT = "txt"


def kind_of(content: bytes, suffix: str, gathering: Gathering) -> Kind:
    """What the file is; `suffix` (such as `.md`) only tells texts apart. Raises InputError."""
    if content.startswith(_ZIP):
        return _of_package(content, gathering)
    if content.startswith(_OLE):
        return _of_old(content, gathering)
    head = content[:4096]
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(rb"{\rtf"):
        return Kind.RTF
    if head.startswith(_PICTURES):
        raise gathering.refused(
            _("it is a picture"),
            _("ask for the Word file, or run a program that recognises text (OCR) over it"),
        )
    if head.startswith(_ARCHIVES):
        raise gathering.refused(
            _("it is a packed folder"), _("unpack it and name the document in it")
        )
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(plain):
        return Kind.HTML
    if _WEB_ARCHIVE.match(plain) and b"multipart/related" in head.lower():
        return Kind.WEB_ARCHIVE
    if b"<?xml" in plain[:100] and b"wordDocument" in head:
        raise gathering.refused(_("it is a Word 2003 XML file"), _("open it and save it as .docx"))
    if suffix in {".yaml", ".yml"}:
        raise gathering.refused(
            _("it is a declaration"), _("“duban check” takes it; here name the plan's document")
        )
    if suffix in {".htm", ".html", ".xhtml"}:
        return Kind.HTML
    return Kind.MARKDOWN if suffix in {".md", ".markdown"} else Kind.TEXT


def _of_package(content: bytes, gathering: Gathering) -> Kind:
    if b"OFD.xml" in content:
        raise gathering.refused(
            _("it is an OFD file"), _("ask for the Word file, or open it and save it as .docx")
        )
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in content[:200]:
        return Kind.ODT
    package = Package(content, Budget(gathering.file), word=True)
    if package.is_word:
        return Kind.DOCX
    if "xl/workbook.xml" in package:
        raise gathering.refused(
            _("it is a workbook"), _("name the plan itself, as .docx or another text")
        )
    if "ppt/presentation.xml" in package:
        raise gathering.refused(
            _("it is a presentation"), _("name the plan itself, as .docx or another text")
        )
    raise gathering.refused(_("it is a packed folder"), _("unpack it and name the document in it"))


def _of_old(content: bytes, gathering: Gathering) -> Kind:
    if _ENCRYPTED in content:
        raise gathering.refused(
            _("it is protected with a password"), _("save it without the password")
        )
    if _WORD not in content and any(name in content for name in _WORKBOOKS):
        raise gathering.refused(
            _("it is a workbook or a presentation"),
            _("name the plan itself, as .docx or another text"),
        )
    return Kind.DOC
