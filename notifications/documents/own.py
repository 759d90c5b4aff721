"""An office's own document templates: where they are, and what is wrong with them before a
document is due."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

from docx import Document

from config.errors import InputError, Problem, Severity
from config.i18n import _
from notifications.documents import circular, notice
from notifications.documents.circular import Circular, write_circular
from notifications.documents.notice import Owed, SupervisionNotice, write_notice
from notifications.documents.parts import Attachment, Column, Section, Table

KINDS = (circular.KIND, notice.KIND)
_DAY = date(2022, 9, 8)


def own_document(folder: Path | None, kind: str) -> Path | None:
    """The office's own template for `kind` (`circular`, `notice`) in `folder`, or None: ours is
    used then. Raises InputError where there is no such folder."""
    if folder is None:
        return None
    if not folder.is_dir():
        raise InputError(*_no_folder(folder))
    file = folder / f"{kind}.docx"
    return file if file.exists() else None


def document_problems(folder: Path) -> list[Problem]:
    """What is wrong with the templates in `folder`: a document of each kind is written on them."""
    if not folder.is_dir():
        message, mend = _no_folder(folder)
        return [Problem(message, mend, str(folder))]
    problems = [
        Problem(
            _("no document has a template of this name"),
            _("the file names are in docs/templates.md"),
            str(file),
            severity=Severity.WARNING,
        )
        for file in sorted(folder.iterdir())
        if file.suffix == ".docx" and file.name[0] not in ".~" and file.stem not in KINDS
    ]
    for kind in KINDS:
        if (file := own_document(folder, kind)) is not None:
            problems += _tried_out(kind, file)
    return problems


def _tried_out(kind: str, file: Path) -> list[Problem]:
    problems: list[Problem] = []
    for write, shown in _SAMPLES[kind]:
        try:
            said = _text(write(file))
        except InputError as error:
            return [Problem(error.message, error.mend, str(file))]
        problems += [
            Problem(
                _("the document never shows “{name}”").format(name=name),
                _("the names are in docs/templates.md"),
                str(file),
                severity=Severity.WARNING,
            )
            for name, text in shown.items()
            if text not in said
        ]
    return problems


def _no_folder(folder: Path) -> tuple[str, str]:
    return (
        _("there is no such folder: {folder}").format(folder=folder),
        _("make it, or mend documents_dir"),
    )


def _text(content: bytes) -> str:
    document = Document(BytesIO(content))
    parts = [document.element.body, *(one.footer._element for one in document.sections)]
    return "\n".join(_texts(parts))


def _texts(parts: list[object]) -> Iterator[str]:
    for part in parts:
        for paragraph in part.iter("{*}p"):  # type: ignore[attr-defined]
            yield "".join(one.text or "" for one in paragraph.iter("{*}t"))


_TABLE = Table((Column("事项名称"), Column("责任单位")), (("事项甲", "单位甲"),), "表题甲")
_FULL = Circular(
    title="关于甲的通报",
    signature="署名甲",
    day=_DAY,
    agency="机关甲",
    reference="文号甲",
    addressees=("主送甲",),
    opening=("开头甲",),
    sections=(Section("标题甲", ("正文甲",), _TABLE), Section("标题乙", level=2)),
    closing=("结尾甲",),
    attachments=(Attachment("附件甲", (Section(table=_TABLE),)), Attachment("附件乙")),
    note="附注甲",
    copies=("抄送甲",),
    issuer="印发甲",
)
_BARE = Circular("关于乙的通报", "署名乙", _DAY)
_NOTICE = SupervisionNotice(
    title="关于甲的督办通知",
    unit="单位甲",
    owed=(Owed("事项甲", _DAY, _DAY, 3, "提醒甲"), Owed("事项乙", _DAY)),
    answer_by=_DAY,
    signature="署名甲",
    day=_DAY,
    agency="机关甲",
    reference="文号甲",
    opening=("开头甲",),
    closing=("结尾甲",),
    answer_to="收件甲",
    note="附注甲",
)

Write = Callable[[Path], bytes]
_SAMPLES: dict[str, list[tuple[Write, dict[str, str]]]] = {
    circular.KIND: [
        (
            lambda file: write_circular(_FULL, file),
            {
                "title": _FULL.title,
                "signature": _FULL.signature,
                "parts": "正文甲",
                "table": "事项甲",
                "attachments": "附件乙",
            },
        ),
        (lambda file: write_circular(_BARE, file), {}),
    ],
    notice.KIND: [
        (
            lambda file: write_notice(_NOTICE, file),
            {"title": _NOTICE.title, "unit": _NOTICE.unit, "owed": "事项乙"},
        )
    ],
}
