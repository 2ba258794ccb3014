"""What can go wrong, each with a stable code for programs, an exit status for scripts and a whole sentence for people."""

from collections.abc import Mapping, Sequence

from osallisuus.i18n import _


class OsallisuusError(Exception):
    """Base of every failure that is explained to a person.

    `message` says what and where, `hint` what to do next; `details` are further keys of the JSON error document.
    """

    code = "error"
    status = 1

    def __init__(self, message: str, *, hint: str = "", code: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or type(self).code
        self.details = details


class UsageError(OsallisuusError):
    """The words of the command are off: exit status 2."""

    code = "usage"
    status = 2


class NotFound(OsallisuusError):
    """Nothing has that name: exit status 3."""

    code = "not_found"
    status = 3


class Ambiguous(OsallisuusError):
    """Several things have that name; `candidates` lists them, one line each. Exit status 3."""

    code = "ambiguous"
    status = 3

    def __init__(self, message: str, *, candidates: Sequence[str], hint: str = "") -> None:
        super().__init__(message, hint=hint, candidates=list(candidates))
        self.candidates = candidates


class Refused(OsallisuusError):
    """A rule of the domain forbids it: exit status 4."""

    code = "refused"
    status = 4


class StorageError(OsallisuusError):
    """The database, a file or the disk is at fault: exit status 6."""

    code = "storage"
    status = 6


class BadTemplate(OsallisuusError):
    """A template of the coordinator's own is at fault; `file` and `line` say where. Exit status 7."""

    code = "bad_template"
    status = 7


class BadInput(OsallisuusError):
    """A file that was to be read is at fault, and nothing of it was taken in. Exit status 7.

    Each of `faults` has its `line`, `column` (a heading or empty) and `message`; `candidates` tells the first ten, one line each.
    """

    code = "bad_input"
    status = 7
    _told = 10

    def __init__(self, message: str, *, file: str, faults: Sequence[Mapping[str, object]] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint, file=file, faults=[dict(fault) for fault in faults])
        sentence = _("line {line}, {column}: {message}")
        bare = _("line {line}: {message}")
        self.candidates = [(sentence if fault["column"] else bare).format(**fault) for fault in faults[: self._told]]


class Busy(OsallisuusError):
    """Somebody else is writing; the same command can simply be tried again. Exit status 75 (EX_TEMPFAIL)."""

    code = "busy"
    status = 75
