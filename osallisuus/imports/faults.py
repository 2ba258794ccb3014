"""Faults of a file: collected while it is read, told all at once, so that one correction is enough."""

from pathlib import Path

from osallisuus.errors import BadInput, Refused
from osallisuus.i18n import _, n_
from osallisuus.texts import checked


class Faults:
    """The faults found so far in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[dict[str, object]] = []

    def add(self, line: int, column: str, message: str) -> None:
        """Note what is wrong on a line (1-based), under a heading or, where there is none, an empty text."""
        self.found.append({"line": line, "column": column, "message": message})

    def checked(self, line: int, column: str, text: str) -> str:
        """Return the text as it is to be stored; what may not be stored (an identity code) becomes a fault."""
        try:
            return checked(text, column)
        except Refused as error:
            self.add(line, column, error.message)
            return ""

    def raise_any(self) -> None:
        """Raise BadInput when there is any fault."""
        if not self.found:
            return
        raise BadInput(
            n_(
                "{file} has {n} fault, so nothing was read from it.",
                "{file} has {n} faults, so nothing was read from it.",
                len(self.found),
                file=str(self.path),
            ),
            file=str(self.path),
            faults=self.found,
            hint=_("Correct the file and run the command again."),
        )


def bad(path: Path, message: str, hint: str, **words: object) -> BadInput:
    """Return the error of a whole file; `{file}` in the message becomes its name, as other words do."""
    return BadInput(message.format(file=path, **words), file=str(path), hint=hint)
