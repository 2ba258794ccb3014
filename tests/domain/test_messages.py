"""The ledger of letters: one to a person about a version, its states, and what a new version and a merge do to it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from osallisuus.domain import events, hosts, messages, people
from osallisuus.domain.events import Event
from osallisuus.domain.messages import STATES, Message, Revision
from osallisuus.errors import NotFound, Refused
from osallisuus.store.logbook import Change
from tests.domain.conftest import World
from tests.store import faults

AT = "2022-08-22T06:00:00Z"
_numbers = count(1)


@pytest.fixture
def event(world: World) -> Event:
    """Give a session, and two people."""
    world.panel(minutes=120)
    event = world.add("vantaa", "2022-09-29T17:00")
    world.person("Aino Esimerkki")
    world.person("Eero Malli")
    return event


def revise(world: World, event: Event, organizer: str = "raati@example.org") -> Revision:
    return world.write(lambda change: messages.revise(world.db, event, organizer, change))


def letter(revision: Revision, person: int = 1, kind: str = "invitation", **values: object) -> Message:
    asked = Message(
        event_id=revision.event_id, revision_id=revision.id, person_id=person, kind=kind, made_at=AT,
        message_id=f"{next(_numbers)}@example.org",
    )  # fmt: skip
    return replace(asked, **values)


def draft(world: World, message: Message) -> int:
    return world.write(lambda change: messages.draft(world.db, message, change))


def put(world: World, number: int, state: str) -> Message:
    """Put a letter into a state from the outside."""
    sent = f"'{AT}'" if state == "sent" else "NULL"
    faults.meddle(world.db.path, f"UPDATE messages SET state = '{state}', sha256 = 'x', sent_at = {sent} WHERE id = {number}")
    return messages.get(world.db, number)


def change_host(world: World, **changes: object) -> None:
    """Change a panel as its command does: its dates follow."""
    before = hosts.get(world.db, "vantaa")

    def act(change: Change) -> None:
        events.follow(world.db, before, hosts.update(world.db, before, changes, change), change)

    world.write(act)


def state(world: World, number: int) -> str:
    return messages.get(world.db, number).state


# Revisions


def test_a_version_is_kept_once_and_each_new_one_beside_it(world: World, event: Event) -> None:
    first = revise(world, event)
    assert world.last_entry() == [{"did": "revised", "event": "vantaa/1", "host": "vantaa", "sequence": 0}]
    assert revise(world, event) == first
    assert not world.wrote
    moved = world.move(event, "2022-10-06T17:00")
    second = revise(world, moved)
    assert (second.sequence, second.starts, second.uid) == (1, "2022-10-06T17:00", first.uid)
    assert messages.revisions(world.db, event.id) == {first.id: first, second.id: second}


def test_the_organizer_of_a_uid_stays_and_a_new_uid_has_the_present_one(world: World, event: Event) -> None:
    revise(world, event, "vanha@example.org")
    moved = world.move(event, "2022-10-06T17:00")
    assert revise(world, moved, "uusi@example.org").organizer == "vanha@example.org"
    restored = world.restore(world.cancel(moved))
    assert restored.uid != event.uid
    assert revise(world, restored, "uusi@example.org").organizer == "uusi@example.org"


# Drafts


def test_a_letter_is_drafted_once_in_whichever_state_it_is(world: World, event: Event) -> None:
    revision = revise(world, event)
    number = draft(world, letter(revision))
    assert world.last_entry() == [
        {"did": "drafted", "event": "vantaa/1", "host": "vantaa", "letter": "invitation", "person": 1}
    ]  # fmt: skip
    for each in (one for one in STATES if one != "withdrawn"):
        put(world, number, each)
        assert draft(world, letter(revision)) == 0
        assert not world.wrote
        assert state(world, number) == each


@pytest.mark.parametrize("other", [{"person": 2}, {"kind": "change"}, {"turn": 1}])
def test_another_reader_kind_or_turn_is_another_letter(world: World, event: Event, other: dict[str, object]) -> None:
    revision = revise(world, event)
    assert draft(world, letter(revision)) == 1
    assert draft(world, letter(revision, **other)) == 2


def test_the_sequence_of_its_entry_is_kept_and_is_the_newest_when_it_is_taken_up(world: World, event: Event) -> None:
    revision = revise(world, event)
    draft(world, letter(revision, sequence=3))
    assert messages.get(world.db, 1).sequence == 3
    world.write(lambda change: messages.withdraw(world.db, [messages.get(world.db, 1)], change, by_hand=False))
    draft(world, letter(revision, sequence=5))
    assert messages.get(world.db, 1).sequence == 5


def test_one_that_was_withdrawn_by_itself_is_taken_up_under_its_own_message_id(world: World, event: Event) -> None:
    revision = revise(world, event)
    draft(world, letter(revision))
    own = messages.get(world.db, 1).message_id
    world.write(lambda change: messages.withdraw(world.db, [messages.get(world.db, 1)], change, by_hand=False))
    assert draft(world, letter(revision, made_at="2022-08-23T06:00:00Z")) == 1
    again = messages.get(world.db, 1)
    assert (again.state, again.message_id, again.made_at, again.sha256) == ("draft", own, "2022-08-23T06:00:00Z", "")
    world.write(lambda change: messages.withdraw(world.db, [again], change))
    assert draft(world, letter(revision)) == 0
    assert state(world, 1) == "withdrawn"


# What a new version does (the trigger of the database)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("kind", messages.KINDS)
def test_a_new_version_withdraws_what_has_not_left(world: World, event: Event, before: str, kind: str) -> None:
    number = draft(world, letter(revise(world, event), kind=kind))
    put(world, number, before)
    world.edit(event, place="Sali 3")
    stays = kind in ("thanks", "report-back") or before not in ("draft", "queued")
    assert state(world, number) == (before if stays else "withdrawn")


@pytest.mark.parametrize(
    ("act", "whole_panel"),
    [
        (lambda world, event: world.move(event, "2022-10-06T17:00"), False),
        (lambda world, event: world.edit(event, title="Uusi"), False),
        (lambda world, event: world.cancel(event), False),
        (lambda world, event: world.restore(world.cancel(event)), False),
        (lambda world, _event: change_host(world, name="Uusi raati"), True),
        (lambda world, _event: change_host(world, place="Sali 3"), True),
    ],
    ids=["move", "edit", "cancel", "restore", "rename", "place"],
)
def test_whatever_changes_a_date_withdraws_its_letters_and_no_others(
    world: World, event: Event, act: Callable[[World, Event], object], whole_panel: bool
) -> None:
    other = world.add("vantaa", "2022-10-27T17:00")
    world.series()
    third = world.add("teematiistait", "2022-09-13T14:00")
    for each in (event, other, third):
        draft(world, letter(revise(world, each)))
    act(world, event)
    others = "withdrawn" if whole_panel else "draft"
    assert [state(world, number) for number in (1, 2, 3)] == ["withdrawn", others, "draft"]


def test_marking_as_held_withdraws_nothing(world: World, event: Event) -> None:
    draft(world, letter(revise(world, event)))
    world.hold(event)
    assert state(world, 1) == "draft"


# Sending


def test_only_drafts_are_queued_and_only_queued_ones_are_claimed(world: World, event: Event) -> None:
    revision = revise(world, event)
    for person in (1, 2):
        draft(world, letter(revision, person))
    put(world, 2, "refused")
    assert world.write(lambda change: messages.queue(world.db, {1: "a", 2: "b", 9: "c"}, change)) == 1
    assert (state(world, 1), messages.get(world.db, 1).sha256, state(world, 2)) == ("queued", "a", "refused")
    found = messages.get(world.db, 1)
    assert [world.write(lambda change: messages.claim(world.db, found, change)) for _each in range(2)] == [True, False]
    world.write(lambda change: messages.settle(world.db, found, "sent", "250 OK", change))
    sent = messages.get(world.db, 1)
    assert (sent.state, sent.reply, sent.sent_at) == ("sent", "250 OK", world.now.strftime("%Y-%m-%dT%H:%M:%SZ"))


def test_what_a_killed_run_was_sending_is_unknown(world: World, event: Event) -> None:
    draft(world, letter(revise(world, event)))
    put(world, 1, "sending")
    assert world.write(lambda change: messages.recover(world.db, change)) == 1
    assert state(world, 1) == "unknown"
    assert world.write(lambda change: messages.recover(world.db, change)) == 0
    assert not world.wrote


# What a person decides


@pytest.mark.parametrize("before", STATES)
def test_a_person_withdraws_what_has_not_left_or_did_not_arrive(world: World, event: Event, before: str) -> None:
    draft(world, letter(revise(world, event)))
    found = put(world, 1, before)
    if before in ("draft", "queued", "refused", "unknown", "withdrawn"):
        assert world.write(lambda change: messages.withdraw(world.db, [found], change)) == (before != "withdrawn")
        assert state(world, 1) == "withdrawn"
        assert not messages.is_told(messages.get(world.db, 1))
    else:
        with pytest.raises(Refused) as refused:
            world.write(lambda change: messages.withdraw(world.db, [found], change))
        assert (refused.value.code, refused.value.message) == (f"is_{before}", "Letter 1 has left, and cannot be taken back.")
        assert state(world, 1) == before


@pytest.mark.parametrize("before", STATES)
def test_a_person_takes_up_whatever_is_not_on_its_way(world: World, event: Event, before: str) -> None:
    told = ("sent", "unknown")
    draft(world, letter(revise(world, event)))
    found = put(world, 1, before)
    if before == "sending":
        with pytest.raises(Refused) as refused:
            world.write(lambda change: messages.reopen(world.db, [found], change))
        assert (refused.value.code, refused.value.message) == ("is_sending", "Letter 1 is on its way.")
        return
    assert world.write(lambda change: messages.reopen(world.db, [found], change)) == (before != "draft")
    again = messages.get(world.db, 1)
    assert (again.state, again.may_have, messages.is_told(again)) == ("draft", int(before in told), before in told)
    if before != "draft":
        assert (again.sent_at, again.sha256, again.reply) == (None, "", "")


def test_what_was_only_noted_as_told_is_not_known_any_more_once_it_is_a_draft_again(world: World, event: Event) -> None:
    asked = letter(revise(world, event))
    world.write(lambda change: messages.told(world.db, asked, change))
    world.write(lambda change: messages.reopen(world.db, [messages.get(world.db, 1)], change))
    assert (state(world, 1), messages.is_told(messages.get(world.db, 1))) == ("draft", False)


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_went_once_stays_known_when_it_does_not_go_again(world: World, event: Event, by_hand: bool) -> None:
    draft(world, letter(revise(world, event)))
    sent = put(world, 1, "sent")
    world.write(lambda change: messages.reopen(world.db, [sent], change))
    world.write(lambda change: messages.withdraw(world.db, [messages.get(world.db, 1)], change, by_hand=by_hand))
    assert (state(world, 1), messages.is_told(messages.get(world.db, 1))) == ("withdrawn", True)


def test_a_letter_that_was_withdrawn_since_it_was_read_is_not_taken_up(world: World, event: Event) -> None:
    draft(world, letter(revise(world, event)))
    queued = put(world, 1, "queued")
    world.move(event, "2022-10-06T17:00")
    assert world.write(lambda change: messages.reopen(world.db, [queued], change)) == 0
    assert state(world, 1) == "withdrawn"


@pytest.mark.parametrize("kind", messages.KINDS)
def test_a_letter_about_an_older_version_is_taken_up_only_where_that_is_no_matter(world: World, event: Event, kind: str) -> None:
    draft(world, letter(revise(world, event), kind=kind))
    refused = put(world, 1, "refused")
    world.move(event, "2022-10-06T17:00")
    if kind in ("thanks", "report-back"):
        assert world.write(lambda change: messages.reopen(world.db, [refused], change)) == 1
        return
    with pytest.raises(Refused) as older:
        world.write(lambda change: messages.reopen(world.db, [refused], change))
    assert older.value.code == "older_version"


def test_that_a_uid_was_given_up_may_be_told_at_any_time(world: World, event: Event) -> None:
    cancelled = world.cancel(event)
    draft(world, letter(revise(world, cancelled), kind="cancellation"))
    refused = put(world, 1, "refused")
    world.move(world.restore(cancelled), "2022-10-06T17:00")
    assert world.write(lambda change: messages.reopen(world.db, [refused], change)) == 1


@pytest.mark.parametrize("before", [None, *STATES])
def test_what_was_told_another_way_counts_as_sent(world: World, event: Event, before: str | None) -> None:
    revision = revise(world, event)
    asked = letter(revision)
    if before:
        draft(world, asked)
        put(world, 1, before)
    world.write(lambda change: messages.told(world.db, asked, change))
    assert world.wrote == (before != "sent")
    found = messages.get(world.db, 1)
    assert (found.state, found.by_hand, messages.is_told(found)) == ("sent", int(before != "sent"), True)
    world.write(lambda change: messages.told(world.db, asked, change))
    assert not world.wrote


# Reads


def test_letters_are_found_by_state_date_and_host(world: World, event: Event) -> None:
    world.series()
    other = world.add("teematiistait", "2022-09-13T14:00")
    for each in (event, other):
        for person in (1, 2):
            draft(world, letter(revise(world, each), person))
    put(world, 2, "sent")
    put(world, 4, "unknown")
    assert [one.id for one in messages.search(world.db)] == [1, 2, 3, 4]
    assert [one.id for one in messages.search(world.db, states=("draft", "unknown"), limit=2)] == [1, 3]
    assert [one.id for one in messages.search(world.db, event_id=event.id)] == [1, 2]
    assert [one.id for one in messages.search(world.db, host="teematiistait", states=["draft"])] == [3]
    assert [one.id for one in messages.of_event(world.db, other)] == [3, 4]
    assert messages.counts(world.db) == {"draft": 2, "unknown": 1}
    with pytest.raises(NotFound, match=r"^There is no letter 5\.$"):
        messages.get(world.db, 5)


def test_a_date_counts_as_reminded_of_at_the_time_it_has(world: World, event: Event) -> None:
    draft(world, letter(revise(world, event), kind="reminder", turn=7))
    assert messages.reminded(world.db, [event.id]) == set()
    put(world, 1, "sent")
    assert messages.reminded(world.db, [event.id, 99]) == {event.id}
    moved = world.move(event, "2022-10-06T17:00")
    assert messages.reminded(world.db, [event.id]) == set()
    world.move(moved, "2022-09-29T17:00")
    assert messages.reminded(world.db, [event.id]) == {event.id}
    assert messages.reminded(world.db, []) == set()


# Two who are one


ORDER = ("withdrawn", "draft", "queued", "refused", "sending", "unknown", "sent")


@pytest.mark.parametrize("kept", ORDER)
@pytest.mark.parametrize("dropped", ORDER)
def test_of_two_who_are_one_the_letter_that_went_further_stays(world: World, event: Event, kept: str, dropped: str) -> None:
    revision = revise(world, event)
    for person, each in ((1, kept), (2, dropped)):
        put(world, draft(world, letter(revision, person)), each)
    draft(world, letter(revision, 2, "reminder", turn=7))

    def unite(change: Change) -> None:
        messages.unite(world.db, 1, 2, change)
        people.merge(world.db, people.get(world.db, "1"), people.get(world.db, "2"), change)

    world.write(unite)
    found = messages.search(world.db)
    assert [(one.person_id, one.kind) for one in sorted(found, key=lambda one: one.kind)] == [(1, "invitation"), (1, "reminder")]
    assert next(one.state for one in found if one.kind == "invitation") == max(kept, dropped, key=ORDER.index)
