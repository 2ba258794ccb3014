"""What a memo says, and that a public one names nobody who has not agreed to it."""

import re
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from osallisuus import i18n
from osallisuus.domain import agendas, agreements, attendance, events, hosts, memberships, memos, proposals, questions
from osallisuus.domain.agendas import Item
from osallisuus.domain.agreements import Agreement
from osallisuus.domain.attendance import Mark
from osallisuus.domain.events import Event
from osallisuus.domain.memberships import Membership
from osallisuus.domain.memos import Attended, Counts, Draft, Exchange, Point, Said
from osallisuus.domain.proposals import Proposal
from osallisuus.domain.questions import Question
from osallisuus.errors import Refused
from tests.domain.conftest import World

DAY = date(2022, 9, 29)
TODAY = date(2022, 10, 1)
LATER = date(2030, 1, 1)
NAMES = ("Aino Esimerkki", "Matti Virtanen", "Sanna Exempel", "Eero Malli", "Maija Meikäläinen")
AINO, MATTI, SANNA, EERO, MAIJA = range(1, 6)
ANY_NAME = re.compile("Aino|Esimerk|Matti|Matin|Virta|Sanna|Exempel|Eero|Malli|Maija|Meikäläi", re.IGNORECASE)


class Session:
    """A session of a panel with four members; Maija is known, and belongs to nothing."""

    def __init__(self, world: World) -> None:
        self.world, self.db = world, world.db
        world.panel(minutes=120, name_sv="Vanda klientråd")
        for name in NAMES:
            world.person(name)
        for number in (AINO, MATTI, SANNA, EERO):
            known = Membership(panel="vantaa", person_id=number, role="developer-client", from_date="2022-01-01")
            world.write(lambda change, known=known: memberships.add(self.db, known, change))
        self.event = world.add("vantaa", "2022-09-29T17:00")

    def mark(self, person: int, state: str = "", duty: str = "") -> None:
        asked = Mark(event_id=self.event.id, person_id=person, state=state, duty=duty)
        self.world.write(lambda change: attendance.mark(self.db, self.event, asked, change, today=LATER))

    def item(self, title: str, **values: Any) -> None:
        item = Item(event_id=self.event.id, title=title, **values)
        self.world.write(lambda change: agendas.add(self.db, self.event, item, change))

    def outcome(self, number: int, event: Event | None = None, *, closed: bool | None = None, **noted: str | int) -> None:
        at = event or self.event
        self.world.write(lambda change: agendas.outcome(self.db, at, number, noted, change, today=LATER, closed=closed))

    def propose(self, text: str) -> int:
        new = Proposal(panel="vantaa", event_id=self.event.id, text=text, added_on=str(DAY))
        return self.world.write(lambda change: proposals.add(self.db, new, change))[0].id

    def ask(self, text: str, answer: str = "") -> None:
        asked = Question(event_id=self.event.id, text=text, asked_on=str(DAY))
        kept = self.world.write(lambda change: questions.add(self.db, self.event, asked, change))[0]
        answered = self.world.write(lambda change: questions.answer(self.db, kept, answer, DAY, change))
        self.world.write(lambda change: answer and questions.publish(self.db, answered, DAY, change))

    def agree(self, person: int, on: str = "2022-09-01", kind: str = "name-publication", **values: Any) -> None:
        paper = Agreement(person_id=person, kind=kind, on_date=on, **values)
        self.world.write(lambda change: agreements.add(self.db, paper, change))

    def draft(self, *, public: bool = False, today: date = TODAY, language: str = "fi", spare: tuple[str, ...] = ()) -> Draft:
        event = events.get(self.db, self.event.lasting, today=today)
        with i18n.speaking(language):
            return memos.prepare(self.db, event, organisation="Alue", public=public, today=today, spare=spare)


@pytest.fixture
def session(world: World) -> Session:
    return Session(world)


@pytest.fixture
def full(session: Session) -> Session:
    """Give a session in which every field that can hold a name holds one, also declined."""
    session.event = session.world.edit(session.event, title="Ainon ilta", place="Virtasen koti")
    session.world.change_host("vantaa", name="Ainon raati", name_sv="")
    session.mark(AINO, "present", "chair")
    session.mark(MATTI, "remote", "secretary")
    session.mark(SANNA, "absent")
    session.mark(EERO, "present", "expert")
    session.item("Virtasen aloite", presenter_id=AINO)
    session.item("Sannas fråga", presenter_id=SANNA)
    session.outcome(1, outcome="Ainolle ja Esimerkin Ainolle sekä MATILLE.\nMaija Meikäläinen kuulee.", owner_id=MATTI)
    session.outcome(2, outcome="Exempels svar, Eeron Mallista.")
    session.propose("Matin ehdotus")
    session.ask("Tuleeko Sanna?", "Sannalle sopii.")
    session.world.hold(session.event)
    after = session.world.edit(session.world.add("vantaa", "2022-10-27T17:00"), place="Matin koti")
    session.outcome(1, after, outcome="Eero korjasi.")
    return session


