"""People, kept apart from what they do: one person may be in several panels, in several roles, over several terms.

A person's identity is an id. A name, an e-mail address or a telephone number may be shared (a family, a support person); each
has a key (see `texts`) under which what looks the same is the same, and serves only to warn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from osallisuus.errors import Ambiguous, NotFound, Refused, UsageError
from osallisuus.i18n import LANGUAGES, _
from osallisuus.store.database import Database, referencing, with_columns
from osallisuus.store.logbook import Change
from osallisuus.texts import checked, identity_key, phone_key

_MANY = 10


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person: a name, at most one e-mail address and telephone number, a language and an organisation. Nothing about health."""

    table: ClassVar[str] = "people"
    id: int = 0
    name: str
    name_key: str = ""
    email: str = ""
    email_key: str = ""
    phone: str = ""
    phone_key: str = ""
    language: str = ""
    municipality: str = ""
    organisation_id: int | None = None
    created_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An organisation that people come from."""

    table: ClassVar[str] = "organisations"
    id: int = 0
    name: str
    name_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """People who may be one: `reason` is name, email or phone."""

    reason: str
    people: list[Person]


@dataclass(frozen=True, kw_only=True)
class Merge:
    """What merging two people does: `fill` goes from the dropped to empty fields of the kept, `lose` is what the kept overrules.

    `moves` counts the rows of each table that will point at the kept person; `same` those that the kept one has already.
    """

    keep: Person
    drop: Person
    fill: dict[str, object]
    lose: dict[str, object]
    moves: dict[str, int]
    same: dict[str, int]


# Rules


def keyed(person: Person) -> Person:
    """Return the person with keys that fit the name and contacts, or raise UsageError for a name or contact that is none."""
    if not any(character.isalnum() for character in identity_key(person.name)):
        raise UsageError(_("A person needs a name."))
    if person.language and person.language not in LANGUAGES:
        raise UsageError(
            _("'{value}' is not a language of this program.").format(value=person.language),
            hint=_("Choose one of: {choices}.").format(choices=", ".join(LANGUAGES)),
        )
    email = require_email(person.email) if person.email else ""
    if person.phone and not any(c.isdecimal() for c in person.phone):
        raise UsageError(_("'{value}' is not a telephone number.").format(value=person.phone))
    return replace(
        person,
        name=" ".join(person.name.split()),
        name_key=identity_key(person.name),
        email=email,
        email_key=identity_key(email),
        phone=person.phone.strip(),
        phone_key=phone_key(person.phone) if person.phone else "",
    )


def require_email(email: str) -> str:
    """Return the address as it is to be written, or raise UsageError that says what is wrong with it."""
    from email_validator import EmailNotValidError, validate_email  # start-up: only where an address is typed in

    try:
        return validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise UsageError(
            _("'{value}' is not an e-mail address.").format(value=email),
            hint=_("Check it, or leave it out: an address is not needed."),
            code="bad_email",
        ) from error


def described(person: Person) -> str:
    """Return a person in one line that tells namesakes apart: number, name, contacts."""
    return "  ".join(part for part in (str(person.id), person.name, person.email, person.phone) if part)


def public(person: Person, organisation: str = "") -> dict[str, object]:
    """Return the person as its JSON object, without the keys."""
    values = {name: value for name, value in vars(person).items() if not name.endswith(("_key", "_id"))}
    return values | {"organisation": organisation}


# Reads


def search(db: Database, text: str = "") -> list[Person]:
    """Return the people whose name, e-mail or telephone number holds the text (all without one), by name."""
    key = identity_key(text)
    return db.fetch(
        Person,
        "SELECT * FROM people WHERE instr(name_key, :key) OR instr(email_key, :key)"
        " OR (:digits <> '' AND instr(phone_key, :digits)) ORDER BY name_key, id",
        {"key": key, "digits": phone_key(text) if text and not text.strip(" +()-0123456789") else ""},
    )


def get(db: Database, reference: str) -> Person:
    """Return the one person with this id, e-mail address, whole name or part of a name.

    The id of a person who was merged into another finds that other one. Raises NotFound, or Ambiguous with the candidates.
    """
    if reference.strip().isdecimal():
        # more digits than any id has are no reason to overflow SQLite's integers
        found = db.fetch(
            Person,
            "SELECT * FROM people WHERE id = coalesce((SELECT person_id FROM merged_people WHERE id = :id), :id)",
            {"id": int(reference.strip()[:18])},
        )
    else:
        key = identity_key(reference)
        found = (
            db.fetch(Person, "SELECT * FROM people WHERE email_key = ?", (key,))
            if "@" in key
            else db.fetch(Person, "SELECT * FROM people WHERE name_key = ?", (key,))
            or (db.fetch(Person, "SELECT * FROM people WHERE instr(name_key, ?) ORDER BY name_key, id", (key,)) if key else [])
        )
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            _("There is nobody '{reference}'.").format(reference=reference),
            hint=_("Search with: osallisuus person list --search NAME. Add somebody new with: osallisuus person add NAME."),
        )
    raise Ambiguous(
        _("'{reference}' fits {n} people.").format(reference=reference, n=len(found)),
        candidates=[described(person) for person in found[:_MANY]],
        hint=_("Use the number in front of the name."),
    )


def alike(db: Database, person: Person) -> list[Person]:
    """Return the others who share the person's name, e-mail or telephone number."""
    return db.fetch(
        Person,
        "SELECT * FROM people WHERE id <> :id AND (name_key = :name_key OR (:email_key <> '' AND email_key = :email_key)"
        " OR (:phone_key <> '' AND phone_key = :phone_key)) ORDER BY id",
        asdict(person),
    )


