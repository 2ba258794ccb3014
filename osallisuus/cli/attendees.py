"""Taking in an attendance report: who in it is somebody we know, and how many others there were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from osallisuus.cli.context import App
from osallisuus.domain import attendance, people
from osallisuus.domain.attendance import Mark
from osallisuus.domain.people import Person
from osallisuus.errors import Refused
from osallisuus.i18n import _, n_
from osallisuus.imports import attendance as reader
from osallisuus.imports.attendance import Attended
from osallisuus.texts import identity_key

# The most minutes that a mark can hold.
_A_DAY = 1440


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How a report is to be taken in."""

    state: str
    columns: Mapping[str, str]
    encoding: str
    delimiter: str
    force: bool
    dry_run: bool


def take(run: App, reference: str, file: Path, asked: Asked) -> None:
    """Mark those of a report who are known by address or by their whole name, and count the others."""
    report = reader.read(file, columns=asked.columns, encoding=asked.encoding, delimiter=asked.delimiter)
    with run.trying(dry_run=asked.dry_run) as change:
        event = run.any_event(reference)
        minutes, doubtful, others = _sorted(report.people, people.search(run.db))
        counted = attendance.headcount(run.db, event)
        if counted not in (None, others) and not asked.force:
            raise Refused(
                _("{occasion} has a count of {counted} already, and the file would make it {n}.").format(
                    occasion=event.reference, counted=counted, n=others
                ),
                hint=_("If the file is right, add --force."),
                code="counted_already",
            )
        for number, stayed in minutes.items():
            mark = Mark(event_id=event.id, person_id=number, state=asked.state, minutes=stayed or None)
            attendance.mark(run.db, event, mark, change, today=run.today)
        attendance.count(run.db, event, others, change, today=run.today)
    parts = [n_("{n} person marked", "{n} people marked", len(minutes)), n_("{n} counted", "{n} counted", others)]
    summary = f"{event.reference}: {', '.join(parts)}."
    if asked.dry_run:
        summary = _("{summary} Nothing was written (--dry-run).").format(summary=summary)
    document = {
        "file": str(file),
        "kind": report.kind,
        "occasion": event.lasting,
        "marked": list(minutes),
        "counted": others,
        "doubtful_lines": doubtful,
        "dry_run": asked.dry_run,
    }
    run.out.done("import", document, summary)
    if doubtful:
        lines = ", ".join(map(str, doubtful))
        run.out.note(
            n_(
                "Line {lines}: several people have that name; they are counted, not marked.",
                "Lines {lines}: several people have those names; they are counted, not marked.",
                len(doubtful),
                lines=lines,
            )
        )


def _sorted(listed: Sequence[Attended], everybody: list[Person]) -> tuple[dict[int, int], list[int], int]:
    """Return the minutes of those known by number, the lines of those with namesakes, and how many others there were.

    Somebody who came by telephone and by computer is there once, with the minutes of both.
    """
    minutes: dict[int, int] = {}
    doubtful, others = [], 0
    for attended in listed:
        fitting = _fitting(everybody, attended.name, attended.email)
        if len(fitting) == 1:
            number = fitting[0].id
            minutes[number] = min(minutes.get(number, 0) + (attended.minutes or 0), _A_DAY)
        else:
            others += 1
            doubtful += [attended.line] if fitting else []
    return minutes, doubtful, others


def _fitting(everybody: list[Person], name: str, email: str) -> list[Person]:
    """Return who may be meant: by address where there is one that we know, else by the whole name."""
    address, called = identity_key(email), identity_key(name)
    return [person for person in everybody if address and person.email_key == address] or [
        person for person in everybody if called and person.name_key == called and not (address and person.email_key)
    ]
