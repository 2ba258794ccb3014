"""Roles in a panel, which are data."""

from dataclasses import replace

import pytest

from osallisuus.domain import roles
from osallisuus.domain.roles import Role
from osallisuus.errors import NotFound, Refused, UsageError
from tests.domain.conftest import World

SIGNER = Role(key="tulkki", name_fi="tulkki", name_sv="tolk", name_en="interpreter", side="provider")


def test_six_roles_are_shipped_with_a_title_in_three_languages(world: World) -> None:
    found = roles.search(world.db)
    assert [role.key for role in found] == [
        "developer-client", "developer-worker", "service-provider", "peer", "expert-by-experience", "coordinator",
    ]  # fmt: skip
    assert [roles.title(found[0], language) for language in ("fi", "sv", "en")] == [
        "kehittäjäasiakas", "utvecklarklient", "developer client",
    ]  # fmt: skip
    assert {role.side for role in found} == set(roles.SIDES)


@pytest.mark.parametrize(
    "typed",
    ["expert-by-experience", "Expert-by-Experience", "kokemusasiantuntija", " KOKEMUSASIANTUNTIJA ", "erfarenhetsexpert",
     "expert by experience"],
)  # fmt: skip
def test_a_role_is_known_by_its_key_and_by_its_title_in_any_language(world: World, typed: str) -> None:
    assert roles.get(world.db, typed).key == "expert-by-experience"


@pytest.mark.parametrize("typed", ["", " ", "expert", "kokemus", "customer", "peer,"])
def test_part_of_a_role_is_none(world: World, typed: str) -> None:
    with pytest.raises(NotFound) as missing:
        roles.get(world.db, typed)
    assert missing.value.message == f"There is no role '{typed}'."


def test_a_role_is_added_once_and_comes_last(world: World) -> None:
    assert world.write(lambda change: roles.add(world.db, SIGNER, change))
    assert not world.write(lambda change: roles.add(world.db, SIGNER, change))
    assert not world.wrote
    assert roles.search(world.db)[-1] == roles.get(world.db, "TULKKI") == replace(SIGNER, position=7)
    assert roles.public(roles.get(world.db, "tulkki"), ["photo"]) == {
        "key": "tulkki", "name_fi": "tulkki", "name_sv": "tolk", "name_en": "interpreter", "side": "provider",
        "needs_training": False, "agreements": ["photo"],
    }  # fmt: skip


def test_a_role_is_not_added_over_another(world: World) -> None:
    world.write(lambda change: roles.add(world.db, SIGNER, change))
    with pytest.raises(Refused) as refused:
        world.write(lambda change: roles.add(world.db, replace(SIGNER, side="staff"), change))
    assert refused.value.code == "role_taken"
    with pytest.raises(UsageError):
        world.write(lambda change: roles.add(world.db, replace(SIGNER, key="Tulkki 2"), change))
    with pytest.raises(NotFound) as missing:
        roles.get(world.db, "boss")
    assert missing.value.hint.startswith("Roles are: developer-client, ")
