"""What roles ask of people, and who lacks what on a day: training where the role needs it, and the agreements it names.

A lack never forbids anything: people come first, papers after. It is told, before the session it matters for.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from osallisuus.domain import agreements, hosts, memberships, roles, trainings
from osallisuus.domain.memberships import Member
from osallisuus.i18n import _, format_date
from osallisuus.store.database import Database

TRAINING = "training"


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What one person lacks for a role in a panel on a day: `what` is training or a kind of agreement.

    `ended` is the day on which the last one ran out or was withdrawn, None where there never was one.
    """

    person_id: int
    name: str
    panel: str
    role: str
    what: str
    ended: str | None = None


# Rules


def called(what: str) -> str:
    """Return the words for a training or a kind of agreement."""
    return {
        TRAINING: _("training"),
        "confidentiality": _("confidentiality undertaking"),
        "participation": _("participation agreement"),
        "name-publication": _("consent to publishing the name"),
        "photo": _("consent to photographs"),
        "recording": _("consent to recording"),
        "mailing": _("consent to mailings"),
    }[what]


def in_words(lacks: Sequence[Lack]) -> str:
    """Return what is lacking in one phrase: `training, confidentiality undertaking (ended 2022-01-31)`."""
    seen: dict[str, str] = {}
    for lack in lacks:
        ended = _(" (ended {day})").format(day=format_date(date.fromisoformat(lack.ended))) if lack.ended else ""
        seen.setdefault(lack.what, called(lack.what) + ended)
    return ", ".join(seen.values())


# Reads


def needed(db: Database) -> Mapping[str, Collection[str]]:
    """Return what each role asks for, by its key."""
    asked = roles.agreements(db)
    return {role.key: [*([TRAINING] if role.needs_training else []), *asked.get(role.key, ())] for role in roles.search(db)}


def lacking(db: Database, members: Sequence[Member], day: date) -> list[Lack]:
    """Return what these members lack on a day for the roles they have, in the order given."""
    asked = needed(db)
    if not members or not asked:
        return []
    one = members[0].person_id if len({member.person_id for member in members}) == 1 else 0
    panel = members[0].panel if len({member.panel for member in members}) == 1 else ""
    courses, papers = defaultdict(list), defaultdict(list)
    for training in trainings.search(db, person_id=one, panel=panel, on=day):
        courses[training.person_id].append(training)
    for agreement in agreements.search(db, person_id=one, panel=panel, on=day):
        papers[agreement.person_id, agreement.kind].append(agreement)
    found = []
    for member in members:
        for what in asked.get(member.role, ()):
            ends: list[str] = []
            if what == TRAINING:
                there = any(trainings.in_force(t, day) for t in courses[member.person_id])
                ends = [t.valid_until for t in courses[member.person_id] if t.valid_until]
            else:
                known = papers[member.person_id, what]
                there = any(agreements.in_force(a, day) for a in known)
                ends = [end for a in known if (end := min(filter(None, (a.expires, a.withdrawn_on)), default=""))]
            if not there:
                found.append(
                    Lack(
                        person_id=member.person_id,
                        name=member.name,
                        panel=member.panel,
                        role=member.role,
                        what=what,
                        ended=max((end for end in ends if end <= day.isoformat()), default=None),
                    )
                )
    return found


def of_person(db: Database, person_id: int, day: date, *, panel: str = "") -> list[Lack]:
    """Return what one person lacks on a day in a panel, or in all their panels."""
    return lacking(db, memberships.search(db, person_id=person_id, panel=panel, on=day), day)


def of_members(db: Database, day: date, *, panel: str = "") -> list[Lack]:
    """Return what the members of a panel, or of all panels that are open, lack on a day."""
    members = memberships.search(db, panel=panel, on=day)
    if not panel:
        running = {host.slug for host in hosts.search(db, hosts.Panel, open_on=day)}
        members = [member for member in members if member.panel in running]
    return lacking(db, members, day)
