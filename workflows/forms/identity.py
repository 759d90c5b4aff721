"""The number that a form bears, so that a file that comes in says whose it is."""

import re
from dataclasses import dataclass

_ID = "[a-z0-9-]{1,64}"
_IDENTITY = re.compile(
    rf"(?<![a-z0-9/-])({_ID})/({_ID})/({_ID})(?:/(\d{{4}}-\d{{2}}))?#({_ID})(?![a-z0-9/#-])"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a form is: the assignment's name by ids, and the form's id."""

    campaign_id: str
    milestone_id: str
    unit_id: str
    period: str
    form_id: str

    @classmethod
    def find(cls, text: str) -> "Identity | None":
        """The first one in a text; None where there is none."""
        match = _IDENTITY.search(text)
        if match is None:
            return None
        return cls(match[1], match[2], match[3], match[4] or "", match[5])

    def __str__(self) -> str:
        parts = (self.campaign_id, self.milestone_id, self.unit_id, self.period)
        return "/".join(one for one in parts if one) + f"#{self.form_id}"
