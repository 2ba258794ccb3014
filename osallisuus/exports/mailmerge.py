"""A workbook for a mail merge in Word or Outlook: a row for each letter, a column for each field."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

# The most a cell of Excel holds.
_LONGEST = 32_767
# Of no letter, so that the same letters make the same file.
_CREATED = datetime(2000, 1, 1)
_SIGN = "osallisuus-letters"


@dataclass(frozen=True, kw_only=True)
class Row:
    """The fields of one letter."""

    name: str
    email: str
    language: str
    kind: str
    occasion: str
    subject: str
    text: str


def is_ours(content: bytes) -> bool:
    """Tell whether this is a workbook that we wrote, whatever else has saved it since."""
    with suppress(BadZipFile, KeyError, OSError), ZipFile(BytesIO(content)) as book:
        return _SIGN.encode() in book.read("docProps/core.xml")
    return False


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write the workbook row by row; nothing in it is a formula or a link, whatever a text begins with."""
    import xlsxwriter  # type: ignore[import-untyped]  # start-up: only where a workbook is written; it has no types

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _CREATED, "keywords": _SIGN})
        sheet = book.add_worksheet("letters")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [field.name for field in fields(Row)])
        for place, row in enumerate(rows, 1):
            for column, text in enumerate(astuple(row)):
                sheet.write_string(place, column, text[:_LONGEST])
