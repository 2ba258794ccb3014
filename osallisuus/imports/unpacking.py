"""The part of reading a workbook that runs in a process of its own: bytes of the file in, rows as JSON out.

Calamine reads quickly and trusts the file: one of a few hundred bytes can ask for more memory than there is, or never end
(measured with 0.9.1), and no `except` holds then. A process of its own can be limited, and ended.
"""

import json
import sys
from datetime import date, datetime, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

LOCKED, BROKEN, LARGE = 3, 4, 5
MOST_CELLS = 5_000_000
_MEMORY = 2 * 2**30
_SECONDS = 30


class _Large(Exception):
    """A sheet has more cells than a list of people or answers can have."""


def main() -> int:
    """Read a workbook from standard input and write its rows; the exit status says what is wrong with it."""
    _limit()
    try:
        rows = _rows(sys.stdin.buffer.read())
    except PasswordError:
        return LOCKED
    except (_Large, MemoryError):
        return LARGE
    except (CalamineError, OSError, ValueError):
        return BROKEN
    sys.stdout.buffer.write(json.dumps(rows, ensure_ascii=False).encode(errors="replace"))
    return 0


def _limit() -> None:
    """Bound memory and time, where the system can do it (not on Windows; there the parent's patience ends it)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows, each with its number, of the first sheet with at least two filled rows, or else with one."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    single: list[tuple[int, list[str]]] = []
    for number, sheet in enumerate(workbook.sheets_metadata):
        rows = _filled(workbook.get_sheet_by_index(number)) if sheet.typ == SheetTypeEnum.WorkSheet else []
        if len(rows) >= 2:
            return rows
        single = single or rows
    return single


def _filled(sheet: CalamineSheet) -> list[tuple[int, list[str]]]:
    if sheet.end is None:
        return []
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > MOST_CELLS:
        raise _Large
    rows = ((number, [_text(cell) for cell in cells]) for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1))
    return [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        whole = round(cell.total_seconds())
        return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