def duplicates(db: Database) -> list[Duplicates]:
    """Return the groups of people who share a name, an e-mail or a telephone number; each group once, by its first reason."""
    groups: list[Duplicates] = []
    seen: set[frozenset[int]] = set()
    for reason in ("name", "email", "phone"):
        column = f"{reason}_key"
        rows = db.fetch(
            Person,
            f"SELECT * FROM people WHERE {column} IN"
            f" (SELECT {column} FROM people WHERE {column} <> '' GROUP BY 1 HAVING count(*) > 1) ORDER BY {column}, id",
        )
        for _key, members in groupby(rows, attrgetter(column)):
            people = list(members)
            ids = frozenset(person.id for person in people)
            if ids not in seen:
                seen.add(ids)
                groups.append(Duplicates(reason=reason, people=people))
    return groups


def names(db: Database) -> Mapping[int, str]:
    """Return the names of all people by number."""
    return {row["id"]: row["name"] for row in db.rows("SELECT id, name FROM people")}


def organisations(db: Database) -> Mapping[int, str]:
    """Return the names of all organisations by id."""
    return {row["id"]: row["name"] for row in db.rows("SELECT id, name FROM organisations")}


def arrangements(db: Database, person_id: int) -> list[str]:
    """Return what a person needs at a session (an induction loop, an interpreter), never why."""
    return [row["text"] for row in db.rows("SELECT text FROM arrangements WHERE person_id = ? ORDER BY text", (person_id,))]


