"""Panels, members and people from the outside."""

from datetime import UTC, datetime

import pytest

from tests.conftest import Program


def test_the_family_is_a_tree(season: Program) -> None:
    season("panel", "add", "laajennettu", "--name", "Laajennettu", "--kind", "extended", "--parent", "vantaa")
    rows = [(p["slug"], p["depth"], p["members"]) for p in season.json("panel tree")["panels"]]
    assert rows == [("vantaa", 0, 1), ("laajennettu", 1, 0), ("vantaa-sivu", 1, 0)]
    assert season.json("panel show vantaa")["panel"]["panels"] == ["laajennettu", "vantaa-sivu"]
    assert season("panel list").out.splitlines()[0].split("\t") == [
        "Panel",
        "Name",
        "Kind",
        "Belongs to",
        "Members",
        "Term ends",
        "Closed on",
    ]


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("panel add Iso --name X --kind main", 2, "bad_slug"),
        ("panel add 2022 --name X --kind main", 2, "bad_slug"),
        ("panel add vantaa --name Muu --kind main", 4, "slug_taken"),
        ("panel add x --name X --kind huge", 2, "usage"),
        ("panel add x --name X --kind side --parent missing", 3, "not_found"),
        ("panel add x --name X --kind main --parent vantaa", 4, "refused"),
        ("panel add x --name X --kind main --term-start 2022-02-01 --term-end 2022-01-01", 4, "refused"),
        ("panel add x --name X --kind main --timezone Mars/Base", 2, "usage"),
        ("panel edit vantaa --kind side --parent vantaa-sivu", 4, "refused"),
        ("panel edit vantaa --parent vantaa", 4, "refused"),
        ("panel edit vantaa --url teams", 2, "usage"),
        ("panel edit vantaa --minutes 0", 2, "usage"),
        ("panel edit vantaa --rule tuesday", 2, "bad_rule"),
        ("panel edit vantaa --holidays never", 2, "usage"),
        ("panel show teematiistait", 3, "not_found"),
        ("panel show vanta", 3, "not_found"),
        ("member add vantaa X --role chief", 3, "not_found"),
        ("member add vantaa X --role peer --email nobody", 2, "bad_email"),
        ("member add vantaa X --role peer --language de", 2, "usage"),
        ("member add vantaa 131052-308T --role peer", 4, "identity_code"),
        ("member add vantaa X --role peer --from 2022-02-01 --until 2022-01-01", 2, "usage"),
        ("member leave vantaa aino --on 2021-01-01", 3, "not_found"),
        ("member edit aino --role peer", 2, "usage"),
        ("member add vantaa Aino --role peer", 3, "ambiguous"),
        ("member add vantaa ... --role peer", 2, "usage"),
        ("member edit 1 --remove-arrangement tulkki", 3, "not_found"),
        ("member remove vantaa aino", 2, "needs_yes"),
        ("member remove vantaa-sivu aino --yes", 3, "not_found"),
        ("member remove vantaa aino --role peer --yes", 3, "not_found"),
        ("panel remove vantaa-sivu", 2, "needs_yes"),
        ("panel remove vantaa --yes", 4, "in_use"),
        ("panel remove teematiistait --yes", 3, "not_found"),
        ("panel remove missing --yes", 3, "not_found"),
        ("series remove teematiistait", 2, "needs_yes"),
        ("series remove teematiistait --yes", 4, "in_use"),
        ("series remove vantaa-sivu --yes", 3, "not_found"),
        ("person remove 1", 2, "needs_yes"),
        ("person remove 1 --yes", 4, "in_use"),
        ("person remove 99 --yes", 3, "not_found"),
        ("person add –", 2, "usage"),
        ("person edit 1 --name –", 2, "usage"),
        ("person edit 1 --remove-arrangement tulkki", 3, "not_found"),
        ("person show nobody", 3, "not_found"),
        ("person show 99", 3, "not_found"),
        ("role add Peer --name-fi a --name-sv b --name-en c", 2, "bad_slug"),
        ("role add peer --name-fi a --name-sv b --name-en c", 4, "role_taken"),
    ],
)
def test_wrong_words_are_told_apart(season: Program, words: str, status: int, code: str) -> None:
    before = season.database.read_bytes()
    assert season.json(words, status=status)["error"]["code"] == code
    assert season.database.read_bytes() == before


