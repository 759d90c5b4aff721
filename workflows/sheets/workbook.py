"""A workbook's own parts: which sheets it has, its shared texts, and which styles are dates."""

import posixpath
from collections.abc import Iterator

from workflows.sheets.grid import Grid, Looks
from workflows.sheets.model import MAX_CELLS, MAX_TEXT, Budget, SheetRow
from workflows.sheets.package import Package
from workflows.sheets.xml_part import Attributes, DamagedError, XmlPart

_MAX_SHEETS = 50
_MAX_STYLES = 70_000  # Excel allows 65,490
_LONGEST_FORMAT = 300
# Excel in Chinese writes these without saying what they are (ECMA-376, part 1, section 18.8.30).
_CHINESE_DATES = frozenset((*range(27, 32), 36, *range(50, 55), 57, 58))


def read_workbook(
    content: bytes, budget: Budget, *, percents: bool = False
) -> list[tuple[str, tuple[SheetRow, ...]]]:
    """Each visible sheet's name and rows with something in them. With `percents` a number shown
    as a percentage is read with its sign. Raises InputError."""
    package = Package(content, budget)
    with package.guarded():
        book = main_part(package)
        folder = posixpath.dirname(book)
        targets = _relations(package, f"{folder}/_rels/{posixpath.basename(book)}.rels")
        sheets, from_1904 = _sheets(package, book)
        parts = [
            (name, posixpath.normpath(posixpath.join("/", folder, targets[relation][1]))[1:])
            for name, relation in sheets
            if targets[relation][0].endswith("/worksheet")
        ]
        known = {sort.rpartition("/")[2]: target for sort, target in targets.values()}
        texts = _texts(package, _beside(folder, known.get("sharedStrings")))
        styles = _styles(package, _beside(folder, known.get("styles")))
        dates = list(_are_dates(styles))
        shares = ["%" in code for _number, code in styles] if percents else ()
        looks = Looks(texts, dates, from_1904, shares)
        return [
            (name, Grid(looks, budget, name if len(parts) > 1 else "").read(package.chunks(part)))
            for name, part in parts
        ]


def _beside(folder: str, target: str | None) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target))[1:] if target else ""


def main_part(package: Package) -> str:
    """The part that everything else of a workbook or a Word file hangs on. Raises DamagedError."""
    for sort, target in _relations(package, "_rels/.rels").values():
        if sort.endswith("/officeDocument"):
            return target.lstrip("/")
    raise DamagedError


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Each relation's sort and target, by its id."""
    found: dict[str, tuple[str, str]] = {}

    def relation(attributes: Attributes) -> None:
        found[attributes["Id"]] = (attributes["Type"], attributes["Target"])

    XmlPart({"Relationship": relation}, {}).read(package.chunks(part))
    return found


def _sheets(package: Package, part: str) -> tuple[list[tuple[str, str]], bool]:
    """The visible sheets' names and relations, and whether days are counted from 1904."""
    found: list[tuple[str, str]] = []
    from_1904 = False

    def sheet(attributes: Attributes) -> None:
        relation = [value for key, value in attributes.items() if key.endswith(":id")]
        if len(found) >= _MAX_SHEETS or not relation:
            raise DamagedError
        if attributes.get("state", "visible") == "visible":
            found.append((attributes["name"][:31], relation[0]))

    def properties(attributes: Attributes) -> None:
        nonlocal from_1904
        from_1904 = attributes.get("date1904") in {"1", "true"}

    XmlPart({"sheet": sheet, "workbookPr": properties}, {}).read(package.chunks(part))
    return found, from_1904


def _texts(package: Package, part: str) -> list[str]:
    """The shared texts, without the readings that may stand above them."""
    if part not in package:
        return []
    found: list[str] = []
    length = 0
    inside_reading = False
    pieces: list[str] = []

    def item(_attributes: Attributes) -> None:
        pieces.clear()

    def reading(_attributes: Attributes) -> None:
        nonlocal inside_reading
        inside_reading = True

    def reading_over() -> None:
        nonlocal inside_reading
        inside_reading = False

    def text(_attributes: Attributes) -> None:
        if not inside_reading:
            xml.keep_text()

    def text_over() -> None:
        pieces.append(xml.take_text())

    def item_over() -> None:
        nonlocal length
        found.append("".join(pieces))
        length += len(found[-1])
        if len(found) > MAX_CELLS or length > MAX_TEXT:
            raise DamagedError

    xml = XmlPart(
        {"si": item, "rPh": reading, "t": text},
        {"si": item_over, "rPh": reading_over, "t": text_over},
    )
    xml.read(package.chunks(part))
    return found


def _styles(package: Package, part: str) -> list[tuple[int, str]]:
    """How each cell style shows a number: the format's number and, where it is known, its code."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if part not in package:
        return []
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside = False

    def number_format(attributes: Attributes) -> None:
        formats[int(attributes["numFmtId"])] = attributes["formatCode"][:_LONGEST_FORMAT]

    def cells(_attributes: Attributes) -> None:
        nonlocal inside
        inside = True

    def cells_over() -> None:
        nonlocal inside
        inside = False

    def style(attributes: Attributes) -> None:
        if inside:
            styles.append(int(attributes.get("numFmtId", "0")))
        if len(styles) > _MAX_STYLES or len(formats) > _MAX_STYLES:
            raise DamagedError

    xml = XmlPart({"numFmt": number_format, "cellXfs": cells, "xf": style}, {"cellXfs": cells_over})
    xml.read(package.chunks(part))
    return [(one, formats.get(one) or BUILTIN_FORMATS.get(one) or "") for one in styles]


def _are_dates(styles: list[tuple[int, str]]) -> Iterator[bool]:
    """Whether a number in each cell style is a date."""
    from openpyxl.styles.numbers import is_date_format

    known: dict[int, bool] = {}
    for number, code in styles:
        if number not in known:
            known[number] = is_date_format(code) if code else number in _CHINESE_DATES
        yield known[number]
