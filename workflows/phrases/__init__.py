"""Deadline phrases: how plans write a due date (`5月底前`, `每月5日前`), read into dates.

One table (dated.py, periods.py, recurring.py, relative.py; shown in docs/phrases.md) serves
declarations, which write one phrase (`parse_due`), and running text, in which phrases are found
(`find_phrases`).
"""

from workflows.phrases.finding import Found, find_phrases
from workflows.phrases.model import (
    LAST_DAY,
    YEARS,
    After,
    Due,
    EachMonth,
    EachQuarter,
    Lacks,
    OnDate,
    PhraseError,
    SinceIssued,
    Span,
    Unit,
    Unsupported,
)
from workflows.phrases.reading import TABLE, covered_by, parse_due, phrase_mend, why_unsupported
from workflows.phrases.writing import to_phrase

__all__ = [
    "LAST_DAY",
    "TABLE",
    "YEARS",
    "After",
    "Due",
    "EachMonth",
    "EachQuarter",
    "Found",
    "Lacks",
    "OnDate",
    "PhraseError",
    "SinceIssued",
    "Span",
    "Unit",
    "Unsupported",
    "covered_by",
    "find_phrases",
    "parse_due",
    "phrase_mend",
    "to_phrase",
    "why_unsupported",
]
