"""Answers of those invited: whose they are, what they are about, which of them counts, and what is left for a person."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from osallisuus import config
from osallisuus.cli import replies
from osallisuus.cli.context import App
from osallisuus.cli.output import Output
from osallisuus.domain import answers, people, registrations
from osallisuus.domain import replies as domain_replies
from osallisuus.domain.answers import Answer, Given
from osallisuus.domain.events import Event
from osallisuus.domain.messages import Message, Revision
from osallisuus.domain.people import Person
from osallisuus.domain.registrations import Registration
from osallisuus.domain.replies import Outcome, Proposal, Reply
from osallisuus.errors import Refused, StorageError, UsageError
from tests.conftest import NOW, captured
from tests.domain.conftest import World
from tests.imports import replies_samples as samples

AINO = "aino@example.org"
AT = "2022-08-21T06:00:00Z"
LATER = "2022-08-21T07:00:00Z"


class Post:
    """A date, somebody who was invited to it, and what comes back."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.series()
        self.event = world.add("teematiistait", "2022-11-08T14:00")
        self.aino = world.person(email=AINO)
        self.invite(self.aino)

    def fresh(self) -> Event:
        self.event = next(one for one in self.world.events() if one.id == self.event.id)
        return self.event

    def invite(self, who: Person | Registration, state: str = "sent", by_hand: int = 0, sequence: int | None = None) -> None:
        event, db = self.fresh(), self.world.db
        known = db.value("SELECT id FROM revisions WHERE uid = ? AND sequence = ?", (event.uid, event.sequence))
        same = ("uid", "sequence", "starts", "minutes", "timezone", "status", "title", "title_sv", "title_en", "description")
        revision = known or db.insert(
            Revision(event_id=event.id, place="", url="", organizer="c@example.org", **{f: getattr(event, f) for f in same})
        )
        whose = {"person_id" if isinstance(who, Person) else "registration_id": who.id}
        count = db.value("SELECT count(*) FROM messages")
        db.insert(
            Message(
                event_id=event.id,
                revision_id=revision,
                kind="invitation",
                state=state,
                by_hand=by_hand,
                sequence=event.sequence if sequence is None else sequence,
                message_id=f"<{count}@example.org>",
                made_at=AT,
                sha256="x",
                sent_at=AT if state == "sent" else None,
                **whose,
            )
        )

    def reply(self, answer: str = "accepted", **values: Any) -> Reply:
        fields = {
            "source": "r.eml",
            "method": "REPLY",
            "uid": self.event.uid,
            "sequence": self.event.sequence,
            "attendee": AINO,
            "comment": "",
            "proposed": None,
            "stamp": AT,
            "sender": AINO,
            "message_id": "",
        }
        return Reply(answer=answer, **fields | values)

    def take(self, *said: Reply) -> list[Outcome]:
        return self.world.write(lambda change: domain_replies.take(self.world.db, said, change))

    def stored(self) -> list[Given]:
        return answers.of_event(self.world.db, self.fresh())

    def said(self) -> list[tuple[str, str, bool]]:
        return [(one.answer.answer, one.answer.comment, one.current) for one in self.stored()]

    def undecided(self, reply: Reply) -> str:
        before = self.stored()
        (outcome,) = self.take(reply)
        assert outcome.what == "undecided"
        assert not self.world.wrote
        assert self.stored() == before
        return outcome.reason


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


def whats(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.what for outcome in outcomes]


def test_an_answer_is_taken_once(post: Post) -> None:
    reply = post.reply(comment="Tulen mielelläni.")
    (outcome,) = post.take(reply)
    assert outcome.what == "taken"
    assert outcome.given == post.stored()[0]
    assert outcome.given.name == "Aino Esimerkki"
    assert post.said() == [("accepted", "Tulen mielelläni.", True)]
    assert post.stored()[0].answer.answered_at == AT
    assert whats(post.take(reply, reply)) == ["known", "known"]
    assert not post.world.wrote


def test_the_log_tells_ids_only(post: Post) -> None:
    post.take(post.reply(comment="Tulen mielelläni."))
    assert post.world.last_entry() == [
        {"did": "answered", "event": "teematiistait/1", "host": "teematiistait", "person": post.aino.id}
    ]


