"""Files sent with a form: kept under harmless names, or refused kindly."""

import httpx
from structlog.testing import capture_logs

from tests.support.office import SampleOffice
from tests.support.pages import LI, TWO_FILES, Visitor, every_file, every_row, number, text_of

NAMES = [
    ("报告.wps".encode(), "报告.wps"),
    ("排查方案.docx".encode("gbk"), "排查方案.docx"),
    ("誠表俓.et".encode("gb18030"), "誠表俓.et"),  # with a backslash as second byte
    (b"C:\\Users\\li\\plan.rar", "plan.rar"),
    ("../../上报.doc".encode(), "上报.doc"),
    (b"/etc/passwd", "passwd"),
    (b"..", "file"),
    ("a\u202ecod.exe".encode(), "acod.exe"),
    (b"a\x07\x1b[31mb.txt", "a[31mb.txt"),
    (("长" * 300 + ".pdf").encode(), "长" * 65 + ".pdf"),
    (b"winmail.dat", "winmail.dat"),
]


def test_files_are_kept_under_names_that_harm_nobody(here: SampleOffice, visitor: Visitor) -> None:
    files = [
        (b'form-data; name="file"; filename="' + raw + b'"', b"content") for raw, _name in NAMES
    ]
    body = multipart(
        (b'form-data; name="action"', b"handed-in"),
        (b'form-data; name="item"', str(number(here)).encode()),
        *files,
    )
    answer = visitor.ask(
        "POST", visitor.path(LI), content=body,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )  # fmt: skip
    assert answer.status_code == 303, text_of(answer)
    kept = here.events()[-1].data["files"]
    assert [one["name"] for one in kept] == [name for _raw, name in NAMES]
    assert len(every_file(here.settings.uploads)) == 1, "the same content is kept once"


def multipart(*parts: tuple[bytes, bytes]) -> bytes:
    """A body with these parts, each a disposition and a content; the boundary is `b`."""
    return (
        b"".join(
            b"--b\r\nContent-Disposition: " + head + b"\r\n\r\n" + body + b"\r\n"
            for head, body in parts
        )
        + b"--b--\r\n"
    )


def test_an_empty_file_is_said(here: SampleOffice, visitor: Visitor) -> None:
    files = [("file", ("empty.pdf", b""))]
    answer = visitor.post(visitor.path(LI), files=files, action="handed-in", item=number(here))
    assert answer.status_code == 422 and "empty.pdf is empty" in text_of(answer)


def test_too_much_is_said_kindly_and_very_much_is_refused(here: SampleOffice) -> None:
    visitor = Visitor(here, upload_bytes=1_000_000)
    path, before = visitor.path(LI), every_row(here)

    def send(*sizes: int) -> httpx.Response:
        files = [("file", (f"{n}.bin", bytes(size))) for n, size in enumerate(sizes)]
        return visitor.post(path, files=files, action="handed-in", item=number(here))

    for sizes, status in (((1_000_001,), 422), ((600_000, 600_000), 413), ((2_000_000,), 413)):
        answer = send(*sizes)
        assert (sizes, answer.status_code) == (sizes, status)
        assert "1 MB" in text_of(answer) and "<form" in answer.text
    refused = send(6_000_000)
    assert refused.status_code == 413 and "<form" not in refused.text
    assert every_row(here) == before and not here.settings.uploads.exists()
    assert send(999_000).status_code == 303


def test_what_is_wrong_with_the_machine_is_told_to_the_office_alone(
    here: SampleOffice, visitor: Visitor
) -> None:
    here.settings.uploads.write_text("no folder", encoding="ascii")
    before = every_row(here)
    with capture_logs() as logs:
        fields = {"action": "handed-in", "item": number(here), "note": "kept"}
        answer = visitor.post(visitor.path(LI), files=TWO_FILES, **fields)
    assert answer.status_code == 422 and ">kept</textarea>" in answer.text
    assert "could not be recorded" in text_of(answer)
    assert str(here.settings.uploads) not in answer.text
    (line,) = logs
    assert str(here.settings.uploads) in line["reason"]
    assert visitor.path(LI).rpartition("/")[2] not in str(logs)
    assert every_row(here) == before
    here.settings.uploads.unlink()
