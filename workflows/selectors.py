"""Who owes it: a selector picks units by name, level and attribute, with union and difference."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from config.i18n import _
from workflows.conditions import Condition, UncomparableError, attribute_of, holds
from workflows.organisation import Organisation, Unit, did_you_mean

_MAX_GROUPS = 20  # inside each other
_Named = Annotated[str, StringConstraints(max_length=500)]  # a unit, a group or a level


class SelectorError(ValueError):
    """A selector that names what does not exist; `mend` says what might be meant, and `group`
    names the group in which it stands, if it does."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend
        self.group = ""


class Selector(BaseModel):
    """Picks units. Every key that is given narrows the choice; `except` takes away at the end.

    Written short, a name (`local`, `郑州市`) or a list of names is the union of those groups
    and units.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    units: tuple[_Named, ...] | None = Field(
        default=None, description="units or groups by id, name or alias"
    )
    levels: tuple[_Named, ...] | None = Field(
        default=None, description="levels of the organisation"
    )
    where: Condition | None = Field(
        default=None, description="a condition on an attribute, e.g. licensed_platforms > 0"
    )
    union: tuple["Selector", ...] | None = Field(default=None, description="any of these")
    except_: "Selector | None" = Field(default=None, alias="except", description="but not these")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"units": (value,)}
        if isinstance(value, list):
            return {"units": tuple(value)}
        return value

    @model_validator(mode="after")
    def _says_something(self) -> "Selector":
        if all(part is None for part in (self.units, self.levels, self.where, self.union)):
            raise ValueError(
                _("a selector needs units, levels, where or union\nwrite e.g. levels: [prefecture]")
            )
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        full = handler(schema)
        names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
        return {"anyOf": [{"type": "string"}, names, full], "description": cls.__doc__}


def select(
    selector: Selector, organisation: Organisation, groups: Mapping[str, Selector]
) -> list[Unit]:
    """The units that `selector` picks, in administrative order.

    `groups` are the declaration's named selectors. Raises SelectorError for an unknown unit,
    group, level or attribute.
    """
    return organisation.in_order(_Picker(organisation, groups).pick(selector, ()))


class _Picker:
    """Picks unit ids for one selector; each group is worked out once, however often it is named."""

    def __init__(self, organisation: Organisation, groups: Mapping[str, Selector]) -> None:
        self._organisation = organisation
        self._groups = groups
        self._picked: dict[str, frozenset[str]] = {}  # of the groups worked out

    def pick(self, selector: Selector, inside: tuple[str, ...]) -> frozenset[str]:
        """The ids that `selector` picks, standing in the groups `inside`."""
        picked = frozenset(self._organisation.by_id)
        if selector.units is not None:
            picked = frozenset().union(*(self._named(name, inside) for name in selector.units))
        if selector.levels is not None:
            picked &= self._at(selector.levels)
        if selector.where is not None:
            picked &= _where(selector.where, self._organisation)
        if selector.union is not None:
            picked &= frozenset().union(*(self.pick(part, inside) for part in selector.union))
        if selector.except_ is not None:
            picked -= self.pick(selector.except_, inside)
        return picked

    def _at(self, levels: tuple[str, ...]) -> frozenset[str]:
        known = self._organisation.levels
        for level in levels:
            if level not in known:
                raise SelectorError(
                    _("unknown level “{level}”").format(level=level),
                    did_you_mean(level, known)
                    or _("the levels are {levels}").format(levels=_(", ").join(known)),
                )
        return frozenset(unit.id for unit in self._organisation.units if unit.level in levels)

    def _named(self, name: str, inside: tuple[str, ...]) -> frozenset[str]:
        if name in self._groups:
            return self._group(name, inside)
        unit = self._organisation.unit(name)
        if unit is None:
            units = self._organisation.units
            known = [*self._groups, *(key for one in units for key in (one.name, *one.aliases))]
            raise SelectorError(
                _("unknown unit or group “{name}”").format(name=name),
                did_you_mean(name, known) or _("see the organisation file for the units"),
            )
        return frozenset((unit.id,))

    def _group(self, name: str, inside: tuple[str, ...]) -> frozenset[str]:
        if name in inside:
            raise SelectorError(
                _("group “{name}” contains itself").format(name=name),
                _("break the circle {circle}").format(circle=" → ".join((*inside, name))),
            )
        if len(inside) >= _MAX_GROUPS:
            raise SelectorError(
                _("too many groups stand inside each other"), _("name units or levels instead")
            )
        if name not in self._picked:
            try:
                self._picked[name] = self.pick(self._groups[name], (*inside, name))
            except SelectorError as error:
                error.group = error.group or name
                raise
        return self._picked[name]


def _where(condition: str, organisation: Organisation) -> set[str]:
    name = attribute_of(condition)
    known = {key for unit in organisation.units for key in unit.attributes}
    if name not in known:
        raise SelectorError(
            _("no unit has the attribute “{name}”").format(name=name),
            did_you_mean(name, known)
            or _("the attributes are {known}").format(known=_(", ").join(sorted(known))),
        )
    picked = set()
    for unit in organisation.units:
        try:
            if holds(condition, unit.attributes):
                picked.add(unit.id)
        except UncomparableError as error:
            raise SelectorError(
                _("“{name}” of {unit} is {value} and cannot be compared with {wanted}").format(
                    name=name, unit=unit.name, value=error.value, wanted=error.wanted
                ),
                _("compare a number with a number, and text with text"),
            ) from None
    return picked