def every_text(draft: Draft) -> str:
    return repr(asdict(draft.memo))


# What a memo says


def test_a_memo_says_what_was_noted(session: Session) -> None:
    session.event = session.world.edit(session.event, title="Syyskokous", place="Talo", url="https://example.org")
    session.mark(AINO, "present", "chair")
    session.mark(MATTI, "remote", "secretary")
    session.mark(SANNA, "excused")
    session.mark(MAIJA, "present", "expert")
    session.world.write(lambda change: attendance.count(session.db, session.event, 3, change, today=LATER))
    session.item("Puhelin", kind="decision", presenter_id=EERO)
    session.item("Lomake")
    session.outcome(1, outcome="Selvitetään.", owner_id=AINO, due="2022-11-15")
    session.outcome(2, outcome="Hyväksyttiin.")
    number = session.propose("Auki iltaisin")
    memo = session.draft().memo
    aino = Attended(name="Aino Esimerkki", role="kehittäjäasiakas", duty="chair", state="present")
    matti = Attended(name="Matti Virtanen", role="kehittäjäasiakas", duty="secretary", state="remote")
    maija = Attended(name="Maija Meikäläinen", role="", duty="expert", state="present")
    assert memo == memos.Memo(
        public=False, draft=True, organisation="Alue", panel="Vantaan asiakasraati", title="Syyskokous",
        starts=session.event.start, ends=session.event.start.replace(hour=19), place="Talo", online=True,
        chair="Aino Esimerkki", secretary="Matti Virtanen", experts=["Maija Meikäläinen"], present=[aino, matti, maija],
        absent=[Attended(name="Sanna Exempel", role="kehittäjäasiakas", duty="", state="excused")],
        counts=Counts(present=3, remote=1, absent=1, unmarked=1, others=3),
        items=[
            Point(number=1, title="Puhelin", kind="decision", presenter="Eero Malli", outcome="Selvitetään.",
                  owner="Aino Esimerkki", due=date(2022, 11, 15), closed=False),
            Point(number=2, title="Lomake", kind="discussion", presenter="", outcome="Hyväksyttiin.", owner="", due=None,
                  closed=True),
        ],
        proposals=[Said(number=number, text="Auki iltaisin")], questions=[], reviewed_on=None, reviewed="", next_starts=None,
        next_place="",
    )  # fmt: skip


def test_a_memo_is_a_draft_until_the_session_was_held(session: Session) -> None:
    assert session.draft().memo.draft
    session.world.hold(session.event)
    assert not session.draft().memo.draft


def test_the_next_session_is_the_next_that_was_not_cancelled(session: Session) -> None:
    def following() -> tuple[str, str]:
        memo = session.draft().memo
        return (str(memo.next_starts), memo.next_place)

    session.world.add("vantaa", "2022-09-29T09:00")
    session.world.panel("espoo", minutes=60)
    session.world.add("espoo", "2022-10-01T17:00")
    assert following() == ("None", "")
    last = session.world.add("vantaa", "2022-11-24T17:00")
    first = session.world.edit(session.world.add("vantaa", "2022-10-27T17:00"), place="Talo")
    assert following() == ("2022-10-27 17:00:00", "Talo")
    session.world.cancel(first)
    assert following() == ("2022-11-24 17:00:00", "")
    session.world.hold(last)
    assert following() == ("2022-11-24 17:00:00", "")


def test_a_memo_was_reviewed_where_its_item_was_closed(session: Session) -> None:
    def reviewed(language: str = "fi") -> tuple[date | None, str]:
        memo = session.draft(language=language).memo
        return memo.reviewed_on, memo.reviewed

    session.world.hold(session.event)
    after = session.world.add("vantaa", "2022-10-27T17:00")
    session.outcome(1, after, outcome="Siirrettiin.", closed=False)
    assert reviewed() == (None, "")
    session.outcome(1, after, outcome="Hyväksyttiin.", outcome_sv="Godkändes.", closed=True)
    day = date(2022, 10, 27)
    assert [reviewed(language) for language in i18n.LANGUAGES] == [
        (day, "Hyväksyttiin."),
        (day, "Godkändes."),
        (day, "Hyväksyttiin."),
    ]


