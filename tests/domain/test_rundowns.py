"""A session's own items, and the agenda as it is shown: numbers, names, languages and the time it takes."""

import pytest

from osallisuus import i18n
from osallisuus.domain import agendas, rundowns
from osallisuus.domain.agendas import Item
from osallisuus.domain.rundowns import Budget, Line
from osallisuus.errors import OsallisuusError, Refused, UsageError
from osallisuus.store import logbook
from tests.domain.conftest import World
from tests.domain.test_agendas import FULL, Year, fill
from tests.domain.test_progress import bring, everything


@pytest.fixture
def year(world: World) -> Year:
    return Year(world)


@pytest.fixture
def full(year: Year) -> Year:
    return fill(year)


def lines(year: Year, number: int, language: str = "en") -> list[Line]:
    with i18n.speaking(language):
        return rundowns.lines(year.world.db, year.at(number))


def titles(year: Year, number: int, language: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.title, line.untranslated) for line in lines(year, number, language)]


# A session's own items


def test_an_item_is_added_at_the_end_once(year: Year) -> None:
    year.add(1, " Raadin \n työtavat ", "Talous", minutes=20)
    first = agendas.get(year.world.db, year.at(1))[0]
    assert first == Item(id=1, event_id=year.at(1).id, position=1, title="Raadin työtavat", minutes=20)
    year.add(1, "Raadin työtavat", minutes=30)
    assert not year.world.wrote
    year.add(1, "Äitini hakemus")
    assert [item.scope for item in agendas.get(year.world.db, year.at(1))] == ["", "", "individual-case"]
    with pytest.raises(UsageError, match=r"^An item needs a title\.$"):
        year.add(1, " ")
    year.hold(1)
    year.add(1, "Kirjattu jälkikäteen")
    assert year.shown(1) == ["Raadin työtavat", "Talous", "Äitini hakemus", "Kirjattu jälkikäteen"]


@pytest.mark.parametrize(
    ("number", "to", "order"),
    [(1, 1, "ABCD"), (1, 3, "BCAD"), (4, 1, "DABC"), (2, 99, "ACDB"), (3, 2, "ACBD"), (4, 4, "ABCD")],
)
def test_an_item_is_put_in_another_place(year: Year, number: int, to: int, order: str) -> None:
    year.add(1, *"ABCD")
    year.write(agendas.move, 1, number, to)
    assert year.world.wrote == (order != "ABCD")
    assert "".join(year.shown(1)) == order
    assert [item.position for item in agendas.get(year.world.db, year.at(1))] == [1, 2, 3, 4]


def test_an_item_changes_but_what_came_by_itself_keeps_its_title(full: Year) -> None:
    assert full.write(agendas.edit, 2, 3, {"minutes": 15, "title_sv": "Svar"}).minutes == 15
    full.write(agendas.edit, 2, 3, {"minutes": 15, "title_sv": "Svar"})
    assert not full.world.wrote
    full.write(agendas.edit, 2, 2, {"title": "Kuulutukset odotustilassa"})
    assert full.world.erased
    assert full.shown(2)[1] == "Kuulutukset odotustilassa 2022-09-29"
    before = everything(full.world)
    cases: tuple[tuple[int, str, type[OsallisuusError], str], ...] = (
        (1, "Uusi", Refused, "Item 1 came by itself and keeps its title."),
        (3, "Uusi", Refused, "Item 3 came by itself and keeps its title."),
        (2, "  ", UsageError, "An item needs a title."),
    )
    for number, title, error, message in cases:
        with pytest.raises(error) as refused:
            full.write(agendas.edit, 2, number, {"title": title})
        assert refused.value.message == message
    assert everything(full.world) == before