def plan_merge(db: Database, keep: Person, drop: Person) -> Merge:
    """Return what merging would do. Raises Refused for one and the same person."""
    if keep.id == drop.id:
        raise Refused(_("Both are the same person ({id}).").format(id=keep.id))
    contacts = ("email", "phone", "language", "municipality", "organisation_id")
    fill = {f: getattr(drop, f) for f in contacts if getattr(drop, f) and not getattr(keep, f)}
    lose = {
        f: getattr(drop, f)
        for f in ("name", *contacts)
        if getattr(drop, f) and f not in fill and getattr(drop, f) != getattr(keep, f)
    }
    moves, same = {}, {}
    for table, column in referencing(db, "people"):
        if table == "merged_people":
            continue
        total = int(db.value(f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?', (drop.id,)))
        twice = _twice(db, table, column, keep.id, drop.id)
        if total - twice:
            moves[f"{table}.{column}"] = total - twice
        if twice:
            same[f"{table}.{column}"] = twice
    return Merge(keep=keep, drop=drop, fill=fill, lose=lose, moves=moves, same=same)


# Actions


def add(db: Database, person: Person, change: Change, *, organisation: str = "") -> Person:
    """Add a person and return them with their id."""
    person = replace(keyed(person), created_at=change.stamp)
    if organisation:
        person = replace(person, organisation_id=organisation_id(db, organisation, change))
    person = replace(person, id=db.insert(person))
    change.tell("added", "person", person.id)
    return person


def update(
    db: Database, person: Person, changes: Mapping[str, object], change: Change, *, organisation: str | None = None
) -> Person:
    """Change fields of a person; an empty `organisation` takes it away, None leaves it."""
    wanted = dict(changes)
    if organisation is not None:
        wanted["organisation_id"] = organisation_id(db, organisation, change) if organisation else None
    changed = keyed(with_columns(person, wanted))
    old, new = asdict(person), asdict(changed)
    differing = {name: value for name, value in new.items() if old[name] != value}
    if differing:
        db.update(Person, person.id, **differing)
        change.erases |= any(isinstance(old[name], str) and old[name] for name in differing)
        change.tell("edited", "person", person.id, fields=sorted(n for n in differing if not n.endswith("_key")))
    return changed


def arrange(db: Database, person_id: int, texts: Sequence[str], change: Change) -> None:
    """Note arrangements a person needs; those known already stay as they are."""
    known = {identity_key(text) for text in arrangements(db, person_id)}
    for text in (checked(text, "arrangement") for text in texts):
        if text.strip() and identity_key(text) not in known:
            db.insert(_Arrangement(person_id=person_id, text=text.strip()))
            known.add(identity_key(text))
            change.tell("arranged", "person", person_id)


def unarrange(db: Database, person_id: int, texts: Sequence[str], change: Change) -> None:
    """Take arrangements away, also out of the file's free space; raise NotFound for one that is not there."""
    for text in (checked(text, "arrangement").strip() for text in texts):
        if text not in arrangements(db, person_id):
            raise NotFound(
                _("'{text}' is not among the arrangements.").format(text=text),
                hint=_("See them with: osallisuus person show {id}.").format(id=person_id),
            )
        db.execute("DELETE FROM arrangements WHERE person_id = ? AND text = ?", (person_id, text))
        change.tell("unarranged", "person", person_id)
        change.erases = True


def remove(db: Database, person: Person, change: Change) -> None:
    """Remove a person entered by mistake; raise Refused while anything refers to them. The text leaves the file, too."""
    for table, column in referencing(db, "people", owned=False):
        if db.value(f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?', (person.id,)):
            raise Refused(
                _("{name} belongs to something and stays.").format(name=person.name),
                hint=_("See what it is: osallisuus person show {id}.").format(id=person.id),
                code="in_use",
            )
    db.execute("DELETE FROM people WHERE id = ?", (person.id,))
    change.tell("removed", "person", person.id)
    change.erases = True


def merge(db: Database, keep: Person, drop: Person, change: Change) -> Merge:
    """Make two people one: everything of `drop` goes to `keep`, whose own values win; the old id goes on finding the person."""
    plan = plan_merge(db, keep, drop)
    for table, column in referencing(db, "people"):
        # what both have (the same membership from the same day) is kept once, as the kept person's
        db.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (keep.id, drop.id))
        db.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', (drop.id,))
    db.execute("DELETE FROM people WHERE id = ?", (drop.id,))
    db.execute("INSERT INTO merged_people (id, person_id) VALUES (?, ?)", (drop.id, keep.id))
    if plan.fill:
        filled = keyed(with_columns(keep, plan.fill))
        db.update(Person, keep.id, **{n: v for n, v in asdict(filled).items() if v != getattr(keep, n)})
    change.erases = True
    change.tell("merged", "person", keep.id, dropped=drop.id, fields=sorted(plan.fill), moved=plan.moves)
    change.subjects.add(("person", str(drop.id)))
    return plan


def organisation_id(db: Database, name: str, change: Change) -> int:
    """Return the id of the organisation with this name, adding it when it is new."""
    key = identity_key(name)
    if not key:
        raise UsageError(_("A name is needed."))
    found = db.value("SELECT id FROM organisations WHERE name_key = ?", (key,))
    if found is not None:
        return int(found)
    number = db.insert(Organisation(name=" ".join(name.split()), name_key=key))
    change.tell("added", "organisation", number)
    return number


@dataclass(frozen=True, kw_only=True)
class _Arrangement:
    table: ClassVar[str] = "arrangements"
    person_id: int
    text: str


def _twice(db: Database, table: str, column: str, keep: int, drop: int) -> int:
    """Count the rows of `drop` that a unique key keeps from becoming rows of `keep`."""
    indexes = db.rows('SELECT name FROM pragma_index_list(?) WHERE "unique"', (table,))
    count = 0
    for index in indexes:
        columns = [row["name"] for row in db.rows("SELECT name FROM pragma_index_info(?)", (index["name"],))]
        others = [name for name in columns if name != column]
        if column in columns and others:
            same = " AND ".join(f'a."{name}" = b."{name}"' for name in others)
            count += int(
                db.value(
                    f'SELECT count(*) FROM "{table}" a JOIN "{table}" b ON {same} WHERE a."{column}" = ? AND b."{column}" = ?',
                    (drop, keep),
                )
            )
    return count
