"""`osallisuus talk`: the programme of webinars, and what is agreed with their speakers."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import AnyOccasion, App, Minutes, OccasionFilter, Yes, app_of, given
from osallisuus.cli.speaking import all_of, joined, known_as
from osallisuus.domain import events, materials, programmes, speakers, talks
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Series
from osallisuus.domain.materials import Material
from osallisuus.domain.programmes import Slot
from osallisuus.domain.speakers import Named
from osallisuus.domain.talks import Talk
from osallisuus.errors import UsageError
from osallisuus.i18n import _, format_time
from osallisuus.words import answer_words, slides_words, speaker_words

app = Group()

TalkId = Annotated[
    int,
    typer.Argument(
        metavar="TALK",
        parser=whole(1, 10**9),
        help=_("Number of the talk, see 'talk list'."),
        autocompletion=completion.talks,
    ),
]
Who = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PERSON…",
        help=_("Numbers, e-mail addresses or parts of names; without any, all of the talk whom it can concern."),
        autocompletion=completion.people,
    ),
]
NewPerson = Annotated[bool, typer.Option("--new-person", help=_("Somebody else of the same name, not the one known already."))]
SpeakerNames = Annotated[
    list[str] | None,
    typer.Option(
        "--speaker",
        metavar="PERSON",
        help=_("Who gives it; may be repeated. An organisation may follow: 'Aino Esimerkki (Esimerkkijärjestö ry)'."),
        autocompletion=completion.people,
    ),
]
TalkTitle = Annotated[str | None, typer.Option("--title", metavar="TEXT", help=_("Title."))]
TalkTitleSv = Annotated[str | None, typer.Option("--title-sv", metavar="TEXT", help=_("Title in Swedish."))]
TalkTitleEn = Annotated[str | None, typer.Option("--title-en", metavar="TEXT", help=_("Title in English."))]
Position = Annotated[
    int | None,
    typer.Option("--position", metavar="N", parser=whole(1, 1000), help=_("Which it is in the order of its date, from 1.")),
]
# Nobody has said it yet, or it was noted by mistake.
_UNKNOWN = "unknown"


@app.verb(
    "add",
    _("Add a talk to a webinar. Speakers need no more than a name; those who are new are added to the people."),
    'talk add teematiistait/2022-11-15 "Tieto ja päätökset" --speaker "Aino Esimerkki (Esimerkkijärjestö ry)" --minutes 20',
    'talk add teematiistait/3 "Yhteinen keskustelu" --minutes 15',
)
def add(
    ctx: typer.Context,
    occasion: AnyOccasion,
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("Title."))],
    speaker: SpeakerNames = None,
    minutes: Minutes = None,
    title_sv: TalkTitleSv = None,
    title_en: TalkTitleEn = None,
    new_person: NewPerson = False,
) -> None:
    """Add a talk with its speakers; the same title again adds only the speakers who are missing."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        asked = Talk(event_id=event.id, title=title, minutes=minutes, **given(title_sv=title_sv, title_en=title_en))
        talk, new = talks.add(run.db, event, asked, change)
        for name in speaker or []:
            joined(run, talk, name, change, new_person=new_person)
        withdrawn = materials.follow_permissions(run.db, event.id, change)
    sentence = _("Added talk {id} to {occasion}: {title}.") if new else _("That is talk {id} of {occasion} already: {title}.")
    _done(run, talk, sentence, withdrawn)


@app.verb(
    "list",
    _("List the talks of a webinar with their speakers and what is agreed, or of all webinars to come."),
    "talk list teematiistait/2022-11-15",
    "talk list --json",
)
def list_(ctx: typer.Context, occasion: OccasionFilter = None) -> None:
    """List talks in their order."""
    run = app_of(ctx)
    found = [run.any_event(occasion)] if occasion else events.search(run.db, type="series", since=run.today, status="planned")
    handles = events.names(run.db, found)
    programme = programmes.by_event(run.db, found)
    slots = [(event, slot) for event in found for slot in programme[event.id]]
    if run.out.json:
        run.out.document({"talks": [programmes.public(slot, handles[event.id]) for event, slot in slots]})
        return
    run.out.rows(
        "talks",
        [row for event, slot in slots for row in _rows(handles[event.id], slot)],
        (
            (_("Talk"), "talk"),
            (_("Date"), "occasion"),
            (_("At"), "at"),
            (_("Title"), "title"),
            (_("Minutes"), "minutes"),
            (_("Speaker"), "speaker"),
            (_("Organisation"), "organisation"),
            (_("State"), "state"),
            (_("Slides"), "slides"),
            (_("Publish"), "may_publish"),
            (_("Record"), "may_record"),
            (_("Briefed"), "briefed_on"),
        ),
        empty=_('There are no talks to come. Add one: osallisuus talk add OCCASION "…" --speaker "…"'),
    )