def test_panels_and_members_may_be_entered_twice(season: Program) -> None:
    before = season.database.read_bytes()
    season("panel", "add", "vantaa-sivu", "--name", "Sivuraati", "--kind", "side", "--parent", "vantaa")
    words = ("member", "add", "vantaa", "Aino Esimerkki", "--role", "developer-client")
    again = "Aino Esimerkki (number 1) is already in vantaa as developer-client, since Sat 2022-01-01.\n"
    assert season(*words, "--from", "2022-01-01").out == season(*words).out == again
    assert season.database.read_bytes() == before
    new = season("member", "add", "vantaa", "Eero Malli", "--role", "peer", "--from", "2022-09-01")
    assert new.out == "Eero Malli (number 2) is in vantaa as peer, from Thu 2022-09-01.\n"


def test_history_answers_for_any_day(season: Program) -> None:
    season("member edit aino --panel vantaa --role peer --on 2022-10-01")
    season("member leave vantaa aino --on 2022-12-31")

    def roles(day: str) -> list[str]:
        return [member["role"] for member in season.json(f"member list vantaa --on {day}")["members"]]

    assert [roles(day) for day in ("2021-12-31", "2022-01-01", "2022-09-30", "2022-10-01", "2022-12-31", "2023-01-01")] == [
        [],
        ["developer-client"],
        ["developer-client"],
        ["peer"],
        ["peer"],
        [],
    ]
    season("member leave vantaa aino --on 2022-11-30")  # until it has passed, an end is a plan
    assert [roles(day) for day in ("2022-11-30", "2022-12-01")] == [["peer"], []]
    season.now = datetime(2023, 1, 15, 6, tzinfo=UTC)
    error = season.json("member leave vantaa aino --on 2022-12-31", status=4)["error"]
    assert error["code"] == "already_left"
    assert error["message"] == "The membership ended on Wed 2022-11-30 already; history is not rewritten."


def test_a_role_given_by_mistake_is_corrected_from_its_first_day(season: Program) -> None:
    season("member edit aino --panel vantaa --role vertaistoimija --on 2022-01-01")
    found = [(m["role"], m["from_date"], m["to_date"]) for m in season.json("person show 1")["person"]["memberships"]]
    assert found == [("peer", "2022-01-01", None)]
    assert season.json("log vantaa")["log"][-1]["changes"] == [
        {"did": "corrected", "person": 1, "host": "vantaa", "role": ["developer-client", "peer"]}
    ]


def test_whose_deputy_somebody_is_holds_from_the_day_that_is_said(season: Program) -> None:
    season("person", "add", "Eero Malli")
    season("member edit aino --panel vantaa --role peer --on 2022-10-01")
    season("member edit aino --panel vantaa --deputy-for 2 --on 2022-10-01")
    found = [(m["role"], m["deputy_for"]) for m in season.json("person show 1")["person"]["memberships"]]
    assert found == [("developer-client", None), ("peer", 2)]
    season("member edit aino --panel vantaa --deputy-for 2")
    assert [m["deputy_for"] for m in season.json("member list vantaa")["members"]] == [2]
    error = season.json("member edit aino --panel vantaa --deputy-for 2 --on 2021-12-31", status=3)["error"]
    assert error["message"] == "This person is not in vantaa on Fri 2021-12-31."


