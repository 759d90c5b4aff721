"""A strict reader of iCalendar that knows nothing but the RFCs.

It shares no code with `calendars/` and uses no library: parsers forgive what some client does not.
"""

from tests.support.rfc5545 import (
    rules_of_alarms as _alarms,  # noqa: F401 - the rules register themselves
)
from tests.support.rfc5545 import rules_of_calendars as _calendars  # noqa: F401
from tests.support.rfc5545 import rules_of_entries as _entries  # noqa: F401
from tests.support.rfc5545 import rules_of_values as _values  # noqa: F401
from tests.support.rfc5545 import rules_of_wire as _wire  # noqa: F401
from tests.support.rfc5545.rules import RULES as RULES
from tests.support.rfc5545.rules import Breach as Breach
from tests.support.rfc5545.rules import breaches as breaches
