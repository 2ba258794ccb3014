"""Agendas from the outside: both orders of the words, what is shown, and what is kept."""

from datetime import UTC, datetime

import pytest

from tests.conftest import Program

HEADINGS = "No\tItem\tKind\tPresented by\tMinutes\tOutcome\tSeen to by\tDue\tState\n"


@pytest.fixture
def panel(program: Program) -> Program:
    """Give a panel with three sessions, a webinar series and one person, on the day of the first session."""
    program("panel", "add", "raati", "--name", "Asiakasraati", "--kind", "main", "--place", "Tikkurila")
    program("panel", "add", "sivu", "--name", "Sivuraati", "--kind", "side", "--parent", "raati")
    for day in ("2022-08-25", "2022-09-29", "2022-10-27"):
        program(f"session add raati --on {day} --at 17:00 --minutes 60")
    program("series add teema --name Teema")
    program("webinar add teema --on 2022-12-13 --at 14:00 --minutes 60")
    program("person", "add", "Oskari Testinen")
    program.now = datetime(2022, 8, 25, 6, tzinfo=UTC)
    return program


def shown(program: Program, occasion: str) -> list[str]:
    return [item["title"] for item in program.json(f"session agenda {occasion}")["agenda"]["items"]]


def answered(program: Program) -> None:
    """Let proposal 1 be answered with yes."""
    program("proposal add raati Puhelin")
    program("proposal accept 1")
    program("proposal send 1 --to Johtoryhmä")
    program("proposal answer 1 yes")


@pytest.mark.parametrize("order", ["session agenda add raati/1", "session agenda raati/1 add"])
def test_the_verb_stands_before_or_after_the_session(panel: Program, order: str) -> None:
    added = panel(*order.split(), "Talous", "--minutes", "15")
    assert (added.out, added.err) == ("Added item 1 to raati/1: Talous.\n", "")
    file = panel.database.read_bytes()
    assert panel(*order.split(), "Talous").out == "Item 1 of raati/1 is there already.\n"
    assert panel.database.read_bytes() == file
    panel(*order.split(), "add")
    assert shown(panel, "raati/1") == ["Talous", "add"]
    for words in ("session agenda raati/1", "session agenda list raati/1", "session agenda raati/1 list"):
        ran = panel(words)
        assert ran.out == f"{HEADINGS}1\tTalous\tdiscussion\t\t15\t\t\t\topen\n2\tadd\tdiscussion\t\t\t\t\t\topen\n"
        assert ran.err == "The items take 15 of the session's 60 minutes. 1 item has no time.\n"
    moved = order.replace("add", "move")
    assert panel(f"{moved} 2 1").out == "Item 2 is now number 1.\n"
    assert panel(f"{moved} 2 2").out == "Item 2 is now number 2.\n"
    assert shown(panel, "raati/1") == ["add", "Talous"]
    assert panel(f"{order.replace('add', 'remove')} 1").out == "Removed item 1: add.\n"
    assert panel(f"{order.replace('add', 'edit')} 1 --minutes 20").out == "Changed item 1 of raati/1.\n"
    assert panel(f"{order.replace('add', 'edit')} 1 --minutes 20").out == "Item 1 is as asked already.\n"
    assert panel(*order.replace("add", "outcome").split(), "1", "Hyvä.").out == "Item 1 (Talous) is closed.\n"
    assert panel(*order.replace("add", "outcome").split(), "1", "Hyvä.").out == "Item 1 is as asked already.\n"


def test_an_agenda_is_one_document(panel: Program) -> None:
    panel("session", "agenda", "add", "raati/1", "Talous", "--minutes", "45", "--presenter", "oskari", "--kind", "information")
    document = panel.json("session agenda raati/1")["agenda"]
    assert document == {
        "occasion": "raati/2022-08-25",
        "items": [
            {
                "number": 1, "id": 1, "kind": "information", "source": "own", "title": "Talous", "presenter": "Oskari Testinen",
                "presenter_id": 1, "minutes": 45, "scope": "", "outcome": "", "owner": "", "owner_id": None, "due": None,
                "status": "open", "since": None, "proposal_id": None, "untranslated": ["title"],
            }
        ],
        "planned": 45, "length": 60, "untimed": 0, "over": 0,
    }  # fmt: skip
    over = panel("session agenda add raati/1 Muut --minutes 16")
    assert (over.out, over.err) == (
        "Added item 2 to raati/1: Muut.\n",
        "The items take 61 minutes, 1 more than the session's 60.\n",
    )
    assert panel.json("session agenda raati/1")["agenda"]["over"] == 1
    nobody = panel.json("session", "agenda", "edit", "raati/1", "1", "--presenter", "")["agenda"]
    assert [item["presenter_id"] for item in nobody["items"]] == [None, None]
    assert panel("session agenda raati/2").err.startswith("The items take 0 of the session's 60 minutes. 1 item has no time.")