def test_an_empty_panel_tells_who_joins_later(season: Program) -> None:
    nobody = "vantaa-sivu has no members on Mon 2022-08-22."
    assert season("member list vantaa-sivu").err == f"{nobody}\n"
    season("member add vantaa-sivu 1 --role peer --from 2022-10-01")
    later = "osallisuus member list vantaa-sivu --on 2022-10-01"
    assert season("member list vantaa-sivu").err == f"{nobody} 1 joins later: {later}\n"
    season("member", "add", "vantaa-sivu", "Eero Malli", "--role", "peer", "--from", "2022-11-01")
    listed = season("member list vantaa-sivu")
    assert (listed.out, listed.err) == ("", f"{nobody} 2 join later: {later}\n")
    assert len(season(*later.split()[1:]).out.splitlines()) == 2
    assert season.json("member list vantaa-sivu") == {"members": []}


def test_a_role_is_known_by_its_title_in_any_language(season: Program) -> None:
    for n, role in enumerate(("peer", "Vertaistoimija", "KAMRATSTÖDJARE")):
        season("member", "add", "vantaa-sivu", f"Henkilö{n} Malli", "--role", role)
        assert len(season.json("member", "list", "vantaa-sivu", "--role", role)["members"]) == n + 1
    assert {m["role"] for m in season.json("member list vantaa-sivu")["members"]} == {"peer"}


# Entered by mistake


def test_panels_and_series_are_removed_while_nothing_belongs_to_them(season: Program) -> None:
    season("series", "add", "kokeilu", "--name", "Kokeilu")
    for words, removed in (("panel remove vantaa-sivu", "vantaa-sivu"), ("series remove kokeilu", "kokeilu")):
        assert season(f"{words} --yes").out == f"Removed {removed}.\n"
    assert [panel["slug"] for panel in season.json("panel list")["panels"]] == ["vantaa"]
    assert [series["slug"] for series in season.json("series list")["series"]] == ["teematiistait"]
    for group, slug in (("panel", "vantaa"), ("series", "teematiistait")):
        stays = f"{slug} has dates, members, proposals or panels of its own and stays.\n"
        stays += f"Close it instead: osallisuus {group} close {slug}.\n"
        assert season(f"{group} remove {slug} --yes", status=4).err == stays
    season("panel", "add", "kokeilu", "--name", "Kokeilu", "--kind", "main")
    assert season.json("panel remove kokeilu --yes") == {"panel": {"slug": "kokeilu", "removed": True}}


def test_a_membership_and_then_the_person_are_removed(season: Program) -> None:
    season("member add vantaa 1 --role peer --from 2022-03-01")
    error = season.json("member remove vantaa aino --yes", status=3)["error"]
    assert error["code"] == "ambiguous"
    assert sorted(error["candidates"]) == ["developer-client  2022-01-01–", "peer  2022-03-01–"]
    assert error["hint"] == "Say which one with --role."
    season("member remove vantaa aino --role vertaistoimija --yes")
    stays = "Aino Esimerkki belongs to something and stays.\nSee what it is: osallisuus person show 1.\n"
    assert season("person remove aino --yes", status=4).err == stays
    assert season("member remove vantaa aino --yes").out == "Removed Aino Esimerkki from vantaa.\n"
    assert season("person remove aino --yes").out == "Removed number 1.\n"
    assert season.json("person list") == {"people": []}
    assert b"Aino" not in season.database.read_bytes()
    assert season.json("log vantaa")["log"][-1]["changes"] == [
        {"did": "removed", "person": 1, "host": "vantaa", "role": "developer-client", "from_date": "2022-01-01", "to_date": None}
    ]
    new = season.json("person", "add", "Eero Malli")["person"]
    assert new["id"] == 2  # a number never comes to mean somebody else


