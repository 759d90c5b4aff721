"""Forms that differ only in whose they are are drawn once: then each gets its own words.

A morning may have thousands of them, and drawing one takes ten times as long.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from xml.sax.saxutils import escape

from config.i18n import language
from workflows.forms.face import Face
from workflows.sheets.timeless import timeless

# Where a unit's own words stand: a character that no text has for each of them. The drawings do not
# look at how long the words are, or there would be as many skeletons as lengths.
_PLACES = [chr(0xE000 + number) for number in range(256)]  # private use
_PLACE = re.compile(f"[{_PLACES[0]}-{_PLACES[-1]}]")
_NOT_ALIKE = re.compile(f"[{_PLACES[0]}-{_PLACES[-1]}\\t\\n\\r\\v]|^\\s|\\s$|  ")  # drawn otherwise
_REFERENCE = re.compile(r"&#(57[0-9]{3});")
Draw = Callable[[Face, str], bytes]


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """A drawn form: the parts that are everybody's as an archive, and those with places."""

    archive: bytes
    open_parts: tuple[tuple[str, str], ...]


def drawn(face: Face, identity: str, draw: Draw) -> bytes:
    """What `draw` makes of the face, with the skeleton of another one of its kind where there is
    one. The same bytes for the same form, whenever it is made."""
    words = [face.title, face.number, identity, *(value for _field, value in face.header)]
    if len(words) > len(_PLACES) or any(map(_NOT_ALIKE.search, words)):
        return timeless(draw(face, identity))
    places = [place if word else "" for place, word in zip(_PLACES, words, strict=False)]
    title, number, name, *values = places
    bare = replace(
        face,
        title=title,
        number=number,
        header=tuple((field, value) for (field, _), value in zip(face.header, values, strict=True)),
    )
    skeleton = _skeleton(_Drawing(bare, name, draw))
    own = {place: escape(word) for place, word in zip(places, words, strict=True)}
    buffer = io.BytesIO()
    buffer.write(skeleton.archive)
    with zipfile.ZipFile(buffer, "a") as archive:
        for part, text in skeleton.open_parts:
            filled = _PLACE.sub(lambda found: own[found[0]], text)
            archive.writestr(_entry(part), filled.encode())
    return buffer.getvalue()


class _Drawing:
    """What a skeleton is drawn from; equal where the drawing would be."""

    def __init__(self, face: Face, identity: str, draw: Draw) -> None:
        self.face, self.identity, self.draw = face, identity, draw
        said = f"{language()}\n{draw.__module__}\n{identity}\n{face.said}"
        self.key = sha256(said.encode(errors="replace")).digest()

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawing) and self.key == other.key


@lru_cache(maxsize=64)
def _skeleton(drawing: _Drawing) -> _Skeleton:
    buffer, open_parts = io.BytesIO(), []
    with (
        zipfile.ZipFile(io.BytesIO(timeless(drawing.draw(drawing.face, drawing.identity)))) as made,
        zipfile.ZipFile(buffer, "w") as archive,
    ):
        for name in made.namelist():
            part = made.read(name)
            text = _plain(part) if name.endswith((".xml", ".rels")) else ""
            if _PLACE.search(text):
                open_parts.append((name, text))
            else:
                archive.writestr(_entry(name), part)
    return _Skeleton(buffer.getvalue(), tuple(open_parts))


def _plain(part: bytes) -> str:
    """The XML with places as characters: some writers put numbers for all that is not ASCII."""
    return _REFERENCE.sub(
        lambda found: chr(int(found[1])) if chr(int(found[1])) in _PLACES else found[0],
        part.decode(),
    )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the first that the format knows
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