def test_a_cancelled_session_has_no_memo(session: Session) -> None:
    session.world.cancel(session.event)
    with pytest.raises(Refused, match="has no memo") as refused:
        session.draft(language="en")
    assert refused.value.code == "is_cancelled"


@pytest.mark.parametrize("duty", ["chair", "secretary", "expert"])
@pytest.mark.parametrize(
    ("state", "held", "named"),
    [
        ("present", True, True),
        ("remote", True, True),
        ("absent", True, False),
        ("excused", True, False),
        ("", True, False),
        ("", False, True),
        ("excused", False, True),
    ],
)
def test_who_did_not_come_is_not_in_the_head(session: Session, duty: str, state: str, *, held: bool, named: bool) -> None:
    session.mark(MAIJA, state, duty)
    session.agree(MAIJA)
    if held:
        session.world.hold(session.event)
    for public in (False, True):
        memo = session.draft(public=public).memo
        head = {"chair": memo.chair, "secretary": memo.secretary, "expert": ", ".join(memo.experts)}
        assert head == {"chair": "", "secretary": "", "expert": ""} | ({duty: NAMES[MAIJA - 1]} if named else {})


def test_members_without_a_mark_are_counted(session: Session) -> None:
    assert session.draft().memo.counts == Counts(present=0, remote=0, absent=0, unmarked=4, others=0)
    session.mark(AINO, "present")
    session.mark(MATTI, "excused")
    session.mark(SANNA, "", "chair")
    session.mark(MAIJA, "", "expert")  # no member
    for public in (False, True):
        assert session.draft(public=public).memo.counts == Counts(present=1, remote=0, absent=1, unmarked=2, others=0)


def test_what_was_for_information_only_is_closed_when_the_session_is_held(session: Session) -> None:
    session.item("Kerrottu", kind="information")
    session.item("Kuultu", kind="information")
    session.item("Hoidetaan", kind="information", owner_id=AINO)
    session.item("Päivään", kind="information", due="2022-11-15")
    session.item("Kesken", kind="information")
    session.item("Puhuttu", kind="discussion")
    session.item("Päätettävä", kind="decision")
    session.outcome(5, outcome="Palataan.", closed=False)
    assert [item.closed for item in session.draft().memo.items] == [False] * 7
    session.world.write(lambda change: agendas.conclude(session.db, session.event, change))
    assert [item.title for item in session.draft().memo.items if item.closed] == ["Kerrottu", "Kuultu"]
    entry = session.world.last_entry()
    assert [(one["did"], one["status"]) for one in entry if one["did"] == "concluded"] == [("concluded", "closed")] * 2
    session.world.write(lambda change: agendas.conclude(session.db, session.event, change))
    assert not session.world.wrote
    session.world.hold(session.event)
    after = session.world.add("vantaa", "2022-10-27T17:00")
    carried = [item for item in agendas.get(session.db, after) if item.carried_from]
    assert len(carried) == 5


def test_only_answered_questions_and_proposals_that_stand_are_told(session: Session) -> None:
    session.ask("Milloin?", "Tammikuussa.")
    session.ask("Miksi?")
    kept, gone = session.propose("Auki iltaisin"), session.propose("Auki öisin")
    session.db.execute("UPDATE proposals SET status = 'withdrawn' WHERE id = ?", (gone,))
    memo = session.draft().memo
    assert (memo.questions, memo.proposals) == (
        [Exchange(question="Milloin?", answer="Tammikuussa.")],
        [Said(number=kept, text="Auki iltaisin")],
    )