def test_the_newest_counts_in_whatever_order_they_come(post: Post) -> None:
    old, new = post.reply("accepted", comment="Tulen."), post.reply("declined", stamp=LATER)
    assert whats(post.take(new, old)) == ["taken", "taken"]
    assert post.said() == [("declined", "", True)]
    assert post.world.erased  # the comment is gone
    assert whats(post.take(new, old)) == ["older", "known"]


def test_a_mail_with_another_address_in_capitals_is_the_same(post: Post) -> None:
    assert whats(post.take(post.reply(attendee="Aino@Example.ORG", sender="AINO@example.org"))) == ["taken"]


def test_somebody_who_registered_answers_too(post: Post) -> None:
    asked = Registration(event_id=0, email="eero@example.org", registered_on="2022-08-01")
    eero = post.world.write(lambda change: registrations.add(post.world.db, post.event, asked, change))[0]
    post.invite(eero)
    (outcome,) = post.take(post.reply("tentative", attendee="eero@example.org", sender=""))
    assert outcome.given is not None
    assert (outcome.given.name, outcome.given.answer.registration_id) == ("eero@example.org", eero.id)
    assert answers.get(post.world.db, post.event, registration_id=eero.id) == outcome.given.answer


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"uid": "foreign"}, "not sent from here"),
        ({"attendee": "eero@example.org"}, "Nobody with the address eero@example.org"),
        ({"sender": "eero@example.org"}, "The mail comes from eero@example.org"),
        ({"sequence": 1}, "a later version"),
        ({"sequence": 10**30}, "a later version"),
        ({"answer": ""}, "neither yes nor no"),
    ],
)
def test_what_does_not_fit_is_for_a_person(post: Post, changes: dict[str, Any], reason: str) -> None:
    assert reason in post.undecided(replace(post.reply(), **changes))


@pytest.mark.parametrize(("state", "by_hand", "fits"), [
    ("draft", 0, False), ("withdrawn", 0, False), ("withdrawn", 1, True), ("unknown", 0, True), ("queued", 0, True),
])  # fmt: skip
def test_only_who_may_have_heard_of_it_answers(post: Post, state: str, by_hand: int, fits: bool) -> None:
    post.invite(post.world.person("Eero Malli", email="eero@example.org"), state, by_hand)
    assert whats(post.take(post.reply(attendee="eero@example.org", sender=""))) == ["taken" if fits else "undecided"]


def test_a_shared_address_is_nobodys(post: Post) -> None:
    post.invite(post.world.person("Eero Malli", email=AINO))
    assert "2 who were invited share" in post.undecided(post.reply())


def test_an_answer_to_an_old_time_stays_told_apart(post: Post) -> None:
    old = post.reply("accepted", stamp=LATER)
    post.world.move(post.event, "2022-11-15T14:00")
    post.invite(post.aino)
    assert whats(post.take(old)) == ["taken"]
    assert post.said() == [("accepted", "", False)]
    assert post.stored()[0].answer.starts == "2022-11-08T14:00"
    # to the time that it has now, though given earlier
    new = post.reply("declined", stamp=AT)
    assert whats(post.take(new, old)) == ["taken", "older"]
    assert post.said() == [("declined", "", True)]
    assert whats(post.take(new, old, replace(old, stamp="2022-08-21T09:00:00Z"))) == ["known", "older", "older"]
    assert not post.world.wrote


def test_a_reply_is_matched_against_what_its_own_sender_was_told(post: Post) -> None:
    """Who was taken off and invited again knows the same version under a later SEQUENCE than anybody else."""
    post.world.move(post.event, "2022-11-15T14:00")
    eero = post.world.person("Eero Malli", email="eero@example.org")
    post.invite(eero, sequence=3)
    assert whats(post.take(post.reply(attendee="eero@example.org", sender="", sequence=3))) == ["taken"]
    assert post.said() == [("accepted", "", True)]
    # Aino was only told of the time before, whatever others were told since
    assert whats(post.take(post.reply(sequence=1))) == ["taken"]
    assert {one.name: one.current for one in post.stored()} == {"Aino Esimerkki": False, "Eero Malli": True}


