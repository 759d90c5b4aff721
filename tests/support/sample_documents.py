"""`make documents`: every kind of workbook and Word file of the sample season, each as a PDF and as
pictures of its pages, to be looked at."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from notifications.documents.pdf import write_pdf
from tests.support.sample_season import sample_home
from workflows.documents.office_program import PACKAGES, office_program

PROGRAM = Path(sys.executable).with_name("duban")
ONE, AT = "elderly-travel-2022", "2022-09-07"
FORMS = (
    ("cross-province-2022", "liaison"), ("drivers-home-2022", "projects"),
    ("e-certificates-2022", "contacts"), (ONE, "contacts"), ("sunshine-2022", "liaison"),
    ("sunshine-2022", "ride-hailing-platforms"), ("sunshine-2022", "freight-platforms"),
)  # fmt: skip
# The file that each command line makes.
MADE: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((f"report-all.{form}", ("report", "--all", "--at", AT, "--format", form))
      for form in ("xlsx", "docx", "html", "md")),
    *((f"report-one.{form}", ("report", ONE, "--at", AT, "--format", form))
      for form in ("xlsx", "docx", "html", "md")),
    ("report-headed.docx", ("report", ONE, "--at", AT, "--format", "docx", "--agency",
                            "河南省交通运输厅", "--reference", "豫交督〔2022〕15号",
                            "--addressee", "各省辖市交通运输局", "--addressee", "厅机关有关处室")),
    ("status.xlsx", ("status", "--format", "xlsx")),
    ("overdue.xlsx", ("overdue", "--format", "xlsx")),
    ("ranking.xlsx", ("ranking", ONE, "--at", AT, "--format", "xlsx")),
    ("plan.xlsx", ("plan", "--campaign", ONE, "--format", "xlsx")),
    ("contacts.xlsx", ("contacts", "export", "--form")),
    ("form-empty.xlsx", ("form", "export", ONE, "附件2", "--unit", "郑州市", "--period",
                         "2022-09", "--format", "xlsx")),
    ("form-empty.docx", ("form", "export", ONE, "附件2", "--unit", "郑州市", "--period",
                         "2022-09", "--format", "docx")),
    *((f"form-{campaign.rpartition('-')[0]}-{form}.{ending}",
       ("form", "export", campaign, form, "--unit", "开封市", "--format", ending))
      for campaign, form in FORMS for ending in ("xlsx", "docx")),
    ("form-summary.xlsx", ("form", "summary", ONE, "附件2", "--period", "2022-09")),
    ("progress.xlsx", ("progress", "export", "--campaign", ONE)),
    ("notice.docx", ("notice", "export", "1")),
    ("notice-proposal.docx", ("notice", "export", "2")),
    ("submissions.xlsx", ("submissions", "export", "--campaign", ONE, "--form")),
)  # fmt: skip


def make_documents(folder: Path) -> Iterator[Path]:
    """Make them all in `folder`, anew; each with how it was made on standard error."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = sample_home(folder / "home")
    _run(settings.home, "notice", "draft", "济源市", "--by", "office")
    _run(settings.home, "notice", "draft", "巩义市", "--by", "office", "--degree", "circular")
    for name, words in MADE:
        file = folder / name
        done = _run(settings.home, *words, "-o", file)
        if done.returncode:
            print(f"{name}: {done.stderr.strip()}", file=sys.stderr)
            continue
        yield file


def _run(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, "--home", home, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def pages(file: Path) -> list[Path]:
    """The file's pages as pictures, over a PDF beside it."""
    if file.suffix not in {".xlsx", ".docx"}:
        return []
    pdf = file.with_name(f"{file.name}.pdf")
    pdf.write_bytes(write_pdf(file.read_bytes(), file.suffix))
    prefix = file.parent / "pages" / file.name
    prefix.parent.mkdir(exist_ok=True)
    subprocess.run(["pdftoppm", "-r", "80", "-png", pdf, prefix], check=True)
    return sorted(prefix.parent.glob(f"{file.name}-*.png"))


def main() -> None:
    """Make them in the folder that is named."""
    if office_program() is None or shutil.which("pdftoppm") is None:
        sys.exit(f"LibreOffice or poppler is missing: apt install {PACKAGES} poppler-utils")
    made = list(make_documents(Path(sys.argv[1])))
    with ThreadPoolExecutor(2) as workers:
        for file, shown in zip(made, workers.map(pages, made), strict=True):
            print(f"{file} {len(shown)} pages" if shown else file)


if __name__ == "__main__":
    main()
