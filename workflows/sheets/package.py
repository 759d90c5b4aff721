"""The zip file around a workbook or a Word file: looked at before it is opened, and unpacked within
bounds."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from config.errors import InputError
from config.i18n import _
from workflows.sheets.model import Budget
from workflows.sheets.xml_part import DamagedError, TooMuchError

_MAX_ENTRIES = 1_000
_MAX_UNPACKED = 200_000_000  # bytes of one part: rows of empty formatted cells
_CHUNK = 65_536
_ENTRY = b"PK\x01\x02"  # begins each entry of the directory
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1  # bit of an entry's flags


class Package:
    """The parts of a workbook by name, without regard to upper and lower case."""

    def __init__(self, content: bytes, budget: Budget, *, word: bool = False) -> None:
        """`word` where a Word file will do as well. Raises InputError where it is no file that is
        read here."""
        self._budget, self._word = budget, word
        # Before the library reads the whole directory into memory.
        if content.count(_ENTRY) > _MAX_ENTRIES:
            raise budget.refused(
                _("it holds more than {count} files").format(count=_MAX_ENTRIES),
                _("is it the right file? copy the list alone into a new one"),
            )
        with self.guarded():
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._entries = {one.filename.lower(): one for one in self._archive.infolist()}
        self._refuse_others(word=word)

    @property
    def is_word(self) -> bool:
        """Whether it is a Word file."""
        return any(name.startswith("word/") for name in self._entries)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes as they are really unpacked. Raises InputError, KeyError."""
        entry = self._entries[name.lower()]
        if entry.flag_bits & _ENCRYPTED:
            raise self._budget.refused(
                _("it is protected with a password"), _("save it without the password")
            )
        if entry.compress_type not in _METHODS:
            raise DamagedError
        count = 0
        with self._archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                if not count and b"\0" in chunk[:4]:
                    raise DamagedError  # UTF-16, which no spreadsheet program writes
                count += len(chunk)
                if count > _MAX_UNPACKED:
                    raise self._budget.refused(
                        _("{part} is larger than {count} bytes when it is unpacked").format(
                            part=name, count=f"{_MAX_UNPACKED:,}"
                        ),
                        _("is it the right file? copy the list alone into a new one"),
                    )
                yield chunk

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Says clearly what a damaged file is."""
        try:
            yield
        except TooMuchError:
            raise self._budget.refused(
                _("it holds far more than a list, or millions of formatted cells"),
                _("copy the list alone into a new file"),
            ) from None
        except InputError:
            raise
        except (
            zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError,
            RuntimeError, OSError, ValueError,
        ):  # fmt: skip
            raise self._damaged() from None

    def _damaged(self) -> InputError:
        if self._word:
            return self._budget.refused(
                _("it is damaged, or no file that an Office program has written"),
                _("open it and save it as .docx or .xlsx again"),
            )
        return self._budget.refused(
            _("it is damaged, or no workbook that a spreadsheet program has written"),
            _("open it and save it as .xlsx again"),
        )

    def _refuse_others(self, *, word: bool) -> None:
        names = self._entries
        if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
            raise self._budget.refused(
                _("it holds macros"),
                _("save it as .docx, which has none")
                if word and self.is_word
                else _("save it as .xlsx, which has none"),
            )
        if "xl/workbook.bin" in names:
            raise self._budget.refused(
                _("it is a binary workbook (.xlsb)"), _("open it and save it as .xlsx")
            )
        if "content.xml" in names:
            raise self._budget.refused(
                _("it is an OpenDocument file"),
                _("open it and save it as .xlsx or .docx")
                if word
                else _("open it and save it as .xlsx"),
            )
        if "word/document.xml" in names and not word:
            raise self._budget.refused(
                _("it is a Word file"), _("copy its table into a spreadsheet, saved as .xlsx")
            )