def test_the_same_answer_noted_again_keeps_what_else_was_said(post: Post) -> None:
    def note(word: str, comment: str = "") -> tuple[str, str]:
        asked = answers.Answer(
            event_id=0, person_id=post.aino.id, answer=word, comment=comment, starts="", minutes=0, timezone="", answered_at=""
        )
        noted, _new = post.world.write(lambda change: answers.note(post.world.db, post.fresh(), asked, change))
        return noted.answer, noted.comment

    assert note("accepted", "Tulen junalla.") == ("accepted", "Tulen junalla.")
    assert note("accepted") == ("accepted", "Tulen junalla.")
    assert note("accepted", "Tulen bussilla.") == ("accepted", "Tulen bussilla.")
    assert note("declined") == ("declined", "")


def test_a_new_title_makes_no_old_time(post: Post) -> None:
    reply = post.reply()
    post.world.edit(post.event, title="Uusi otsikko")
    assert whats(post.take(reply)) == ["taken"]
    assert post.said() == [("accepted", "", True)]


def test_an_answer_becomes_one_to_an_old_time_when_the_date_moves(post: Post) -> None:
    post.take(post.reply())
    post.world.move(post.event, "2022-11-15T14:00")
    assert post.said() == [("accepted", "", False)]


@pytest.mark.parametrize(("moves", "what"), [(False, "taken"), (True, "undecided")])
def test_a_telephone_that_leaves_the_sequence_out(world: World, moves: bool, what: str) -> None:
    world.series()
    world.edit(world.add("teematiistait", "2022-11-08T14:00"), title="Ennen kutsua")
    post = object.__new__(Post)
    post.world, post.event = world, world.events()[0]
    post.aino = world.person(email=AINO)
    post.invite(post.aino)
    if moves:
        world.move(post.event, "2022-11-15T14:00")
        post.invite(post.aino)
    assert whats(post.take(post.reply(sequence=None))) == [what]


def test_a_cancelled_a_held_and_a_replaced_date_take_none(post: Post) -> None:
    reply = post.reply()
    post.world.cancel(post.event)
    assert "is cancelled" in post.undecided(reply)
    post.world.restore(post.fresh())
    assert "replaced by a new invitation" in post.undecided(reply)
    post.invite(post.aino)
    post.world.hold(post.fresh())
    assert "has been held" in post.undecided(post.reply())


def test_what_is_known_stays_known_when_the_date_is_over(post: Post) -> None:
    reply = post.reply()
    post.take(reply)
    post.world.hold(post.fresh())
    assert whats(post.take(reply)) == ["known"]


HERE = "Europe/Helsinki"


@pytest.mark.parametrize(
    ("proposal", "text"),
    [
        (Proposal(starts="2022-11-16T14:00", ends="", timezone=HERE), "proposes Wed 2022-11-16 at 14:00: Sopiiko?"),
        (Proposal(starts="2022-11-16T12:00", ends="", timezone="UTC"), "proposes Wed 2022-11-16 at 14:00: Sopiiko?"),
        (Proposal(starts="2022-11-16T12:00", ends="", timezone=""), "proposes Wed 2022-11-16 at 12:00: Sopiiko?"),
        (Proposal(starts="2022-11-16T12:00", ends="", timezone="Oma"), "proposes Wed 2022-11-16 at 12:00 (Oma): Sopiiko?"),
        (None, "Sopiiko?"),
    ],
)
def test_a_counter_is_a_comment(post: Post, proposal: Proposal | None, text: str) -> None:
    counter = post.reply("tentative", method="COUNTER", proposed=proposal, comment="Sopiiko?", stamp=LATER)
    assert whats(post.take(counter)) == ["taken"]
    assert post.said() == [("", text, True)]
    assert whats(post.take(counter)) == ["known"]
    # an answer from before it is an answer still
    assert whats(post.take(post.reply("declined"))) == ["taken"]
    assert post.said() == [("declined", text, True)]
    assert whats(post.take(counter, post.reply("declined"))) == ["older", "known"]


def test_a_counter_leaves_the_answer(post: Post) -> None:
    post.take(post.reply("accepted"))
    counter = post.reply("declined", method="COUNTER", stamp=LATER)
    assert whats(post.take(counter)) == ["taken"]
    assert post.said() == [("accepted", "proposes another time", True)]