def test_only_a_sessions_own_item_is_removed_and_only_where_it_ends(full: Year) -> None:
    full.add(2, "Talous", "Muut")
    assert full.write(agendas.remove, 2, 5).title == "Talous"
    assert full.world.erased
    assert full.shown(2) == [*FULL, "Muut"]
    assert [item.position for item in agendas.get(full.world.db, full.at(2))] == [1, 2, 3, 4, 5]
    before = everything(full.world)
    for session, number, code in ((2, 1, "comes_by_itself"), (2, 2, "comes_by_itself"), (2, 3, "comes_by_itself"),
                                  (2, 4, "comes_by_itself"), (1, 1, "in_use")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            full.write(agendas.remove, session, number)
        assert refused.value.code == code
    assert everything(full.world) == before


def test_the_log_tells_of_items_without_their_words(full: Year) -> None:
    full.add(2, "Talous", title_sv="Ekonomi")
    full.note(2, 5, "Hyväksyttiin.", outcome_sv="Godkändes.")
    full.write(agendas.edit, 2, 5, {"title": "Talousarvio"})
    full.write(agendas.move, 2, 5, 2)
    assert full.world.last_entry() == [{"did": "moved", "event": "vantaa/2", "host": "vantaa", "item": 7, "position": [5, 2]}]
    written = str([entry.changes for entry in logbook.entries(full.world.db.connection)])
    words = ("Talous", "Ekonomi", "Hyväksyttiin", "Godkändes", "Kuulutukset", "Todettiin", "Kyydit")
    assert [word for word in words if word in written] == []


# As it is shown


def test_a_line_has_names_for_numbers_and_says_where_it_comes_from(full: Year) -> None:
    full.world.person("Kaisa Koordinaattori")
    full.world.person("Oskari Testinen")
    full.add(2, "Äitini hakemus", minutes=20, presenter_id=1, kind="information")
    full.note(2, 5, "Selvitetään.", owner_id=2, due="2022-11-15")
    assert lines(full, 2)[4] == Line(
        number=5, id=7, kind="information", source="own", title="Äitini hakemus", presenter="Kaisa Koordinaattori",
        presenter_id=1, minutes=20, scope="individual-case", outcome="Selvitetään.", owner="Oskari Testinen", owner_id=2,
        due="2022-11-15", status="open", since=None, proposal_id=None, untranslated=("title", "outcome"),
    )  # fmt: skip
    assert [(line.source, line.kind, line.since, line.proposal_id, line.id) for line in lines(full, 2)[:4]] == [
        ("memo", "decision", None, None, 3),
        ("carried", "discussion", "2022-09-29", None, 4),
        ("answer", "report-back", None, 1, 5),
        ("raised", "decision", None, 3, 6),
    ]


def test_what_is_not_kept_yet_has_no_id_and_what_is_suspect_about_a_proposal_shows(year: Year) -> None:
    bring(year.world, "answered yes", text="Äitini hakemus")
    assert [(line.id, line.scope, line.proposal_id) for line in lines(year, 1)] == [(None, "individual-case", 1)]


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("answered yes", "Answer to proposal 1 (Puhelin auki): yes."),
        ("answered no", "Answer to proposal 1 (Puhelin auki): no. Ei varaa"),
        ("answered not-ours", "Answer to proposal 1 (Puhelin auki): not ours. Kuuluu kaupungille"),
        ("done", "Answer to proposal 1 (Puhelin auki): partly. Vain arkisin It is done."),
    ],
)
def test_an_answer_is_told_whole(year: Year, state: str, title: str) -> None:
    bring(year.world, state, text="Puhelin auki.")
    assert [line.title for line in lines(year, 1)] == [title]


def test_words_are_in_the_language_that_is_spoken_or_as_they_were_written(full: Year) -> None:
    full.world.change_host("sivu", name_sv="Sidorådet")
    full.add(2, "Talous", title_sv="Ekonomi")
    full.write(agendas.edit, 2, 4, {"title_sv": "Sidorådet: skjutsar"})
    full.note(2, 5, "Hyväksyttiin.", outcome_sv="Godkändes.")
    full.note(2, 2, "Jatketaan.", closed=False)
    swedish = titles(full, 2, "sv")
    assert swedish[1] == ("Kuulutukset", ("title", "outcome"))
    assert swedish[2][1] == ("title",)  # the answer holds words of others
    assert swedish[3:] == [("Sidorådet: skjutsar", ()), ("Ekonomi", ())]
    assert swedish[0][1] == ()  # the program says this itself
    assert "2022-09-29" not in swedish[0][0]
    assert [line.outcome for line in lines(full, 2, "sv")] == ["", "Jatketaan.", "", "", "Godkändes."]
    assert [untranslated for _title, untranslated in titles(full, 2, "fi")] == [()] * 5
    assert titles(full, 2, "fi")[4] == ("Talous", ())
    assert titles(full, 2, "en")[4] == ("Talous", ("title", "outcome"))


def test_the_first_day_of_a_carried_item_stays_whatever_comes_between(full: Year) -> None:
    full.hold(2, 3)
    assert [(line.title, line.since) for line in lines(full, 4) if line.title == "Kuulutukset"] == [("Kuulutukset", "2022-09-29")]
    assert [line.since for line in lines(full, 4)] == [None, "2022-11-24", "2022-10-27", "2022-09-29", "2022-10-27", "2022-10-27"]


@pytest.mark.parametrize(
    ("minutes", "expected", "over"),
    [
        ([], Budget(planned=0, length=120, untimed=0), 0),
        ([None, None], Budget(planned=0, length=120, untimed=2), 0),
        ([60, 60], Budget(planned=120, length=120, untimed=0), 0),
        ([60, 61, None], Budget(planned=121, length=120, untimed=1), 1),
        ([1440, 1], Budget(planned=1441, length=120, untimed=0), 1321),
    ],
)
def test_the_items_take_their_time_of_the_session(year: Year, minutes: list[int | None], expected: Budget, over: int) -> None:
    for number, length in enumerate(minutes):
        year.add(1, f"Kohta {number}", minutes=length)
    budget = rundowns.budget(lines(year, 1), year.at(1))
    assert (budget, budget.over) == (expected, over)
