"""Simulates a country: a record of its counties in many campaigns in June, and its peak morning.

`python -m benchmarks.simulate_country --campaigns 1 12 62` makes a record for each number of
campaigns (25 assignments a unit in each), on SQLite in a temporary folder, and prints one column
of figures for each. `--postgres` starts a PostgreSQL for it, as the tests do; `--url` names an
empty database. `--units 47200` has the townships as well. docs/scale.md works with the figures.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.country.copies import Copier
from benchmarks.country.measuring import Figures, Spent, figures, spent
from benchmarks.country.pilot import BEGIN, UNITS, country_office, play
from benchmarks.country.sizes import at_most
from scheduler.office import Office
from workflows.database import Database

COUNTIES, TOWNSHIPS = 3_200, 44_000


@contextmanager
def country(
    folder: Path, units: int, campaigns: int, url: str = "", begin: datetime = BEGIN
) -> Iterator[Office]:
    """An office with the record of so many units in so many campaigns."""
    with country_office(folder, units, url) as here:
        play(here, folder, begin)
        copier = Copier(here, units)
        copier.spread()
        for number in range(1, campaigns):
            copier.copy_campaign(number)
        copier.finish()
        yield here


def simulate(folder: Path, units: int, campaigns: int, url: str, mails: int) -> Figures:
    """Make one record and measure it."""
    with ExitStack() as stack:
        made: list[Office] = []

        def make() -> None:
            made.append(stack.enter_context(country(folder, units, campaigns, url)))

        took: list[Spent] = []
        _before, most = at_most(lambda: took.append(spent(make)))
        generated = {"units, campaigns": f"{units:,} × {campaigns}"}
        generated["made in"] = f"{took[0]}, {most:,.0f} MB at most"
        print(*generated.values(), flush=True)
        return generated | figures(made[0], mails)


def _in_its_own_process(asked: tuple[Path, int, int, str, int]) -> Figures:
    # So that no record's memory is counted with the next one's.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(simulate, *asked).result()


def _refuse_a_record(url: str) -> None:
    database = Database(url)
    if database.exists():
        sys.exit("the database is not empty: name one of its own for this")
    database.close()


def main(arguments: list[str]) -> None:
    """Make, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate_country")
    parser.add_argument("--campaigns", type=int, nargs="+", default=[1, 12])
    parser.add_argument("--units", type=int, default=COUNTIES, help=f"at least {UNITS}")
    parser.add_argument("--mails", type=int, default=10_000, help="how many are sent")
    parser.add_argument("--url", default="", help="an empty database, for one number of campaigns")
    parser.add_argument("--postgres", action="store_true", help="start one, as the tests do")
    parser.add_argument("--folder", help="where there is room for the record")
    chosen = parser.parse_args(arguments)
    if chosen.units < UNITS or (chosen.url and len(chosen.campaigns) > 1):
        parser.error(f"at least {UNITS} units; one number of campaigns for one database")
    if chosen.url:
        _refuse_a_record(chosen.url)
    columns = []
    with ExitStack() as stack:
        server = None
        if chosen.postgres:
            from tests.support.own_postgres import own_server

            server = stack.enter_context(own_server())
        for campaigns in chosen.campaigns:
            url = server.create(f"country{campaigns}") if server else chosen.url
            with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
                asked = (Path(folder), chosen.units, campaigns, url, chosen.mails)
                columns.append(_in_its_own_process(asked))
    for what in columns[-1]:
        print(f"{what:18} | " + " | ".join(f"{one[what]:>40}" for one in columns))


if __name__ == "__main__":
    main(sys.argv[1:])
