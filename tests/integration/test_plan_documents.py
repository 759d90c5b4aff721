"""Plan documents by way of LibreOffice, where it is installed: old formats, and PDFs it makes."""

import io
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from docx import Document as WordDocument
from docx.shared import Pt

from config.errors import InputError
from workflows.documents import Document, Paragraph, Table, office_program, read_document

OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "WordDocument".encode("utf-16-le")
LONG = "各单位要在5月底前完成摸底，形成问题清单，明确责任人和时限，逐项销号，并报送领导小组。" * 3


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan with a list that Word numbers, indented text and a table."""
    word = WordDocument()
    word.add_paragraph("护栏整治方案")
    for text in ("摸底", "整改"):
        word.add_paragraph(text, style="List Number")
    for _number in range(2):
        word.add_paragraph(LONG).paragraph_format.first_line_indent = Pt(22)
    grid = word.add_table(2, 3, style="Table Grid")
    for place, text in enumerate(("单位", "", "时限", "北城", "摸底", "6月底前")):
        grid.cell(place // 3, place % 3).text = text
    grid.cell(0, 0).merge(grid.cell(0, 1))
    word.add_paragraph("附则。")
    file = tmp_path_factory.mktemp("plan") / "plan.docx"
    word.save(str(file))
    return file


def said(document: Document) -> list[object]:
    """What a document says, without its places."""
    return [
        block.text.replace(" ", "")
        if isinstance(block, Paragraph)
        else [[cell.replace(" ", "") for cell in row] for row in block.repeated]
        for block in document.blocks
    ]


@pytest.mark.parametrize("kind", ["doc", "pdf"])
def test_the_same_is_read_from_each_format(plan: Path, kind: str) -> None:
    if (program := office_program.office_program()) is None:
        pytest.skip("LibreOffice Writer is not installed: apt install libreoffice-writer-nogui")
    other = plan.with_name("plan.wps" if kind == "doc" else "plan.pdf")
    other.write_bytes(office_program.convert(program, plan.read_bytes(), ".docx", kind))
    found = read_document(plan)
    assert [type(block) for block in found.blocks] == [Paragraph] * 5 + [Table, Paragraph]
    assert said(read_document(other)) == said(found)


def test_a_document_fetches_nothing(tmp_path: Path) -> None:
    """What it only links to stays where it is."""
    if office_program.office_program() is None:
        pytest.skip("LibreOffice Writer is not installed: apt install libreoffice-writer-nogui")
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def handle(self) -> None:
            asked.append(str(self.client_address))

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        file = tmp_path / "plan.odt"
        file.write_bytes(odt(f"http://127.0.0.1:{server.server_port}/picture.png"))
        assert said(read_document(file)) == ["5月底前报送。"]
        server.shutdown()
    assert not asked


def odt(picture: str) -> bytes:
    """A text with a picture that is only linked to."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for name, space in (
            ("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"),
            ("manifest", "manifest"),
        )
    )  # fmt: skip
    kind = "application/vnd.oasis.opendocument.text"
    image = f'<draw:image xlink:href="{picture}" xlink:type="simple" xlink:actuate="onLoad"/>'
    content = (
        f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink">'
        "<office:body><office:text><text:p>5月底前报送。<draw:frame svg:width='2cm' "
        f"svg:height='2cm' text:anchor-type='as-char'>{image}</draw:frame></text:p>"
        "</office:text></office:body></office:document-content>"
    )
    entries = (("/", kind), ("content.xml", "text/xml"))
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{sort}"/>'
        for path, sort in entries
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {spaces}>{listed}"
                         "</manifest:manifest>")  # fmt: skip
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def test_without_libreoffice_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_program, "PROGRAMS", ("no-such-program",))
    file = tmp_path / "plan.wps"
    file.write_bytes(OLD)
    with pytest.raises(InputError, match="needs LibreOffice") as caught:
        read_document(file)
    assert "save it as .docx" in caught.value.mend
    assert "libreoffice-writer-nogui" in caught.value.mend
