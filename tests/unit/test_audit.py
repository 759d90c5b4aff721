"""Reading pip-audit's report: what is found, what is unknown, and when nothing was asked at all."""

from tests.support.audit import Outcome, read

GOOD = {"name": "good", "version": "1.0", "vulns": []}
BAD = {
    "name": "bad",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI"}


def test_vulnerabilities_are_named_with_their_mend() -> None:
    assert read("pypi", {"dependencies": [GOOD, BAD, UNKNOWN]}) == Outcome(
        "pypi",
        2,
        ("own",),
        (
            "bad 2.0: PYSEC-1 (mended in 2.1)",
            "bad 2.0: PYSEC-2 (mended in no version yet)",
        ),
    )


def test_a_source_that_knows_nothing_was_not_reached() -> None:
    assert read("pypi", {"dependencies": [UNKNOWN, UNKNOWN]}) is None
    assert read("pypi", {"dependencies": [GOOD]}) == Outcome("pypi", 1, (), ())
