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
        ("panel show teematiistait", 3, "not_found"),
        ("panel show vanta", 3, "not_found"),
        ("member add vantaa X --role chief", 3, "not_found"),
        ("member add vantaa X --role peer --email nobody", 2, "bad_email"),
        ("member add vantaa X --role peer --language de", 2, "usage"),
        ("member add vantaa 131052-308T --role peer", 4, "identity_code"),
        ("member add vantaa X --role peer --from 2022-02-01 --until 2022-01-01", 2, "usage"),
        ("member leave vantaa aino --on 2021-01-01", 3, "not_found"),
        ("member edit aino --role peer", 2, "usage"),
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
    season("member", "add", "vantaa", "Aino Esimerkki", "--role", "developer-client", "--from", "2022-01-01")
    season("member", "add", "vantaa", "Aino Esimerkki", "--role", "developer-client")
    assert season.database.read_bytes() == before


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
    season.now = datetime(2023, 1, 15, 6, tzinfo=UTC)
    assert season.json("member leave vantaa aino --on 2022-11-30", status=4)["error"]["code"] == "already_left"


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


def test_more_members_than_meant_is_said(season: Program) -> None:
    season("panel edit vantaa --size 1")
    added = season("member", "add", "vantaa", "Eero Malli", "--role", "peer", "--deputy-for", "aino", "--from", "2022-01-01")
    assert added.err == "vantaa now has 2 members; it is meant to have 1.\n"
    assert season.json("member list vantaa --role peer")["members"][0]["deputy_for"] == 1


def test_a_closed_panel_takes_nobody_and_plans_nothing(season: Program) -> None:
    season("session add vantaa --on 2023-01-10 --at 12 --minutes 60")
    closed = season("panel close vantaa --on 2022-12-31")
    assert "Still planned after that: osallisuus session cancel vantaa/2023-01-10\n" in closed.err
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
