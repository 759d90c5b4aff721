"""Files made to take all time or memory: refused by the program with a gigabyte and a minute."""

import resource
import subprocess
from pathlib import Path

from tests.acceptance.conftest import Duban
from tests.support.serving import PROGRAM

GIGABYTE = 2**30
LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20)
)
LONG = f"a: &a {'x' * 500_000}\nmilestones: [{'{who: *a}, ' * 9_000}]\n"
NAMES = "name,unit,role,email\n" + "x,郑,y,z\n" * 15_000


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))


def test_bombs_do_not_go_off(duban_installed: Duban, tmp_path: Path) -> None:
    for name, content in {"laughs.yaml": LAUGHS, "long.yaml": LONG, "names.csv": NAMES}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    duban_installed.run("apply", "--yes", "--past", "done")
    for arguments in (["check", "laughs.yaml", "long.yaml"], ["contacts", "import", "names.csv"]):
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=duban_installed.environment(),
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            preexec_fn=limit,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2, done.stderr[-2000:]
        assert "Traceback" not in done.stderr
        assert len(done.stderr) < 50_000
    assert "more problems" in done.stderr
    assert duban_installed.json("contacts", "list") == []
