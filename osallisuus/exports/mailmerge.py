"""A workbook for a mail merge in Word or Outlook: a row for each letter, a column for each field."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from io import BytesIO

# The most a cell of Excel holds.
_LONGEST = 32_767
# Of no letter, so that the same letters make the same file.
_CREATED = datetime(2000, 1, 1)


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


def workbook(rows: Sequence[Row]) -> bytes:
    """Return the workbook; nothing in it is a formula or a link, whatever a text begins with."""
    import xlsxwriter  # type: ignore[import-untyped]  # start-up: only where a workbook is written; it has no types

    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": _CREATED})
    sheet = book.add_worksheet("letters")
    sheet.write_row(0, 0, [field.name for field in fields(Row)])
    for place, row in enumerate(rows, 1):
        for column, text in enumerate(astuple(row)):
            sheet.write_string(place, column, text[:_LONGEST])
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
