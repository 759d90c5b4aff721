"""Feeds over HTTP: requests a second beside a bare ASGI application that gives the same answers.

`duban serve` and the bare application each run in a process of its own; `wrk` asks them in turn
over 16 connections that are kept alive.
"""

import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.bare import Answers
from benchmarks.feed_office import EVERYTHING, ONE_UNIT, feed_office, make_feed
from benchmarks.measured import Rate, print_rows
from scheduler.office import Office
from tests.support.own_postgres import own_server
from tests.support.serving import served

RUNS = 3
SECONDS = 1
_EVENING = "2022-05-20T20:00"  # no mails leave meanwhile
_GZIP = {"Accept-Encoding": "gzip"}
_AS_IT_IS = {"Accept-Encoding": "identity"}


class Case(NamedTuple):
    """One request, which is asked over and over."""

    what: str
    path: str
    headers: dict[str, str]


def measure(folder: Path) -> Iterator[Rate | str]:
    """The rows; a line that says so where `wrk` is missing."""
    if shutil.which("wrk") is None:
        yield f"{'feeds over HTTP':44} not measured: there is no wrk (Debian's package wrk)"
        return
    yield from _on(folder / "sqlite", "", "")
    with own_server() as server:
        yield from _on(folder / "postgres", server.create("bench"), ", PostgreSQL")


def _on(folder: Path, database_url: str, where: str) -> Iterator[Rate]:
    with feed_office(folder, database_url) as here:
        feeds = {"unit": make_feed(here, ONE_UNIT), "1,000": make_feed(here, EVERYTHING)}
        environment = _environment(here)
    with served(environment, "--as-of", _EVENING, cwd=folder) as own:
        cases, answers = _cases(own.url, feeds)
        with _bare(folder / "answers", answers) as bare:
            for case in cases:
                yield _compared(case, own.url + case.path, bare, where)


def _environment(here: Office) -> dict[str, str]:
    settings = here.settings
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONUTF8": "1",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "DUBAN_HOME": str(settings.home),
        "DUBAN_DATABASE_URL": settings.resolved_database_url,
        "DUBAN_ORGANISATION": str(settings.organisation),
        "DUBAN_CAMPAIGNS_DIR": str(settings.campaigns_dir),
        "DUBAN_PUBLIC_URL": settings.public_url,
        "DUBAN_LANGUAGE": "en",  # of what it says of itself
    }


def _cases(url: str, feeds: dict[str, str]) -> tuple[list[Case], Answers]:
    """What is asked, and what ours answers to it, by the bare application's paths."""
    cases: list[Case] = []
    answers: Answers = {}
    with httpx.Client(base_url=url, trust_env=False) as client:
        for name, path in feeds.items():
            etag = client.get(path, headers=_AS_IT_IS).headers["etag"]
            for form, headers in (
                ("304", {**_AS_IT_IS, "If-None-Match": etag}),
                ("plain", _AS_IT_IS),
                ("gzip", _GZIP),
            ):
                with client.stream("GET", path, headers=headers) as answer:
                    body = b"".join(answer.iter_raw())
                told = [one for one in answer.headers.raw if one[0].lower() != b"date"]
                what = f"{name}, {form}"
                answers[f"/{what}"] = answer.status_code, told, body
                cases.append(Case(what, path, headers))
    return cases, answers


def _compared(case: Case, own: str, bare: str, where: str) -> Rate:
    """Both, one after the other."""
    reference = f"{bare}/{case.what}".replace(" ", "%20")
    rates = [(_rate(own, case), _rate(reference, case)) for _run in range(RUNS)]
    return Rate(f"feed of {case.what}{where}", "a bare ASGI application", rates)


def _rate(url: str, case: Case) -> float:
    """Answers a second."""
    told = [part for name, value in case.headers.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{SECONDS}s", *told, url],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert "Non-2xx" not in done.stdout and "Socket errors" not in done.stdout, done.stdout
    found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


@contextmanager
def _bare(file: Path, answers: Answers) -> Iterator[str]:
    """Where the bare application answers."""
    file.write_bytes(pickle.dumps(answers))
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare", file], stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