@pytest.mark.parametrize(
    ("language", "panel", "title", "role", "items", "untranslated"),
    [
        ("fi", "Vantaan asiakasraati", "Syys", "kehittäjäasiakas", ["Yksi: Joo", "Kaksi: Ei", "Kolme: "], []),
        ("sv", "Vanda klientråd", "Höst", "utvecklarklient", ["Ett: Ja", "Två: Ei", "Kolme: "], ["2", "3"]),
        ("en", "Vantaan asiakasraati", "Autumn", "developer client", ["Yksi: Joo", "Kaksi: No", "Three: "], ["1", "2"]),
    ],
)
def test_a_memo_is_in_its_language_where_that_was_written(
    session: Session, language: str, panel: str, title: str, role: str, items: list[str], untranslated: list[str]
) -> None:
    session.event = session.world.edit(session.event, title="Syys", title_sv="Höst", title_en="Autumn")
    session.mark(AINO, "present")
    session.item("Yksi", title_sv="Ett")
    session.item("Kaksi", title_sv="Två")
    session.item("Kolme", title_en="Three")
    session.outcome(1, outcome="Joo", outcome_sv="Ja")
    session.outcome(2, outcome="Ei", outcome_en="No")
    draft = session.draft(language=language)
    memo = draft.memo
    assert (memo.panel, memo.title, memo.present[0].role) == (panel, title, role)
    assert [f"{item.title}: {item.outcome}" for item in memo.items] == items
    assert draft.untranslated == untranslated


# Names in a public memo


def test_a_public_memo_names_nobody_who_did_not_agree(full: Session) -> None:
    assert [name for name in NAMES if name not in every_text(full.draft())] == []
    for language in i18n.LANGUAGES:
        draft = full.draft(public=True, language=language)
        assert ANY_NAME.findall(every_text(draft)) == []
    memo = draft.memo
    assert memo.title == "[name left out] ilta"
    assert (memo.chair, memo.secretary, memo.experts) == ("", "", [])
    assert [(item.title, item.presenter, item.owner) for item in memo.items] == [
        ("[name left out] aloite", "", ""),
        ("[name left out] fråga", "", ""),
    ]
    assert memo.items[1].outcome == "[name left out] svar, [name left out]."
    assert memo.proposals[0].text == "[name left out] ehdotus"
    assert memo.questions == [Exchange(question="Tuleeko [name left out]?", answer="[name left out] sopii.")]
    assert (memo.place, memo.next_place) == ("[name left out] koti", "[name left out] koti")
    assert memo.panel == "[name left out] raati"
    assert memo.reviewed == "[name left out] korjasi."
    assert (memo.present, memo.absent) == ([], [])
    assert memo.counts == Counts(present=3, remote=1, absent=1, unmarked=0, others=0)


def test_what_was_left_out_of_a_public_memo_is_told(full: Session) -> None:
    assert full.draft().left_out == ()
    assert full.draft(public=True).left_out == [
        "Ainolle", "Ainon", "Eero", "Eeron Mallista", "Esimerkin Ainolle", "Exempels", "MATILLE", "Maija Meikäläinen", "Matin",
        "Sanna", "Sannalle", "Sannas", "Virtasen",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("paper", "named"),
    [
        ({}, True),
        ({"on": "2022-10-01"}, True),
        ({"on": "2022-10-02"}, False),
        ({"expires": "2022-10-01"}, True),
        ({"expires": "2022-09-30"}, False),
        ({"kind": "photo"}, False),
        ({"kind": "participation"}, False),
    ],
)
def test_a_name_is_published_with_a_consent_in_force_today(full: Session, paper: dict[str, str], *, named: bool) -> None:
    full.agree(AINO, **paper)
    memo = full.draft(public=True, language="en").memo
    name = "Aino Esimerkki" if named else ""
    assert (memo.chair, memo.items[0].presenter) == (name, name)
    assert [person.name for person in (*memo.present, *memo.absent)] == ([name] if named else [])
    assert memo.title == ("Ainon ilta" if named else "[name left out] ilta")
    assert memo.items[0].outcome.splitlines()[0] == (
        "Ainolle ja Esimerkin Ainolle sekä [name left out]."
        if named
        else "[name left out] ja [name left out] sekä [name left out]."
    )
    assert re.findall("Matti|Virta|Sanna|Exempel|Eero|Malli|Maija", repr(asdict(memo))) == []


@pytest.mark.parametrize(("day", "chair"), [("2022-10-02", "Aino Esimerkki"), ("2022-10-01", ""), ("2022-09-10", "")])
def test_a_withdrawn_consent_counts_until_the_day_before(full: Session, day: str, chair: str) -> None:
    full.agree(AINO)
    on = date.fromisoformat(day)
    full.world.write(lambda change: agreements.withdraw(full.db, AINO, "name-publication", on, change))
    assert full.draft(public=True).memo.chair == chair