@app.verb(
    "edit",
    _("Change the titles, the length or the place of a talk."),
    'talk edit 3 --title "Tieto päätösten tukena" --minutes 25',
    "talk edit 3 --position 1",
)
def edit(
    ctx: typer.Context,
    talk: TalkId,
    title: TalkTitle = None,
    title_sv: TalkTitleSv = None,
    title_en: TalkTitleEn = None,
    minutes: Minutes = None,
    position: Position = None,
) -> None:
    """Change a talk."""
    run = app_of(ctx)
    changes = given(title=title, title_sv=title_sv, title_en=title_en, minutes=minutes, position=position)
    with run.writing() as change:
        changed = talks.edit(run.db, talks.get(run.db, talk), changes, change)
    _done(run, changed, _("Talk {id} is as asked already.") if change.empty else _("Changed talk {id}: {title}."))


@app.verb(
    "move",
    _("Take a talk to another date, with its speakers, slides and recording."),
    "talk move 3 teematiistait/2022-12-13",
    "talk move 3 teematiistait/4",
)
def move(ctx: typer.Context, talk: TalkId, occasion: AnyOccasion) -> None:
    """Move a talk."""
    run = app_of(ctx)
    with run.writing() as change:
        event = run.any_event(occasion)
        before = talks.get(run.db, talk)
        moved = talks.move(run.db, before, event, change)
        again = speakers.ask_again(run.db, moved, change) if not change.empty and event.status == "planned" else 0
        withdrawn = [
            one for number in (before.event_id, event.id) for one in materials.follow_permissions(run.db, number, change)
        ]
    sentence = _("Talk {id} is on {occasion} already.") if change.empty else _("Talk {id} is now on {occasion}.")
    _done(run, moved, sentence, withdrawn)
    if again:
        run.out.note(
            _("Its speakers agreed to the other date, and are invited again: osallisuus talk confirm {id}.").format(id=talk)
        )


@app.verb(
    "speaker",
    _("Add a speaker to a talk, or change what is known of one: profession, slides, permissions, briefing."),
    'talk speaker 3 "Eero Malli (Esimerkkikaupunki)"',
    "talk speaker 3 aino --slides accessible --may-publish yes --may-record no --briefed today",
)
def speaker(
    ctx: typer.Context,
    talk: TalkId,
    person: Who = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help=_("What they are, for example a profession."))
    ] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="TEXT", help=_("Organisation they come from here."))
    ] = None,
    bio: Annotated[str | None, typer.Option("--bio", metavar="TEXT", help=_("A few words about them, for the page."))] = None,
    slides: Annotated[
        str | None,
        typer.Option(
            "--slides",
            metavar="|".join((*speakers.SLIDES, _UNKNOWN)),
            parser=one_of((*speakers.SLIDES, _UNKNOWN)),
            help=_("Whether the slides have come, have been found accessible, or there will be none."),
        ),
    ] = None,
    may_publish: Annotated[
        str | None,
        typer.Option(
            "--may-publish",
            metavar="yes|no|unknown",
            parser=one_of((*speakers.ANSWERS, _UNKNOWN)),
            help=_("Whether name and slides may be public. A no takes back what is published."),
        ),
    ] = None,
    may_record: Annotated[
        str | None,
        typer.Option(
            "--may-record",
            metavar="yes|no|unknown",
            parser=one_of((*speakers.ANSWERS, _UNKNOWN)),
            help=_("Whether they may be recorded."),
        ),
    ] = None,
    briefed: Annotated[
        str | None, typer.Option("--briefed", metavar="DATE", help=_("When they were briefed; 'today' will do."))
    ] = None,
    new_person: NewPerson = False,
) -> None:
    """Add speakers or change what is known of them."""
    run = app_of(ctx)
    answers = given(slides=slides, may_publish=may_publish, may_record=may_record)
    changes = {name: "" if value == _UNKNOWN else value for name, value in answers.items()}
    if briefed is not None:
        changes["briefed_on"] = run.past_day(briefed).isoformat() if briefed else None
    own = given(title=title, bio=bio)
    if not person and (own or organisation is not None):
        raise UsageError(_("Whose? Name the speaker with --title, --bio and --organisation."))
    with run.writing() as change:
        chosen = talks.get(run.db, talk)
        telling = bool(changes or own or organisation is not None)
        # what is said of somebody is of a speaker of the talk: a slip of the pen must not make a new one
        named = [
            known_as(run, chosen, name) if telling else joined(run, chosen, name, change, new_person=new_person)
            for name in person or []
        ]
        everybody = named or all_of(run, chosen, (*speakers.OPEN, *speakers.COMING))
        for one in everybody:
            known = speakers.get(run.db, chosen, one)
            # of all at once only what nobody has said yet: a no must not become a yes with the others' answers
            new = changes | own if len(everybody) == 1 or person else speakers.unsaid(known, changes)
            speakers.update(run.db, chosen, known, new, change, organisation=organisation)
        withdrawn = materials.follow_permissions(run.db, chosen.event_id, change)
    sentence = _("Talk {id} is as asked already.") if change.empty else _("Noted for talk {id}, {title}: {speakers}.")
    _done(run, chosen, sentence, withdrawn)