def test_a_counter_to_the_present_time_is_taken_once_beside_an_answer_to_an_old_one(post: Post) -> None:
    post.take(post.reply("accepted"))
    post.world.move(post.event, "2022-11-15T14:00")
    post.invite(post.aino)
    counter = post.reply("", method="COUNTER", stamp=LATER)
    assert whats(post.take(counter)) == ["taken"]
    assert whats(post.take(counter)) == ["known"]
    assert post.said() == [("accepted", "proposes another time", False)]


CODE = "131052-308T"


def test_an_identity_code_is_left_out_and_nothing_fails(post: Post) -> None:
    counter = post.reply(
        method="COUNTER",
        comment=f"Olen {CODE}",
        proposed=Proposal(starts="2022-11-16T14:00", ends="", timezone=CODE),
        stamp=LATER,
    )
    outcomes = post.take(post.reply(comment=f"Olen {CODE}"), counter)
    assert [(one.what, one.left_out) for one in outcomes] == [("taken", True), ("taken", True)]
    assert CODE not in post.said()[0][1]
    assert post.said()[0][1].startswith("proposes")


def test_one_that_cannot_be_taken_stops_no_other(post: Post) -> None:
    assert sorted(whats(post.take(post.reply(uid="foreign"), post.reply()))) == ["taken", "undecided"]


@pytest.mark.parametrize("stamp", ["", "2099-01-01T00:00:00Z"])
def test_a_reply_without_a_moment_does_not_overrule(post: Post, stamp: str) -> None:
    vague = post.reply("declined", stamp=stamp)
    assert whats(post.take(vague)) == ["taken"]
    assert whats(post.take(vague)) == ["known"]
    assert "which of them is the later one" in post.undecided(replace(vague, answer="accepted"))
    assert post.stored()[0].answer.answered_at < "2022-09"


def test_two_answers_at_one_moment_are_for_a_person(post: Post) -> None:
    post.take(post.reply("accepted"))
    assert "which of them is the later one" in post.undecided(post.reply("declined"))


def noted(post: Post, answer: str, comment: str = "") -> bool:
    asked = Answer(
        event_id=0, person_id=post.aino.id, answer=answer, comment=comment, starts="", minutes=0, timezone="", answered_at=""
    )
    return post.world.write(lambda change: answers.note(post.world.db, post.fresh(), asked, change))[1]


def test_an_answer_by_telephone_overrules_what_came_before(post: Post) -> None:
    post.take(post.reply("accepted"))
    assert noted(post, "declined", "soitti")
    assert not noted(post, "declined", "soitti")
    assert not post.world.wrote
    assert post.said() == [("declined", "soitti", True)]
    assert post.stored()[0].answer.by_hand == 1
    assert whats(post.take(post.reply("accepted"))) == ["older"]
    # and settles what a person had to decide
    assert whats(post.take(post.reply("accepted", sender="eero@example.org"))) == ["older"]
    with pytest.raises(UsageError):
        noted(post, "")
    post.world.cancel(post.fresh())
    with pytest.raises(Refused):
        noted(post, "accepted")


def test_a_note_on_a_moved_date_is_about_the_new_time(post: Post) -> None:
    post.take(post.reply("accepted"))
    post.world.move(post.event, "2022-11-15T14:00")
    assert noted(post, "accepted")
    assert post.said() == [("accepted", "", True)]


@pytest.mark.parametrize("newest", ["kept", "dropped"])
def test_two_people_who_are_one_have_one_answer(post: Post, newest: str) -> None:
    twin = post.world.person("Aino E.", email="aino.e@example.org")
    post.invite(twin)
    first, second = (AT, LATER) if newest == "dropped" else (LATER, AT)
    post.take(
        post.reply("accepted", stamp=first),
        post.reply("declined", attendee="aino.e@example.org", sender="", stamp=second),
    )
    other = post.world.add("teematiistait", "2022-12-13T14:00")
    post.event = other
    post.invite(twin)
    post.take(post.reply("tentative", attendee="aino.e@example.org", sender=""))
    post.event = post.world.events()[0]
    keep, drop = post.aino, twin

    def merge(change: Any) -> None:
        answers.unite(post.world.db, keep.id, drop.id, change)
        # of the rest of what both have, `messages` sees to its own
        post.world.db.execute("DELETE FROM messages WHERE person_id = ?", (drop.id,))
        people.merge(post.world.db, keep, drop, change)

    post.world.write(merge)
    assert post.said() == [("declined" if newest == "dropped" else "accepted", "", True)]
    post.event = other
    assert [(one.name, one.answer.answer) for one in post.stored()] == [("Aino Esimerkki", "tentative")]


