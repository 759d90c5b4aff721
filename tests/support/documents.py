"""Word documents made for the tests, read back, and turned into pages by LibreOffice."""

import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from docx import Document

from calendars.qr import qr_png
from notifications.documents.circular import Circular
from notifications.documents.notice import Owed, SupervisionNotice
from notifications.documents.paper import OURS
from notifications.documents.parts import Align, Attachment, Column, Picture, Section, Table

DAY = date(2022, 9, 8)
OVERDUE = Table(
    columns=(
        Column("序号", 0.6, Align.CENTRE),
        Column("责任单位", 1.5),
        Column("事项名称", 4),
        Column("逾期天数", 1.2, Align.RIGHT),
    ),
    rows=(("1", "长垣县", "制定并报送本地工作方案", "100"), ("2", "滑县", "报送联络员名单", "7")),
    title="表1　逾期未报事项",
)
CIRCULAR = Circular(
    title="关于2022年全省交通运输“阳光政务”\n专项工作进展情况的通报",
    signature="河南省交通运输厅",
    day=DAY,
    agency="河南省交通运输厅",
    reference="豫交通报〔2022〕15号",
    addressees=("各省辖市交通运输局", "厅机关有关处室"),
    opening=("现将截至2022年9月8日的工作进展情况通报如下。",),
    sections=(
        Section("总体情况", ("应报事项1785项，已报送1312项。",)),
        Section("逾期未报情况", ("以下事项逾期未报：",), OVERDUE),
        Section("迟报情况", ("汝州市3次。",), level=2),
        Section(
            "目标对比",
            picture=Picture(qr_png("https://example.org/"), "图1　完成情况", 40),
            level=2,
        ),
        Section("下一步要求", ("请于9月15日前完成补报；如已报送请忽略。",)),
    ),
    closing=("特此通报。",),
    attachments=(Attachment("报送情况一览表", (Section(table=OVERDUE),)), Attachment("目标清单")),
    note="联系电话：0371-00000000",
    copies=("省人民政府办公厅", "厅领导"),
    issuer="河南省交通运输厅办公室",
)
NOTICE = SupervisionNotice(
    title="关于报送专项工作有关事项的督办通知",
    unit="汝州市交通运输局",
    owed=(
        Owed(
            "摸排货运平台公司", date(2022, 5, 31), date(2022, 6, 1), 100, "5月29日提醒；6月2日催报"
        ),
        Owed("报送9月工作进展", date(2022, 9, 30)),
    ),
    answer_by=date(2022, 9, 15),
    signature="河南省交通运输厅",
    day=DAY,
    agency="河南省交通运输厅",
    reference="豫交督〔2022〕7号",
    opening=("尚未收到贵单位以下事项的报送材料：",),
    closing=("如已报送请忽略。",),
    answer_to="sunshine@example.org",
)


def opened(content: bytes) -> Any:
    """The document as python-docx reads it."""
    return Document(BytesIO(content))


def texts(content: bytes) -> list[str]:
    """The paragraphs of a document that say something, those of tables and text boxes too."""
    body = opened(content).element.body
    found = []
    for paragraph in body.iter("{*}p"):
        said = [one for one in paragraph.iter("{*}t", "{*}br") if _owner(one) is paragraph]
        found.append("".join("\n" if one.tag.endswith("}br") else one.text or "" for one in said))
    return [text for text in found if text.strip()]


def _owner(element: Any) -> Any:
    return next(element.iterancestors("{*}p"))


def changed(file: Path, kind: str, change: Callable[[str], str]) -> Path:
    """Our template of `kind`, with its main text changed, as an office's own in `file`."""
    with zipfile.ZipFile(OURS / f"{kind}.docx") as ours, zipfile.ZipFile(file, "w") as own:
        for name in ours.namelist():
            part = ours.read(name)
            if name == "word/document.xml":
                part = change(part.decode()).encode()
            own.writestr(name, part)
    return file


def pages(folder: Path, **documents: bytes) -> dict[str, list[str]]:
    """The text of each page of each document, as LibreOffice lays it out."""
    for name, content in documents.items():
        (folder / f"{name}.docx").write_bytes(content)
    convert(folder, "pdf", [folder / f"{name}.docx" for name in documents])
    found = {}
    for name in documents:
        text = subprocess.run(
            ["pdftotext", "-layout", f"{name}.pdf", "-"],
            cwd=folder, check=True, capture_output=True, timeout=60,
        ).stdout.decode()  # fmt: skip
        found[name] = text.split("\f")[:-1]
    return found


def convert(folder: Path, end: str, files: list[Path]) -> None:
    """Let LibreOffice write `files` as `end` (pdf, docx) into `folder`."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", end, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=120)


def need_programs() -> None:
    """Skip the test where a program that `pages` needs is not installed."""
    if missing := [name for name in ("soffice", "pdftotext") if which(name) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