def _agreement(verb: str, state: str, whom: Sequence[str], help_: str, *examples: str) -> None:
    """Declare a verb that says how far it is agreed with speakers of a talk, by default with those in the states of `whom`."""

    def agree(ctx: typer.Context, talk: TalkId, person: Who = None) -> None:
        run = app_of(ctx)
        with run.writing() as change:
            chosen = talks.get(run.db, talk)
            event = _event(run, chosen)
            for one in [known_as(run, chosen, name) for name in person] if person else all_of(run, chosen, whom):
                known = speakers.get(run.db, chosen, one)
                speakers.agree(run.db, chosen, known, state, event, change, today=run.today)
            withdrawn = materials.follow_permissions(run.db, event.id, change)
        sentence = _("Talk {id} is as asked already.") if change.empty else _("Talk {id}, {occasion}: {speakers}.")
        _done(run, chosen, sentence, withdrawn)

    agree.__doc__ = f"Note that speakers are {state}."
    app.verb(verb, help_, *examples)(agree)


for _verb, _state, _whom, _help in (
    ("invite", "invited", ("proposed",), _("Note that speakers are invited.")),
    ("confirm", "confirmed", speakers.OPEN, _("Note that speakers have confirmed.")),
    ("decline", "declined", speakers.OPEN, _("Note that speakers have declined.")),
    ("cancel", "cancelled", (*speakers.OPEN, "confirmed"), _("Note that speakers cannot come after all.")),
    ("spoke", "spoke", ("confirmed",), _("Note that speakers spoke; 'webinar held' does it for all who had confirmed.")),
):
    _agreement(_verb, _state, _whom, _help, f"talk {_verb} 3", f"talk {_verb} 3 aino")


@app.verb(
    "remove",
    _("Take away a talk entered by mistake, or one of its speakers. Who declined or cannot come: see 'decline' and 'cancel'."),
    "talk remove 3 --yes",
    "talk remove 3 eero --yes",
)
def remove(ctx: typer.Context, talk: TalkId, person: Who = None, yes: Yes = False) -> None:
    """Remove a talk, or speakers of it."""
    run = app_of(ctx)
    chosen = talks.get(run.db, talk)
    run.confirm(_("Remove {numbers} for good?").format(numbers=", ".join(person) if person else chosen.title), yes=yes)
    with run.writing() as change:
        chosen = talks.get(run.db, talk)
        for name in person or []:
            speakers.remove(run.db, chosen, speakers.get(run.db, chosen, known_as(run, chosen, name)), change)
        if not person:
            talks.remove(run.db, chosen, change)
        withdrawn = materials.follow_permissions(run.db, chosen.event_id, change)
    numbers = ", ".join(person or [str(talk)])
    run.out.done("talk", {"id": talk, "removed": not person}, _("Removed: {numbers}.").format(numbers=numbers))
    tell_of_withdrawn(run, withdrawn)


def tell_of_withdrawn(run: App, withdrawn: Sequence[Material]) -> None:
    """Say which materials are no longer published, for want of a permission."""
    for material in withdrawn:
        text = _("No longer published: material {id}, {label}. Build the site again.")
        run.out.note(text.format(id=material.id, label=material.label))


def _event(run: App, talk: Talk) -> Event:
    return events.get(run.db, events.lasting(run.db, talk.event_id), Series, today=run.today)


def _done(run: App, talk: Talk, sentence: str, withdrawn: Sequence[Material] = ()) -> None:
    """Show a talk, say what was done to it, and what is no longer published for it."""
    event = _event(run, talk)
    slot = next(slot for slot in programmes.of(run.db, event) if slot.talk.id == talk.id)
    said = ", ".join(f"{one.name} {speaker_words()[one.state]}" for one in slot.speakers)
    run.out.done(
        "talk",
        programmes.public(slot, event.lasting),
        sentence.format(id=talk.id, occasion=event.lasting, title=slot.talk.title, speakers=said),
    )
    tell_of_withdrawn(run, withdrawn)


def _rows(occasion: str, slot: Slot) -> list[dict[str, Any]]:
    """Return a talk as the lines of a table: one for each speaker, the talk itself in the first."""
    talk = {
        "talk": slot.talk.id,
        "occasion": occasion,
        "at": format_time(slot.starts) if slot.starts else "",
        "title": slot.talk.title,
        "minutes": slot.talk.minutes,
    }
    return [talk | _speaker_cells(one) for one in slot.speakers] or [talk | dict.fromkeys(_CELLS, "")]


_CELLS = ("speaker", "organisation", "state", "slides", "may_publish", "may_record", "briefed_on")


def _speaker_cells(one: Named) -> dict[str, Any]:
    return {
        "speaker": one.name,
        "organisation": one.organisation,
        "state": speaker_words()[one.state],
        "slides": slides_words()[one.slides],
        "may_publish": answer_words()[one.may_publish],
        "may_record": answer_words()[one.may_record],
        "briefed_on": one.briefed_on,
    }