def read(post: Post, *paths: Path, as_json: bool = False, dry_run: bool = False) -> tuple[int, str]:
    """Run what `invite replies` runs; return its exit status and what it printed."""
    out = Output()
    out.json = as_json
    app = App(config.load(os.environ, database=str(post.world.db.path)), clock=lambda: NOW, out=out, no_input=True)
    app.command = "invite replies"
    status = 0
    with captured() as (printed, _talk):
        try:
            replies.read(app, list(paths), "", password_stdin=False, dry_run=dry_run)
        except typer.Exit as over:
            status = over.exit_code
        finally:
            app.close()
        return status, printed()


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_files_are_read_and_their_answers_told(post: Post, tmp_path: Path) -> None:
    good = saved(tmp_path / "a.eml", samples.outlook(post.event.uid, AINO, stamp="20220821T060000Z"))
    foreign = saved(tmp_path / "b.ics", samples.nextcloud("foreign"))
    line = "teematiistait/2022-11-08  Aino Esimerkki: accepts – Tulen mielelläni!\n"
    tried = read(post, good, dry_run=True)
    assert tried == (0, f"{line}1 answer taken. Nothing was written (--dry-run).\n")
    assert post.stored() == []
    status, printed = read(post, tmp_path)
    assert status == 5
    assert printed == (
        f"{line}For a person to decide:\n  {foreign}: It answers an invitation that was not sent from here.\n"
        "1 answer taken, 1 for a person to decide.\n"
    )
    assert read(post, good) == (0, "0 answers taken, 1 known already.\n")


def test_the_document_of_what_was_read(post: Post, tmp_path: Path) -> None:
    good = saved(tmp_path / "a.eml", samples.outlook(post.event.uid, AINO, stamp="20220821T060000Z"))
    wrong = saved(tmp_path / "b.eml", samples.outlook(post.event.uid, "eero@example.org"))
    none = saved(tmp_path / "c.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    status, printed = read(post, good, wrong, none, as_json=True)
    document = json.loads(printed)["replies"]
    assert status == 5
    assert document["taken"] == [
        {
            "occasion": "teematiistait/1",
            "person_id": post.aino.id,
            "registration_id": None,
            "name": "Aino Esimerkki",
            "answer": "accepted",
            "comment": "Tulen mielelläni!",
            "comment_left_out": False,
            "starts": "2022-11-08T14:00",
            "current": True,
            "answered_at": AT,
            "file": str(good),
        }
    ]
    assert [(one["file"], one["attendee"]) for one in document["for_a_person"]] == [
        (str(wrong), "eero@example.org"),
        (str(none), ""),
    ]
    assert (document["known"], document["older"], document["dry_run"]) == (0, 0, False)


def test_an_answer_to_an_old_time_and_a_comment_that_may_not_be_stored_are_said(post: Post, tmp_path: Path) -> None:
    content = samples.outlook(post.event.uid, AINO, described=f"Olen {CODE}\\n")
    post.world.move(post.event, "2022-11-15T14:00")
    assert read(post, saved(tmp_path / "a.eml", content))[1].startswith(
        "teematiistait/2022-11-15  Aino Esimerkki: accepts, to an old time,"
        " without the comment, which holds what may not be stored\n"
    )


def test_nothing_is_written_when_a_file_cannot_be_opened(post: Post, tmp_path: Path) -> None:
    good = saved(tmp_path / "a.eml", samples.outlook(post.event.uid, AINO))
    with pytest.raises(StorageError):
        read(post, good, tmp_path / "none.eml")
    assert post.stored() == []
