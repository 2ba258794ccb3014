"""Bytes to text by rule, not by guessing: statistical detectors called short Finnish lists Chinese (facts/imports.md 1.1).

A mark at the beginning decides; else zero bytes tell UTF-16; else strict UTF-8; else Windows-1252, which Finnish Excel writes.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from osallisuus.errors import BadInput, UsageError
from osallisuus.i18n import _
from osallisuus.imports.faults import bad

_MARKS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
_SAMPLE = 4096
# Not tabs and line ends. A few come along when text is pasted from elsewhere; more than these and this share, and it is no text.
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_FEW_CONTROL, _MOST_CONTROL = 5, 0.01


def decode(path: Path, content: bytes, encoding: str = "") -> str:
    """Return the text of a file, without the mark at its beginning.

    Raises UsageError for an encoding that Python does not know, BadInput for bytes that are not text.
    """
    text = _by_name(path, content, encoding) if encoding else _by_rule(path, content)
    if "\0" in text or len(_CONTROL.findall(text)) > _FEW_CONTROL + len(text) * _MOST_CONTROL:
        raise not_a_table(path)
    return text.removeprefix("\ufeff")


def not_a_table(path: Path) -> BadInput:
    """Return the error of a file whose bytes are neither text nor a workbook."""
    return bad(
        path,
        _("{file} is not a table: it holds bytes that are not text."),
        _("Save it as .xlsx or .csv in the program that made it, and give that file."),
    )


def _by_name(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise bad(
            path,
            _("{file} is not text in the encoding '{encoding}'."),
            _("Leave --encoding out, or try utf-8, cp1252, cp850 or mac_roman."),
            encoding=encoding,
        ) from error
    except (LookupError, ValueError) as error:
        raise UsageError(
            _("'{encoding}' is not an encoding.").format(encoding=encoding),
            hint=_("Leave --encoding out, or try utf-8, cp1252, cp850 or mac_roman."),
        ) from error


def _by_rule(path: Path, content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(path, content[len(mark) :], encoding)
    if encoding := _unmarked_utf16(content[:_SAMPLE]):
        return _strict(path, content, encoding)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        # the only fault is the last letter, and others are whole: the end is missing, it is not another encoding
        if error.reason == "unexpected end of data" and not content[: error.start].isascii():
            raise _cut_off(path) from error
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise bad(
            path,
            _("It cannot be told in which encoding {file} is."),
            _("Name it with --encoding, for example cp850 or mac_roman, or save the file as CSV UTF-8."),
        ) from error


def _strict(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _cut_off(path) from error


def _unmarked_utf16(sample: bytes) -> str:
    """Return which UTF-16 a text without a mark is in: most letters here have a zero byte beside them."""
    zeros = [sample[parity::2].count(0) for parity in (0, 1)]
    most = len(sample) // 2 * 0.3
    if zeros[1] > most and zeros[0] * 10 < zeros[1]:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > most and zeros[1] * 10 < zeros[0] else ""


def _cut_off(path: Path) -> BadInput:
    return bad(
        path,
        _("{file} is cut off or damaged: its text ends or breaks in the middle of a letter."),
        _("Download or save it again."),
    )