def test_a_first_name_alone_is_not_somebody_new(season: Program) -> None:
    season("person", "edit", "1", "--email", "aino@example.org", "--phone", "040 123 4567")
    refused = season("member", "add", "vantaa-sivu", "AINO", "--role", "peer", status=3)
    assert refused.err == (
        "'AINO' is part of a known name.\n  1  Aino Esimerkki  aino@example.org  040 123 4567\n"
        "Use the number of the one you mean, or --new-person for somebody else.\n"
    )
    added = season("member", "add", "vantaa-sivu", "Aino", "--role", "peer", "--new-person")
    assert added.out == "Aino (number 2) is in vantaa-sivu as peer, from Mon 2022-08-22.\n"
    season("member", "add", "vantaa-sivu", "Aino Malli", "--role", "peer")
    season("member", "add", "vantaa-sivu", "Eero", "--role", "peer")
    assert [person["id"] for person in season.json("person list")["people"]] == [2, 1, 3, 4]


def test_the_same_person_is_noticed(season: Program) -> None:
    season("member", "add", "vantaa-sivu", "aino  ESIMERKKI", "--role", "peer", "--email", "aino@example.org")
    assert [p["email"] for p in season.json("person list")["people"]] == ["aino@example.org"]
    other = season("person", "add", "Аino Esimerkki", "--email", "other@example.org")  # a Cyrillic А
    assert "Number 1, Aino Esimerkki, has the same name." in other.err
    family = season("person", "add", "Olli Esimerkki", "--email", "AINO@example.org")
    assert "has the same e-mail" in family.err
    found = {
        (group["reason"], tuple(p["id"] for p in group["people"])) for group in season.json("person duplicates")["duplicates"]
    }
    assert found == {("name", (1, 2)), ("email", (1, 3))}


def test_two_of_one_name_are_listed_not_guessed(season: Program) -> None:
    season("person", "add", "Aino Esimerkki", "--new-person")
    error = season.json("member", "add", "vantaa-sivu", "Aino Esimerkki", "--role", "peer", status=3)["error"]
    assert error["code"] == "ambiguous"
    assert [line.split()[0] for line in error["candidates"]] == ["1", "2"]
    season("member add vantaa-sivu 2 --role peer")
    assert season.json("person show 2")["person"]["memberships"][0]["panel"] == "vantaa-sivu"


def test_merging_shows_first_and_keeps_the_old_number(season: Program) -> None:
    season("person", "add", "Aino E.", "--phone", "040 123 4567", "--arrangement", "tulkki")
    season("member add vantaa-sivu 2 --role peer --from 2022-03-01")
    shown = season.json("person merge 1 2 --dry-run")["merge"]
    assert (shown["merged"], shown["fill"], shown["lose"]) == (False, {"phone": "040 123 4567"}, {"name": "Aino E."})
    assert shown["moves"] == {"arrangements.person_id": 1, "memberships.person_id": 1}
    assert season.json("person merge 1 2", status=2)["error"]["code"] == "needs_yes"
    assert season.json("person show 2")["person"]["id"] == 2
    season("person merge 1 2 --yes")
    person = season.json("person show 2")["person"]
    assert (person["id"], person["phone"], person["arrangements"]) == (1, "040 123 4567", ["tulkki"])
    assert [m["panel"] for m in person["memberships"]] == ["vantaa", "vantaa-sivu"]
    assert season.json("person merge 1 2 --yes")["merge"]["merged"] is False
    assert b"Aino E." not in season.database.read_bytes()


def test_contacts_are_changed_and_taken_away(season: Program) -> None:
    season("person", "edit", "aino", "--email", "aino@example.org", "--organisation", "Esimerkkijärjestö ry", "--language", "sv")
    person = season.json("person show aino@example.org")["person"]
    assert (person["organisation"], person["language"]) == ("Esimerkkijärjestö ry", "sv")
    season("person", "edit", "1", "--email", "", "--organisation", "")
    person = season.json("person show 1")["person"]
    assert (person["email"], person["organisation"]) == ("", "")
    assert season("person", "edit", "1", "--email", "").out == "Aino Esimerkki is as asked already.\n"


