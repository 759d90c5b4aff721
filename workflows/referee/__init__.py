"""The referee: checks a whole database against the design, with none of the program's own rules.

A fault in a rule must not hide itself, so nothing here imports the code that is judged.
"""

from workflows.referee.codes import Code
from workflows.referee.report import Finding, InDoubt, Report
from workflows.referee.verify import verify

__all__ = ["Code", "Finding", "InDoubt", "Report", "verify"]