def test_reading_writes_nothing_and_holding_keeps_what_was_shown(panel: Program) -> None:
    answered(panel)
    file = panel.database.read_bytes()
    for session, item in (
        (1, "Answer to proposal 1 (Puhelin): yes.\treport-back"),
        (3, "Accepting the memo of Thu 2022-09-29\tdecision"),
    ):
        assert panel(f"session agenda raati/{session}").out == f"{HEADINGS}1\t{item}\t\t\t\t\t\topen\n"
    assert panel.database.read_bytes() == file
    panel("session held raati/1")
    file = panel.database.read_bytes()
    panel("session held raati/1")
    assert panel.database.read_bytes() == file
    panel("proposal told 1")
    assert shown(panel, "raati/1") == ["Answer to proposal 1 (Puhelin): yes."]


def test_outcomes_close_items_tell_answers_and_let_the_rest_go_on(panel: Program) -> None:
    answered(panel)
    for title in ("Kuulutukset", "Lomake", "Kahvi"):
        panel("session", "agenda", "raati/1", "add", title)
    said = [
        panel("session", "agenda", "outcome", "raati/1", *words).out
        for words in (
            ("1", "Kiitoksin."),
            ("2", "Selvitetään.", "--owner", "oskari", "--due", "2022-09-20"),
            ("3", "Jäi kesken.", "--open"),
            ("4", "Juodaan.", "--closed", "--owner", "oskari"),
        )
    ]
    assert said == [
        "Item 1 (Answer to proposal 1 (Puhelin): yes.) is closed. The panel has heard the answer to proposal 1.\n",
        "Item 2 (Kuulutukset) goes on at the next session.\n",
        "Item 3 (Lomake) goes on at the next session.\n",
        "Item 4 (Kahvi) is closed.\n",
    ]
    assert panel.json("proposal show 1")["proposal"]["told_on"] == "2022-08-25"
    panel("session held raati/1")
    assert panel("session agenda raati/2").out == (
        f"{HEADINGS}1\tAccepting the memo of Thu 2022-08-25\tdecision\t\t\t\t\t\topen\n"
        "2\tKuulutukset (since Thu 2022-08-25)\tdiscussion\t\t\t\tOskari Testinen\t2022-09-20\topen\n"
        "3\tLomake (since Thu 2022-08-25)\tdiscussion\t\t\t\t\t\topen\n"
    )
    panel.now = datetime(2022, 9, 21, 6, tzinfo=UTC)
    late = panel("today --check", status=8)
    assert late.out == ("  raati/1: was to be seen to by Tue 2022-09-20: Kuulutukset.\n      osallisuus session agenda raati/1\n")
    panel("session", "agenda", "outcome", "raati/1", "2", "Valmis.", "--closed")
    assert panel("today --check").out == ""
    assert shown(panel, "raati/2")[1:] == ["Lomake"]


def test_what_is_raised_is_read_in_the_language_that_is_spoken(panel: Program) -> None:
    panel("proposal", "add", "sivu", "Äitini kyydit")
    panel("proposal accept 1")
    panel("proposal raise 1")
    english = panel("session agenda raati/1")
    assert "1\tRaised by Sivuraati: Äitini kyydit\tdecision" in english.out
    assert "Proposal 2: Is this about one person's case?" in english.err
    panel("proposal edit 2 --scope ok")
    assert "one person's case" not in panel("session agenda raati/1").err
    asked = panel("session", "agenda", "raati/1", "edit", "1", "--title-sv", "Skjutsar")
    assert asked.out == "Changed item 1 of raati/1.\n"
    assert "\tSkjutsar\t" in panel("--lang", "sv", "session", "agenda", "raati/1").out


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("session agenda", 2, "usage"),
        ("session agenda raati/9", 3, "not_found"),
        ("session agenda teema/1", 3, "not_found"),
        ("session agenda add teema/1 Aihe", 3, "not_found"),
        ("session agenda add raati/1", 2, "usage"),
        ("session agenda raati/1 add", 2, "usage"),
        ("session agenda raati/1 Talous", 2, "usage"),
        ("session agenda raati/1 add Talous --minutes 0", 2, "usage"),
        ("session agenda raati/1 add Talous --kind party", 2, "usage"),
        ("session agenda raati/1 add Talous --presenter Kukaan", 3, "not_found"),
        ("session agenda raati/2 edit 1 --title Uusi", 4, "comes_by_itself"),
        ("session agenda raati/2 remove 1", 4, "comes_by_itself"),
        ("session agenda raati/2 remove 2", 3, "not_found"),
        ("session agenda raati/2 remove 0", 2, "usage"),
        ("session agenda raati/1 outcome 1 Hyvä", 3, "not_found"),
        ("session agenda raati/2 outcome 1 Hyvä", 4, "in_future"),
        ("session agenda raati/1 outcome 1 Hyvä --owner Kukaan", 3, "not_found"),
        ("session agenda raati/2 move 1 0", 2, "usage"),
        ("session agenda raati/3 add Talous", 4, "is_cancelled"),
    ],
)
def test_what_does_not_go_is_told_and_changes_nothing(panel: Program, words: str, status: int, code: str) -> None:
    panel("session cancel raati/3")
    before = panel.database.read_bytes()
    error = panel.json(words, status=status)["error"]
    assert error["code"] == code
    assert error["message"]
    assert panel.database.read_bytes() == before