def test_arrangements_are_noted_and_taken_away(season: Program) -> None:
    def noted(*words: str) -> list[str]:
        season(*words)
        found: list[str] = season.json("person show 1")["person"]["arrangements"]
        return found

    many = ("--arrangement", "tulkki", "--arrangement", "induktiosilmukka", "--arrangement", "tila")
    assert noted("person", "edit", "1", *many) == ["induktiosilmukka", "tila", "tulkki"]
    assert noted("member", "edit", "aino", "--remove-arrangement", "tulkki") == ["induktiosilmukka", "tila"]
    unknown = season("person", "edit", "1", "--remove-arrangement", "tila", "--remove-arrangement", "tulkki", status=3)
    assert unknown.err == "'tulkki' is not among the arrangements.\nSee them with: osallisuus person show 1.\n"
    assert noted("person", "edit", "1", "--remove-arrangement", "tila", "--remove-arrangement", "induktiosilmukka") == []
    content = season.database.read_bytes()
    assert [text for text in (b"tulkki", b"tila", b"induktiosilmukka") if text in content] == []


def test_those_without_an_address_are_listed(season: Program) -> None:
    season("person", "add", "Eero Malli", "--email", "eero@example.org")
    season("person", "add", "Sanna Malli", "--phone", "040 123 4567")
    for words, numbers in (("", [1, 2, 3]), ("--without-email", [1, 3]), ("--without-email --search malli", [3])):
        assert [person["id"] for person in season.json(f"person list {words}")["people"]] == numbers
    assert season("person list --without-email --search eero").err == "Nobody was found.\n"


def test_more_members_than_meant_is_said(season: Program) -> None:
    season("panel edit vantaa --size 1")
    added = season("member", "add", "vantaa", "Eero Malli", "--role", "peer", "--deputy-for", "aino", "--from", "2022-01-01")
    assert added.err == (
        "vantaa now has 2 members; it is meant to have 1.\n"
        "Still needed for the role: training, confidentiality undertaking, participation agreement.\n"
    )
    assert season.json("member list vantaa --role peer")["members"][0]["deputy_for"] == 1


def test_a_closed_panel_takes_nobody_and_plans_nothing(season: Program) -> None:
    season("session add vantaa --on 2023-01-10 --at 12 --minutes 60")
    closed = season("panel close vantaa --on 2022-12-31")
    assert closed.out == "vantaa is closed on Sat 2022-12-31.\n"
    assert closed.err == (
        "1 person is still a member after that: osallisuus member list vantaa --on 2023-01-01\n"
        "Still planned after that: osallisuus session cancel vantaa/2023-01-10\n"
    )
    assert season.json("member add vantaa X --role peer --from 2023-01-01", status=4)["error"]["code"] == "closed"
    assert season.json("session add vantaa --on 2023-02-10 --at 12 --minutes 60", status=4)["error"]["code"] == "closed"
    season("panel edit vantaa --open")
    season("session add vantaa --on 2023-02-10 --at 12 --minutes 60")


def test_roles_can_be_added(season: Program) -> None:
    words = ("role", "add", "toimija", "--name-fi", "kokemustoimija", "--name-sv", "erfarenhetsaktör", "--name-en", "actor")
    assert season(*words).out == "Added the role toimija.\n"
    assert season(*words).out == "The role toimija is there already, unchanged.\n"
    keys = [role["key"] for role in season.json("role list")["roles"]]
    assert keys == [
        "developer-client",
        "developer-worker",
        "service-provider",
        "peer",
        "expert-by-experience",
        "coordinator",
        "toimija",
    ]


def test_a_first_name_alone_is_that_of_somebody_known(season: Program) -> None:
    season("person", "add", "Sanna Exempel", "--email", "teemu@example.org")
    assert season.json("member", "add", "vantaa", "Aino", "--role", "peer", status=3)["error"]["code"] == "ambiguous"
    assert "(number 3)" in season("member", "add", "vantaa", "Teemu", "--role", "peer").out
    assert "already in" in season("member", "add", "vantaa", "Teemu", "--role", "peer").out
    assert "Nobody has that role in vantaa" in season("member", "list", "vantaa", "--role", "coordinator").err
