"""The programme of webinars from the outside: talks, speakers, what is agreed with them and what they permit."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Program

AINO = "Aino Esimerkki (Esimerkkijärjestö ry)"
FIRST = "teematiistait/1"


@pytest.fixture
def autumn(season: Program) -> Program:
    """Give the season (the first date on 13 September), its third date cancelled, and a session."""
    season("webinar cancel teematiistait/3")
    season("session add vantaa --on 2022-09-29 --at 17:00 --minutes 120")
    return season


@pytest.fixture
def programme(autumn: Program) -> Program:
    """Give talk 1 with Aino Esimerkki and Eero Malli, and talk 2 with nobody."""
    autumn("talk", "add", FIRST, "Tieto", "--speaker", AINO, "--speaker", "Eero Malli", "--minutes", "20")
    autumn("talk", "add", FIRST, "Keskustelu", "--minutes", "15")
    return autumn


def on(program: Program, day: str) -> None:
    program.now = datetime.fromisoformat(f"{day}T06:00").replace(tzinfo=UTC)


def twice(program: Program, *words: str) -> Any:
    """Run a command twice; the second time gives the same document and changes nothing."""
    words = tuple(words[0].split()) if len(words) == 1 else words
    first = program.json(*words)
    file = program.database.read_bytes()
    assert program.json(*words) == first
    assert program.database.read_bytes() == file
    return first


def states(program: Program, talk: int = 1) -> dict[str, str]:
    found = [one for one in program.json(f"talk list {FIRST}")["talks"] if one["id"] == talk]
    return {speaker["name"]: speaker["state"] for speaker in found[0]["speakers"]}


def people(program: Program) -> list[tuple[str, str]]:
    return [(one["name"], one["organisation"]) for one in program.json("person list")["people"]]


# Talks


def test_a_talk_is_added_with_its_speakers_and_only_once(autumn: Program) -> None:
    words = ("talk", "add", FIRST, "Tieto ja päätökset", "--speaker", AINO, "--minutes", "20", "--title-sv", "Kunskap")
    assert twice(autumn, *words)["talk"] == {
        "occasion": FIRST, "id": 1, "position": 1, "title": "Tieto ja päätökset", "title_sv": "Kunskap",
        "title_en": "", "minutes": 20, "starts": "2022-09-13T14:00",
        "speakers": [
            {"person_id": 1, "state": "proposed", "title": "", "bio": "", "slides": "", "may_publish": "", "may_record": "",
             "briefed_on": None, "name": "Aino Esimerkki", "organisation": "Esimerkkijärjestö ry"},
        ],
    }  # fmt: skip
    assert autumn(*words).out == "That is talk 1 of teematiistait/1 already: Tieto ja päätökset.\n"
    assert autumn("talk add teematiistait/1 Keskustelu").out == "Added talk 2 to teematiistait/1: Keskustelu.\n"
    # the same talk again brings the speakers who are missing
    more = autumn.json("talk", "add", FIRST, "tieto ja päätökset", "--speaker", "Eero Malli", "--speaker", "Aino Esimerkki")
    assert [one["name"] for one in more["talk"]["speakers"]] == ["Aino Esimerkki", "Eero Malli"]


def test_who_is_new_comes_with_a_name_and_an_organisation(autumn: Program) -> None:
    autumn("talk", "add", FIRST, "Tieto", "--speaker", "  Sanna   Exempel ( Exempelföreningen rf ) ", "--speaker", "Eero Malli")
    assert people(autumn) == [("Aino Esimerkki", ""), ("Eero Malli", ""), ("Sanna Exempel", "Exempelföreningen rf")]
    # who is known keeps their own organisation, and comes from another for this talk
    autumn("talk", "speaker", "1", "Sanna Exempel (Esimerkkikaupunki)")
    assert people(autumn)[2] == ("Sanna Exempel", "Exempelföreningen rf")
    found = autumn.json("talk list teematiistait/1")["talks"][0]["speakers"]
    assert [(one["name"], one["organisation"]) for one in found] == [
        ("Sanna Exempel", "Esimerkkikaupunki"),
        ("Eero Malli", ""),
    ]
    autumn("talk", "speaker", "1", "Eero Malli", "--organisation", "Mallikaupunki")
    assert people(autumn)[1] == ("Eero Malli", "")


def test_an_organisation_may_have_brackets_of_its_own(autumn: Program) -> None:
    autumn("talk", "add", FIRST, "Tieto", "--speaker", "Maija Mallikas (Järjestö (JR) ry)")
    assert people(autumn)[-1] == ("Maija Mallikas", "Järjestö (JR) ry")


@pytest.mark.parametrize(
    "typed", ["Maija Mallikas ()", "Maija Mallikas ( )", "Maija Mallikas (JR", "(JR)", "Maija (JR) Mallikas"]
)
def test_brackets_never_become_part_of_a_name(autumn: Program, typed: str) -> None:
    before = autumn.database.read_bytes()
    assert autumn.json("talk", "add", FIRST, "Tieto", "--speaker", typed, status=2)["error"]["code"] == "usage"
    assert autumn.database.read_bytes() == before


def test_a_talk_list_is_a_programme(programme: Program) -> None:
    programme("talk speaker 1 eero --title tutkija --slides accessible --may-publish yes --may-record no --briefed today")
    programme("talk confirm 1 aino")
    assert programme(f"talk list {FIRST}").out == (
        "Talk\tDate\tAt\tTitle\tMinutes\tSpeaker\tOrganisation\tState\tSlides\tPublish\tRecord\tBriefed\n"
        "1\tteematiistait/2022-09-13\t14:00\tTieto\t20\tAino Esimerkki\tEsimerkkijärjestö ry\tconfirmed\t\t\t\t\n"
        "1\tteematiistait/2022-09-13\t14:00\tTieto\t20\tEero Malli\t\tthought of\taccessible\tyes\tno\t2022-08-22\n"
        "2\tteematiistait/2022-09-13\t14:20\tKeskustelu\t15\t\t\t\t\t\t\t\n"
    )
    assert programme("talk list").out == programme(f"talk list {FIRST}").out
    assert [one["id"] for one in programme.json("talk list")["talks"]] == [1, 2]
    for empty in ("teematiistait/2", "vantaa/1"):
        ran = programme(f"talk list {empty}")
        assert (ran.out, ran.err) == (
            "",
            'There are no talks to come. Add one: osallisuus talk add OCCASION "…" --speaker "…"\n',
        )
    on(programme, "2022-09-14")
    assert programme.json("talk list") == {"talks": []}
    assert len(programme.json(f"talk list {FIRST}")["talks"]) == 2


def test_two_dates_on_one_day_are_named_by_number(programme: Program) -> None:
    programme("webinar", "add", "teematiistait", "--on", "2022-09-13", "--at", "17:00")
    found = programme.json("talk list")["talks"]
    assert {one["occasion"] for one in found} == {FIRST}
    assert programme.json("talk add teematiistait/5 Ilta")["talk"]["occasion"] == "teematiistait/5"


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_other_languages_keep_what_is_data(programme: Program, language: str) -> None:
    table = programme(f"--lang {language} talk list {FIRST}").out
    assert [table.splitlines()[1].split("\t")[n] for n in (3, 5, 6)] == ["Tieto", "Aino Esimerkki", "Esimerkkijärjestö ry"]
    assert "14.00" in table
    assert programme("--lang", language, "talk", "add", "vantaa/1", "X", status=4).err.count("\n") == 2
    for words in ("talk --help", "talk add --help", "talk speaker --help", "material --help", "question --help", "note --help"):
        assert "osallisuus" in programme(f"--lang {language} {words}").out
    assert programme.json("--lang", language, "talk", "confirm", "1")["talk"]["speakers"][0]["state"] == "confirmed"


def test_a_talk_is_changed_and_placed(programme: Program) -> None:
    changed = twice(programme, "talk", "edit", "2", "--title", "Yhteinen keskustelu", "--minutes", "25", "--position", "1")
    assert (changed["talk"]["title"], changed["talk"]["position"], changed["talk"]["starts"]) == (
        "Yhteinen keskustelu", 1, "2022-09-13T14:00",
    )  # fmt: skip
    assert programme("talk edit 2 --minutes 25").out == "Talk 2 is as asked already.\n"
    assert programme("talk edit 2 --minutes 30").out == "Changed talk 2: Yhteinen keskustelu.\n"
    assert [(one["id"], one["starts"][-5:]) for one in programme.json(f"talk list {FIRST}")["talks"]] == [
        (2, "14:00"),
        (1, "14:30"),
    ]


def test_a_talk_moves_and_its_speakers_are_to_be_asked_anew(programme: Program) -> None:
    assert programme("talk move 1 teematiistait/2").err == ""  # nobody had agreed
    assert programme("talk move 1 teematiistait/1").out == "Talk 1 is now on teematiistait/1.\n"
    programme("talk confirm 1 aino")
    moved = programme("talk move 1 teematiistait/2022-10-11")
    assert (moved.out, moved.err) == (
        "Talk 1 is now on teematiistait/2.\n",
        "Its speakers agreed to the other date, and are invited again: osallisuus talk confirm 1.\n",
    )
    found = programme.json("talk list teematiistait/2")["talks"][0]["speakers"]
    assert [one["state"] for one in found] == ["invited", "proposed"]
    again = programme("talk move 1 teematiistait/2")
    assert (again.out, again.err) == ("Talk 1 is on teematiistait/2 already.\n", "")
    assert programme.json("talk list teematiistait/2")["talks"][0]["starts"] == "2022-10-11T14:00"


def test_a_talk_or_a_speaker_entered_by_mistake_is_removed(programme: Program) -> None:
    assert programme("talk", "remove", "1", "eero", "--yes").out == "Removed: eero.\n"
    assert states(programme) == {"Aino Esimerkki": "proposed"}
    assert programme.json("talk remove 1 --yes") == {"talk": {"id": 1, "removed": True}}
    assert [(one["id"], one["position"]) for one in programme.json(f"talk list {FIRST}")["talks"]] == [(2, 1)]
    assert ("Eero Malli", "") in people(programme)


# What is agreed


def test_it_is_agreed_with_one_or_with_all(programme: Program) -> None:
    for verb, state in (("invite", "invited"), ("confirm", "confirmed"), ("decline", "declined"), ("cancel", "cancelled")):
        assert {one["state"] for one in twice(programme, f"talk {verb} 1 aino eero")["talk"]["speakers"]} == {state}
        assert programme(f"talk {verb} 1 eero").out == "Talk 1 is as asked already.\n"
    programme("talk invite 1 aino")
    assert programme("talk confirm 1 aino").out == (
        "Talk 1, teematiistait/1: Aino Esimerkki confirmed, Eero Malli cannot come.\n"
    )
    on(programme, "2022-09-13")
    assert states(programme) == {"Aino Esimerkki": "confirmed", "Eero Malli": "cancelled"}
    programme("talk spoke 1 aino")
    assert states(programme) == {"Aino Esimerkki": "spoke", "Eero Malli": "cancelled"}


@pytest.mark.parametrize(
    ("verb", "concerned"),
    [
        ("invite", {"proposed"}),
        ("confirm", {"proposed", "invited"}),
        ("decline", {"proposed", "invited"}),
        ("cancel", {"proposed", "invited", "confirmed"}),
        ("spoke", {"confirmed"}),
    ],
)
def test_without_a_name_it_is_agreed_with_those_whom_it_can_concern(autumn: Program, verb: str, concerned: set[str]) -> None:
    autumn("talk", "add", FIRST, "Tieto")
    verbs = {"invite": "invited", "confirm": "confirmed", "decline": "declined", "cancel": "cancelled", "spoke": "spoke"}
    on(autumn, "2022-09-13")
    for name in ("proposed", *verbs.values()):
        autumn("talk", "speaker", "1", f"Maija {name.capitalize()}")
    for step, name in verbs.items():
        autumn("talk", step, "1", f"Maija {name.capitalize()}")
    before = states(autumn)
    autumn(f"talk {verb} 1")
    assert states(autumn) == {name: verbs[verb] if state in concerned else state for name, state in before.items()}


def test_a_part_of_a_name_is_looked_for_among_the_speakers_first(programme: Program) -> None:
    programme("person", "add", "Aino Toinen")
    programme("talk speaker 1 aino --slides received")
    found = programme.json(f"talk list {FIRST}")["talks"][0]["speakers"]
    assert [(one["name"], one["slides"]) for one in found] == [("Aino Esimerkki", "received"), ("Eero Malli", "")]
    assert programme.json("talk confirm 1 aino")["talk"]["speakers"][0]["state"] == "confirmed"
    assert programme.json("talk remove 1 aino --yes") == {"talk": {"id": 1, "removed": False}}


def test_a_whole_name_is_nobody_whose_name_only_holds_it(programme: Program) -> None:
    programme("talk", "speaker", "2", "Susanna Salonen")
    programme("talk", "speaker", "2", "Anna Salo", "--may-publish", "no", status=3)
    programme("talk", "speaker", "2", "Anna Salo")
    programme("talk", "speaker", "2", "Anna Salo", "--may-publish", "no")
    found = programme.json(f"talk list {FIRST}")["talks"][1]["speakers"]
    assert [(one["name"], one["may_publish"]) for one in found] == [("Susanna Salonen", ""), ("Anna Salo", "no")]


def test_an_empty_name_is_nobody(programme: Program) -> None:
    programme("talk", "remove", "1", "eero", "--yes")
    assert programme.json("talk", "speaker", "1", "", "--may-publish", "yes", status=3)["error"]["code"] == "not_found"
    assert programme.json("talk", "speaker", "1", "", status=2)["error"]["code"] == "usage"


def test_the_advice_about_two_of_a_name_can_be_followed(programme: Program) -> None:
    programme(["person", "add", "Maija", "Mallikas"][0], "add", "Maija Mallikas")
    programme("person", "add", "Maija Mallikas", "--new-person")
    ran = programme("talk", "speaker", "2", "Maija Mallikas", status=3)
    assert "  3  Maija Mallikas\n  4  Maija Mallikas\n" in ran.err
    assert programme.json("talk speaker 2 4")["talk"]["speakers"][0]["person_id"] == 4
    options = [word.rstrip(",.") for word in ran.err.split() if word.startswith("--")]
    assert all(option in programme("talk speaker --help").out for option in options)


def test_what_is_known_of_a_speaker_is_said_once(programme: Program) -> None:
    words = (
        "talk", "speaker", "1", "aino", "--title", "kokemusasiantuntija", "--bio", "Pitkä kokemus.", "--slides", "accessible",
        "--may-publish", "yes", "--may-record", "no", "--briefed", "1.8.2022", "--organisation", "Esimerkkikaupunki",
    )  # fmt: skip
    assert twice(programme, *words)["talk"]["speakers"][0] == {
        "person_id": 1, "state": "proposed", "title": "kokemusasiantuntija", "bio": "Pitkä kokemus.", "slides": "accessible",
        "may_publish": "yes", "may_record": "no", "briefed_on": "2022-08-01", "name": "Aino Esimerkki",
        "organisation": "Esimerkkikaupunki",
    }  # fmt: skip
    assert programme("talk speaker 1 aino --slides accessible").out == "Talk 1 is as asked already.\n"
    cleared = programme.json("talk", "speaker", "1", "aino", "--briefed", "", "--bio", "")["talk"]["speakers"][0]
    assert (cleared["briefed_on"], cleared["bio"]) == (None, "")
    # of all at once, only what nobody has said yet
    everybody = programme.json("talk speaker 1 --slides none --may-record yes")["talk"]["speakers"]
    assert [(one["slides"], one["may_record"]) for one in everybody] == [("accessible", "no"), ("none", "yes")]
    taken_back = programme.json("talk speaker 1 aino --may-record unknown --slides unknown")["talk"]["speakers"][0]
    assert (taken_back["slides"], taken_back["may_record"]) == ("", "")
    log = programme("log --json").out
    assert not any(word in log for word in ("kokemusasiantuntija", "Pitkä", "Aino", "Malli", "Tieto"))


def test_as_a_date_is_held_they_spoke_and_as_it_is_brought_back_they_are_confirmed(programme: Program) -> None:
    programme("talk confirm 1 aino")
    on(programme, "2022-09-13")
    assert programme("webinar held teematiistait/1").out == "Held: teematiistait/2022-09-13, Tue 2022-09-13 at 14:00.\n"
    assert states(programme) == {"Aino Esimerkki": "spoke", "Eero Malli": "proposed"}
    file = programme.database.read_bytes()
    programme("webinar held teematiistait/1")
    assert programme.database.read_bytes() == file
    programme("webinar restore teematiistait/1")
    assert states(programme) == {"Aino Esimerkki": "confirmed", "Eero Malli": "proposed"}
    # a date that was cancelled takes its programme with it and brings it back
    programme("webinar cancel teematiistait/1")
    programme("webinar restore teematiistait/1")
    assert states(programme) == {"Aino Esimerkki": "confirmed", "Eero Malli": "proposed"}


def test_a_date_to_come_is_not_held_and_nobody_spoke(programme: Program) -> None:
    programme("talk confirm 1")
    programme("webinar held teematiistait/1", status=4)
    assert set(states(programme).values()) == {"confirmed"}


# What does not go


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("talk add vantaa/1 Puhe", 4, "is_session"),
        ("talk add teematiistait/3 Puhe", 4, "is_cancelled"),
        ("talk add teematiistait/9 Puhe", 3, "not_found"),
        ("talk add missing/1 Puhe", 3, "not_found"),
        ("talk add teematiistait Puhe", 2, "usage"),
        ("talk add teematiistait/1", 2, "usage"),
        ("talk add teematiistait/1 Puhe --minutes 0", 2, "usage"),
        ("talk add teematiistait/1 Puhe --minutes 1441", 2, "usage"),
        ("talk add teematiistait/1 Puhe --speaker 99", 3, "not_found"),
        ("talk add teematiistait/1 Puhe --speaker missing@example.org", 3, "not_found"),
        ("talk add teematiistait/1 Puhe --speaker aino", 3, "ambiguous"),
        ("talk add teematiistait/1 Puhe --speaker …", 2, "usage"),
        ("talk move 1 vantaa/1", 4, "is_session"),
        ("talk move 1 teematiistait/3", 4, "is_cancelled"),
        ("talk move 9 teematiistait/2", 3, "not_found"),
        ("talk edit 9 --title X", 3, "not_found"),
        ("talk edit 0 --title X", 2, "usage"),
        ("talk edit 1 --position 0", 2, "usage"),
        ("talk edit 1 --minutes x", 2, "usage"),
        ("talk speaker 2 --slides none", 2, "usage"),
        ("talk speaker 1 aino --slides lost", 2, "usage"),
        ("talk speaker 1 aino --may-publish maybe", 2, "usage"),
        ("talk speaker 1 aino --briefed sometime", 2, "usage"),
        ("talk speaker 9 aino", 3, "not_found"),
        ("talk speaker 1 sanna --may-publish yes", 3, "not_found"),
        ("talk speaker 1 aino --briefed 2022-08-23", 4, "in_future"),
        ("talk speaker 1 --bio Kaikki", 2, "usage"),
        ("talk speaker 1 --title Kaikki", 2, "usage"),
        ("talk speaker 1 --organisation Kaikki", 2, "usage"),
        ("talk confirm 2", 2, "usage"),
        ("talk confirm 1 sanna", 3, "not_found"),
        ("talk confirm 2 aino", 3, "not_found"),
        ("talk confirm 9", 3, "not_found"),
        ("talk spoke 1 aino", 4, "in_future"),
        ("talk remove 1", 2, "needs_yes"),
        ("talk remove 1 sanna --yes", 3, "not_found"),
        ("talk remove 9 --yes", 3, "not_found"),
        ("talk list teematiistait/9", 3, "not_found"),
        ("person remove 1 --yes", 4, "in_use"),
        ("person remove 2 --yes", 4, "in_use"),
    ],
)
def test_what_does_not_go_is_told_and_changes_nothing(programme: Program, words: str, status: int, code: str) -> None:
    before = programme.database.read_bytes()
    error = programme.json(words, status=status)["error"]
    assert (error["code"], bool(error["message"])) == (code, True)
    assert programme.database.read_bytes() == before


def test_a_talk_with_an_unknown_speaker_is_not_added_and_nobody_else_is(autumn: Program) -> None:
    before = autumn.database.read_bytes()
    autumn("talk", "add", FIRST, "Tieto", "--speaker", "Sanna Exempel (Uusi ry)", "--speaker", "99", status=3)
    assert autumn.database.read_bytes() == before


def test_an_identity_code_is_stored_nowhere_in_a_programme(programme: Program) -> None:
    before = programme.database.read_bytes()
    code = "010101-123N"
    for words in (
        ("talk", "add", FIRST, f"Puhe {code}"),
        ("talk", "edit", "1", "--title-sv", code),
        ("talk", "speaker", "1", "aino", "--bio", f"Hetu {code}"),
        ("talk", "speaker", "1", f"Maija {code}"),
        ("talk", "speaker", "1", f"Maija Mallikas (Yritys {code})"),
    ):
        assert programme.json(*words, status=4)["error"]["code"] == "identity_code"
    assert programme.database.read_bytes() == before


def test_a_talk_that_comes_from_a_date_that_was_held_is_to_come_again(programme: Program) -> None:
    programme("talk confirm 1 aino")
    on(programme, "2022-09-13")
    programme("webinar held teematiistait/1")
    programme("talk move 1 teematiistait/2")
    found = programme.json("talk list teematiistait/2")["talks"][0]["speakers"]
    assert [one["state"] for one in found] == ["invited", "proposed"]


def test_somebody_known_is_told_of_and_another_of_that_name_can_be_added(programme: Program) -> None:
    programme("person", "add", "Maija Mallikas")
    assert programme("talk", "speaker", "2", "Maija Mallikas").err == (
        "Maija Mallikas is taken for person 3, who is known already. If it is somebody else: --new-person.\n"
    )
    programme("talk", "speaker", "1", "Maija Mallikas", "--new-person")
    found = programme.json(f"talk list {FIRST}")["talks"]
    assert [one["speakers"][-1]["person_id"] for one in found] == [4, 3]


# Permissions


@pytest.fixture
def published(programme: Program) -> Program:
    """Give the programme with what is published of talk 1, of talk 2 and of the date."""
    programme("talk", "speaker", "2", "Sanna Exempel")
    for talk in (1, 2):
        programme(f"talk confirm {talk}")
        programme(f"talk speaker {talk} --may-publish yes --may-record yes")
    for label, words in (("Tieto", "--talk 1"), ("Keskustelu", "--talk 2"), ("Ohjelma", "--kind document")):
        programme(f"material add {FIRST} {label} --url https://example.org/{label} --publish {words}")
    programme(f"material add {FIRST} Tallenne --url https://example.org/t --kind recording --publish")
    return programme


def public(program: Program) -> list[str]:
    return [one["label"] for one in program.json("material list")["materials"] if one["published_on"]]


def test_a_permission_that_is_withdrawn_takes_back_what_was_published_and_says_so(published: Program) -> None:
    assert public(published) == ["Ohjelma", "Tallenne", "Tieto", "Keskustelu"]
    back = published("talk speaker 2 sanna --may-record no")
    assert (back.out, back.err) == (
        "Noted for talk 2, Keskustelu: Sanna Exempel confirmed.\n",
        "No longer published: material 4, Tallenne. Build the site again.\n",
    )
    assert published("talk speaker 2 sanna --may-record no").err == ""
    assert published("talk speaker 1 eero --may-publish no").err == (
        "No longer published: material 1, Tieto. Build the site again.\n"
    )
    assert public(published) == ["Ohjelma", "Keskustelu"]
    assert published.json("material publish 1", status=4)["error"]["code"] == "no_permission"


def test_who_joins_a_talk_has_not_permitted_what_is_published_of_it(published: Program) -> None:
    said = published("talk", "speaker", "1", "Maija Mallikas")
    assert public(published) == ["Ohjelma", "Keskustelu"]
    assert said.err == (
        "No longer published: material 4, Tallenne. Build the site again.\n"
        "No longer published: material 1, Tieto. Build the site again.\n"
    )


def test_a_talk_that_moves_takes_no_permission_with_it(published: Program) -> None:
    published("talk", "add", "teematiistait/2", "Vieras", "--speaker", "Maija Mallikas")
    published("talk confirm 3")
    said = published("talk move 3 teematiistait/1")
    assert "Tallenne" not in public(published)
    assert "No longer published: material 4, Tallenne. Build the site again.\n" in said.err


# Two who are one


def test_two_people_who_are_one_speak_once_and_a_no_counts(published: Program) -> None:
    published("person", "add", "Aino Esimerkki-Malli")
    published("talk", "speaker", "1", "Aino Esimerkki-Malli")
    published("talk", "speaker", "1", "Aino Esimerkki-Malli", "--may-publish", "no", "--bio", "Kokemus.")
    ids = {one["name"]: one["id"] for one in published.json("person list")["people"]}
    published(f"person merge 1 {ids['Aino Esimerkki-Malli']} --yes")
    speaker = published.json(f"talk list {FIRST}")["talks"][0]["speakers"][0]
    assert (speaker["name"], speaker["state"], speaker["may_publish"], speaker["bio"]) == (
        "Aino Esimerkki", "confirmed", "no", "Kokemus.",
    )  # fmt: skip
    assert list(states(published)) == ["Aino Esimerkki", "Eero Malli"]


def test_what_becomes_one_is_told_in_words(published: Program) -> None:
    published("person", "add", "Aino Esimerkki-Malli")
    published("talk", "speaker", "1", "Aino Esimerkki-Malli")
    published("talk", "speaker", "2", "Aino Esimerkki-Malli")
    published("question", "add", FIRST, "Miksi?")
    published("question", "assign", "1", "Aino Esimerkki-Malli")
    ids = {one["name"]: one["id"] for one in published.json("person list")["people"]}
    shown = published(f"person merge 1 {ids['Aino Esimerkki-Malli']} --dry-run").out
    assert "1 of both becomes one" in shown
    assert "speakers.person_id" not in shown
    assert "questions.assigned_to" not in shown


def test_a_no_that_a_merge_brings_is_of_its_talk(published: Program) -> None:
    published("talk", "add", "teematiistait/2", "Toinen", "--speaker", "Maija Mallikas")
    published("talk", "speaker", "2", "Maija Mallikas")
    published("talk speaker 2 mallikas --may-publish no --may-record yes")
    published("talk", "speaker", "2", "Aino Esimerkki")
    published("talk speaker 2 aino --may-publish yes --may-record yes")
    published("talk remove 2 sanna --yes")
    assert public(published) == ["Ohjelma", "Tieto"]
    ids = {one["name"]: one["id"] for one in published.json("person list")["people"]}
    published(f"person merge 1 {ids['Maija Mallikas']} --yes")
    found = published.json(f"talk list {FIRST}")["talks"][1]["speakers"]
    assert [(one["name"], one["may_publish"]) for one in found] == [("Aino Esimerkki", "no")]
    assert public(published) == ["Ohjelma", "Tieto"]  # a no is of the talk it was said for


def test_a_person_shows_their_talks(programme: Program) -> None:
    assert programme.json("person show 1")["person"]["talks"] == [
        {"occasion": FIRST, "day": "2022-09-13", "talk": 1, "title": "Tieto", "state": "proposed"}
    ]
    assert "Talks: teematiistait/1 2022-09-13 Tieto (thought of)\n" in programme("person show 1").out