def test_each_place_of_a_name_opens_with_its_own_consent(full: Session) -> None:
    for person in (MATTI, SANNA, EERO):
        full.agree(person)
    memo = full.draft(public=True).memo
    assert (memo.chair, memo.secretary, memo.experts) == ("", "Matti Virtanen", ["Eero Malli"])
    assert [(item.presenter, item.owner) for item in memo.items] == [("", "Matti Virtanen"), ("Sanna Exempel", "")]
    assert memo.items[1].outcome == "Exempels svar, Eeron Mallista."
    assert re.findall("Aino|Esimerk|Maija", repr(asdict(memo))) == []


def test_a_word_that_begins_small_is_doubted_and_a_spared_one_stays(full: Session) -> None:
    full.event = full.world.edit(full.event, title="Mallin mukaan, mallia näyttäen")
    draft = full.draft(public=True, language="en")
    assert (draft.memo.title, draft.doubted) == ("[name left out] mukaan, mallia näyttäen", ["mallia"])
    draft = full.draft(public=True, language="en", spare=("mallin", "Mallia"))
    assert (draft.memo.title, draft.doubted) == ("Mallin mukaan, mallia näyttäen", [])


def test_the_whole_name_of_somebody_who_agreed_stays_though_a_namesake_did_not(session: Session) -> None:
    session.world.person("Aino Malli")
    session.agree(6)
    session.event = session.world.edit(session.event, title="Aino Mallin ja Ainon ilta")
    draft = session.draft(public=True, language="en")
    assert (draft.memo.title, draft.left_out) == ("Aino Mallin ja [name left out] ilta", ["Ainon"])
    draft = session.draft(public=True, language="en", today=date(2022, 8, 31))  # the day before the consent
    assert draft.memo.title == "[name left out] ja [name left out] ilta"


@pytest.mark.parametrize("raised", [False, True])
def test_one_name_alone_goes_of_those_in_panels_under_this_one(session: Session, *, raised: bool) -> None:
    session.world.panel("sivu", kind="side", parent=None if raised else "vantaa")
    joined = Membership(panel="sivu", person_id=MAIJA, role="peer", from_date="2022-01-01")
    session.world.write(lambda change: memberships.add(session.db, joined, change))
    if raised:
        own = Proposal(panel="sivu", text="Auki", added_on=str(DAY))
        below = session.world.write(lambda change: proposals.add(session.db, own, change))[0]
        above = Proposal(panel="vantaa", text="Auki", added_on=str(DAY), raised_from=below.id)
        session.world.write(lambda change: proposals.add(session.db, above, change))
    session.propose("Maijan ehdotus")
    assert session.draft(public=True, language="en").memo.proposals[-1].text == "[name left out] ehdotus"


@pytest.mark.parametrize("tie", ["membership", "attendance", "presenter", "owner", "coordinator", "none"])
def test_one_name_alone_goes_of_everybody_who_has_to_do_with_the_panel(session: Session, tie: str) -> None:
    before = session.world.add("vantaa", "2022-08-25T17:00")
    if tie == "membership":
        ended = Membership(panel="vantaa", person_id=MAIJA, role="peer", from_date="2021-01-01", to_date="2021-12-31")
        session.world.write(lambda change: memberships.add(session.db, ended, change))
    elif tie == "attendance":
        asked = Mark(event_id=before.id, person_id=MAIJA, state="present")
        session.world.write(lambda change: attendance.mark(session.db, before, asked, change, today=LATER))
    elif tie == "coordinator":
        session.world.change_host("vantaa", coordinator=MAIJA)
    elif tie != "none":
        item = Item(event_id=before.id, title="Asia", **{f"{tie}_id": MAIJA})
        session.world.write(lambda change: agendas.add(session.db, before, item, change))
    session.event = session.world.edit(session.event, title="Maijan ilta")
    expected = "Maijan ilta" if tie == "none" else "[name left out] ilta"
    assert session.draft(public=True, language="en").memo.title == expected


def test_the_memo_of_another_panel_is_not_asked_about_these_members(session: Session) -> None:
    session.world.panel("espoo", minutes=60)
    session.event = session.world.edit(session.world.add("espoo", "2022-10-01T17:00"), title="Ainon ja Matti Virtasen ilta")
    draft = session.draft(public=True, language="en")
    assert (draft.memo.title, draft.left_out) == ("Ainon ja [name left out] ilta", ["Matti Virtasen"])


def test_preparing_a_memo_writes_nothing(full: Session) -> None:
    before = full.db.connection.total_changes
    full.draft(public=True)
    assert full.db.connection.total_changes == before
    assert hosts.get(full.db, "vantaa").coordinator is None
