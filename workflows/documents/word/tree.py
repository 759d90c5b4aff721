"""A part of a Word file as a tree of elements, built only after the part was seen to be small.

Elements are asked for by their local names: the strict and the usual form of the format differ in
namespaces alone (ISO/IEC 29500-1 and -4).
"""

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from workflows.sheets.package import Package
from workflows.sheets.xml_part import DamagedError, TooMuchError, XmlPart

_MAX_ELEMENTS = 500_000
_MAX_BYTES = 60_000_000
_OFF = frozenset({"0", "false", "off", "none"})

Element: TypeAlias = etree._Element


def read_tree(package: Package, part: str) -> Element:
    """The root of a part. Raises DamagedError, TooMuchError, KeyError."""
    chunks: list[bytes] = []
    XmlPart({}, {}, most=_MAX_ELEMENTS).read(_kept(package.chunks(part), chunks))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(b"".join(chunks), parser)
    except etree.XMLSyntaxError:
        raise DamagedError from None


def _kept(chunks: Iterator[bytes], kept: list[bytes]) -> Iterator[bytes]:
    count = 0
    for chunk in chunks:
        count += len(chunk)
        if count > _MAX_BYTES:
            raise TooMuchError
        kept.append(chunk)
        yield chunk


def name_of(element: Element) -> str:
    """The local name of an element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(element: Element | None, *path: str) -> Element | None:
    """The first child with that name, and so on down the path; None where there is none."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if name_of(one) == name), None)
    return element


def attribute(element: Element | None, name: str = "val") -> str:
    """An attribute by its local name; '' where there is none."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if etree.QName(key).localname == name:
            return str(value)
    return ""


def number(element: Element | None, otherwise: int = 0) -> int:
    """The whole number that an element's value is, within what Word counts with."""
    text = attribute(element)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def is_on(element: Element | None) -> bool:
    """Whether a switch such as `w:vanish` is there and on."""
    return element is not None and attribute(element) not in _OFF
