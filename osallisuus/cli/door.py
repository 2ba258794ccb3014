"""The door before typer: the one question that is asked all day, answered without loading a command-line parser.

Typer takes six times a bare interpreter by itself. What is asked in any other way than the plainest falls through to it, and both
ways end in the same `show_dates`.
"""

from collections.abc import Sequence

from osallisuus.cli.output import Output
from osallisuus.config import Settings

_KINDS = {"session": "panel", "webinar": "series"}


def answers(arguments: Sequence[str]) -> bool:
    """Tell whether the arguments are `webinar list [SERIES] [--json]` or `session list [PANEL] [--json]` and nothing else."""
    words = [argument for argument in arguments if argument != "--json"]
    plain = len(words) in (2, 3) and not any(word.startswith("-") for word in words)
    return plain and words[0] in _KINDS and words[1] == "list" and len(arguments) - len(words) <= 1


def answer(arguments: Sequence[str], out: Output, settings: Settings) -> int:
    """Print the dates that were asked for and return the exit status."""
    # start-up: --help comes past this door and opens no database
    from osallisuus.cli.views import show_dates
    from osallisuus.store.database import open_db

    kind, _list, *host = (argument for argument in arguments if argument != "--json")
    db = open_db(settings.database, timeout=settings.timeout)
    try:
        show_dates(out, db, "".join(host), _KINDS[kind], since=None, until=None, status="")
    finally:
        db.close()
    return 0
