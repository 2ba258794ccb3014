"""Whom a person means when they name the speakers of a talk."""

from collections.abc import Sequence

from osallisuus.cli.context import App
from osallisuus.cli.person import entered
from osallisuus.domain import people, speakers
from osallisuus.domain.people import Person
from osallisuus.domain.talks import Talk
from osallisuus.errors import NotFound, UsageError
from osallisuus.i18n import _
from osallisuus.store.logbook import Change


def joined(run: App, talk: Talk, typed: str, change: Change, *, new_person: bool) -> Person:
    """Make somebody a speaker, and a person where they are new; return who it is."""
    name, bracket, rest = typed.strip().partition("(")
    name, organisation = name.strip(), rest.removesuffix(")").strip() if bracket and rest.endswith(")") else ""
    if bracket and not (name and organisation):
        raise UsageError(
            _("'{text}' is no name with an organisation.").format(text=typed),
            hint=_("Write it like this: 'Aino Esimerkki (Esimerkkijärjestö ry)'."),
        )
    known = speakers.named(run.db, talk, name)
    if known and not (organisation or new_person):
        return people.get(run.db, str(known.person_id))
    person, new = entered(run, name, {}, change, separate=new_person)
    if new and organisation:
        person = people.update(run.db, person, {}, change, organisation=organisation)
    if speakers.add(run.db, talk, person, change, organisation=organisation):
        if not new and not name.strip().isdecimal():
            run.out.note(
                _("{name} is taken for person {id}, who is known already. If it is somebody else: --new-person.").format(
                    name=person.name, id=person.id
                )
            )
    elif organisation:
        speakers.update(run.db, talk, speakers.get(run.db, talk, person), {}, change, organisation=organisation)
    return person


def known_as(run: App, talk: Talk, typed: str) -> Person:
    """Return the speaker of a talk whom a person names; raise NotFound when nobody of them is called that."""
    known = speakers.named(run.db, talk, typed)
    if known:
        return people.get(run.db, str(known.person_id))
    names = ", ".join(one.name for one in speakers.of(run.db, talk))
    raise NotFound(
        _("'{name}' is no speaker of talk {id} ({names}).").format(name=typed, id=talk.id, names=names or _("nobody yet")),
        hint=_('A new speaker is added first, without other options: osallisuus talk speaker {id} "NAME".').format(id=talk.id),
    )


def all_of(run: App, talk: Talk, states: Sequence[str]) -> list[Person]:
    """Return the speakers of a talk in these states; raise UsageError when it has no speaker at all."""
    found = speakers.of(run.db, talk)
    if not found:
        raise UsageError(
            _("Talk {id} has no speaker yet.").format(id=talk.id),
            hint=_('Add one: osallisuus talk speaker {id} "NAME".').format(id=talk.id),
        )
    return [people.get(run.db, str(one.person_id)) for one in found if one.state in states]
