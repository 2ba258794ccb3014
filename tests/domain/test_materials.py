"""Materials of a date or a talk: whose permission publishing takes, and when captions are due."""

from datetime import date
from typing import Any

import pytest

from osallisuus.domain import materials, people, publications, talks
from osallisuus.domain.events import Event
from osallisuus.domain.materials import Material, unpermitted
from osallisuus.domain.speakers import Named
from osallisuus.errors import NotFound, Refused, UsageError
from tests.domain.conftest import TODAY, World
from tests.domain.webinars import know, material, publish, speaker, talk

SHA = "0" * 64


@pytest.fixture
def event(world: World) -> Event:
    """Give a webinar with two talks: of Aino Esimerkki and Eero Malli, and of Sanna Exempel. All have confirmed."""
    world.series()
    event = world.add("teematiistait", "2022-09-13T14:00")
    first, second = (talk(world, event, title) for title in ("Tieto", "Palkkiot"))
    for one, name in ((first, "Aino Esimerkki"), (first, "Eero Malli"), (second, "Sanna Exempel")):
        speaker(world, one, world.person(name), state="confirmed")
    return event


def edit(world: World, number: int, **changes: object) -> Material:
    return world.write(lambda change: materials.edit(world.db, materials.get(world.db, number), changes, change))


def caption(world: World, number: int, day: str) -> Material:
    on = date.fromisoformat(day)
    return world.write(lambda change: materials.caption(world.db, materials.get(world.db, number), on, change))


def permit(world: World, number: int, **said: str) -> None:
    """Let a speaker say something about their talk."""
    found = world.db.rows("SELECT talk_id FROM speakers WHERE person_id = ?", (number,))[0]
    know(world, talks.get(world.db, found["talk_id"]), people.get(world.db, str(number)), **said)


def test_a_material_is_a_link_or_a_file(world: World, event: Event) -> None:
    link = material(world, event, " Tallenne ", url=" https://example.org/t ", kind="recording", language="fi")
    assert link == Material(id=1, event_id=1, kind="recording", label="Tallenne", language="fi", url="https://example.org/t")
    assert world.last_entry() == [{"did": "added", "event": "teematiistait/1", "host": "teematiistait", "material": 1}]
    file = material(world, event, url="", file="teematiistait/1/esitys.pdf", size=7, sha256=SHA, talk_id=1)
    assert (materials.get(world.db, 1), materials.get(world.db, 2)) == (link, file)
    with pytest.raises(NotFound, match=r"^There is no material 3\.$"):
        materials.get(world.db, 3)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"label": ""}, "A material needs a label: what people read on the page."),
        ({"label": " \n"}, "A material needs a label: what people read on the page."),
        ({"url": "example.org/a"}, "'example.org/a' is not a link."),
        ({"url": "javascript:alert(1)"}, "'javascript:alert(1)' is not a web address."),
        ({"url": "mailto:aino@example.org"}, "'mailto:aino@example.org' is not a web address."),
        ({"url": "file:///etc/passwd"}, "'file:///etc/passwd' is not a web address."),
        ({"url": "ftp://example.org/a"}, "'ftp://example.org/a' is not a web address."),
    ],
)
def test_what_is_no_material_is_refused_new_or_changed(world: World, event: Event, values: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as wrong:
        material(world, event, **values)
    assert wrong.value.message == said
    known = material(world, event)
    with pytest.raises(UsageError) as wrong:
        edit(world, 1, **values)
    assert wrong.value.message == said
    assert materials.get(world.db, 1) == known


def test_a_link_is_not_changed_into_none(world: World, event: Event) -> None:
    material(world, event)
    with pytest.raises(UsageError):
        edit(world, 1, url="")
    with pytest.raises(UsageError):
        edit(world, 1, url=" ")


def test_a_material_without_link_and_file_is_refused(world: World, event: Event) -> None:
    with pytest.raises(UsageError):
        material(world, event, url="")


@pytest.mark.parametrize("url", ["https://example.org/a", "http://example.org/a", "HTTPS://EXAMPLE.ORG/ä?b=c#d"])
def test_a_web_address_is_a_link(world: World, event: Event, url: str) -> None:
    assert material(world, event, url=url).url == url


def test_a_talk_is_of_the_same_date_as_its_materials(world: World, event: Event) -> None:
    other = talk(world, world.add("teematiistait", "2022-10-11T14:00"))
    with pytest.raises(Refused, match=r"^Talk 3 is on another date\.$"):
        material(world, event, talk_id=other.id)
    material(world, event, talk_id=1)
    with pytest.raises(Refused, match=r"^Talk 3 is on another date\.$"):
        edit(world, 1, talk_id=other.id)
    with pytest.raises(NotFound, match=r"^There is no talk 9\.$"):
        edit(world, 1, talk_id=9)
    assert edit(world, 1, talk_id=2).talk_id == 2


def test_materials_are_listed_by_talk_those_of_the_date_first(world: World, event: Event) -> None:
    for label, of in (("D", 2), ("C", 1), ("A", None), ("E", 2), ("B", None)):
        material(world, event, label, talk_id=of, kind="document")
    material(world, world.add("teematiistait", "2022-10-11T14:00"), "muu")
    assert [one.label for one in materials.search(world.db, event_id=event.id)] == ["A", "B", "C", "D", "E"]
    publish(world, 3)
    assert [one.label for one in materials.search(world.db, event_id=event.id, published=True)] == ["A"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"url": "https://example.org/Esitys"}, 1),
        ({"url": "https://example.org/Esitys", "label": "Muu", "kind": "link", "talk_id": 1}, 1),
        ({"url": "https://example.org/esitys"}, None),
        ({"url": "", "sha256": SHA}, 2),
        ({"url": "", "sha256": "1" * 64}, None),
        ({"url": "", "sha256": ""}, None),
        ({"event_id": 2, "url": "https://example.org/Esitys"}, None),
    ],
)
def test_a_twin_is_the_same_link_or_the_same_bytes_at_the_same_date(
    world: World, event: Event, values: dict[str, Any], found: int | None
) -> None:
    world.add("teematiistait", "2022-10-11T14:00")
    material(world, event)
    material(world, event, url="", file="teematiistait/1/a.pdf", size=1, sha256=SHA)
    twin = materials.twin(world.db, Material(**({"event_id": 1, "label": "Esitys"} | values)))
    assert (twin.id if twin else None) == found


def test_a_material_is_changed_once_and_the_log_tells_what_changed(world: World, event: Event) -> None:
    material(world, event)
    changed = edit(world, 1, label="Esitys 2", url="https://example.org/2", language="sv", kind="slides")
    assert changed == materials.get(world.db, 1) == Material(
        id=1, event_id=1, label="Esitys 2", url="https://example.org/2", language="sv"
    )  # fmt: skip
    assert world.last_entry() == [
        {
            "did": "edited", "event": "teematiistait/1", "host": "teematiistait", "material": 1,
            "fields": ["label", "language", "url"],
        }
    ]  # fmt: skip
    edit(world, 1, label="Esitys 2")
    assert not world.wrote


def test_a_changed_label_and_link_lose_the_spaces_around_them_as_new_ones_do(world: World, event: Event) -> None:
    material(world, event)
    changed = edit(world, 1, label=" Muu ", url=" https://example.org/2 ")
    assert (changed.label, changed.url) == ("Muu", "https://example.org/2")


def test_a_file_does_not_become_a_link(world: World, event: Event) -> None:
    material(world, event, url="", file="teematiistait/1/a.pdf", size=1, sha256=SHA)
    with pytest.raises(Refused, match=r"^Material 1 is a file\.$"):
        edit(world, 1, url="https://example.org/a")


# Publishing

NAMES = ("A", "B", "C")
YES = {"may_publish": "yes"}
BOTH = {"may_publish": "yes", "may_record": "yes"}


def programme(*said: dict[str, str]) -> dict[int, list[Named]]:
    """Give two talks, the first of A and B, the second of C, who said this."""
    found = [
        Named(**({"id": n, "talk_id": 1 if n < 3 else 2, "person_id": n, "state": "spoke", "organisation": ""} | one), name=name)
        for n, (name, one) in enumerate(zip(NAMES, said, strict=True), 1)
    ]
    return {1: found[:2], 2: found[2:]}


@pytest.mark.parametrize(
    ("kind", "of", "said", "lacking"),
    [
        ("slides", 1, (YES, YES, {}), ""),
        ("slides", 1, (YES, {}, YES), "B"),
        ("slides", 1, ({"may_publish": "no"}, {}, YES), "AB"),
        ("slides", 2, ({}, {}, YES), ""),
        ("slides", 2, (BOTH, BOTH, {"may_record": "yes"}), "C"),
        ("document", 2, ({}, {}, {}), "C"),
        ("link", 2, ({}, {}, {}), "C"),
        ("slides", None, (YES, YES, {}), "C"),
        ("slides", None, (YES, YES, YES), ""),
        ("document", None, ({}, {}, {}), ""),
        ("link", None, ({}, {}, {}), ""),
        ("recording", 1, (BOTH, BOTH, {}), ""),
        ("recording", 1, (YES, BOTH, {}), "A"),
        ("recording", 1, ({"may_record": "yes"}, YES, {}), "AB"),
        ("recording", None, (BOTH, BOTH, {}), "C"),
        ("recording", None, (BOTH, BOTH, BOTH), ""),
        ("recording", None, (BOTH, BOTH, {"may_publish": "yes", "may_record": "no"}), "C"),
        # somebody has to have said yes to what is of a talk
        ("slides", 1, ({"state": "cancelled"}, {"state": "declined"}, {}), "AB"),
        ("slides", 1, ({"state": "cancelled"} | YES, {"state": "declined"}, {}), ""),
        ("recording", None, (BOTH, {"state": "declined"}, {"state": "cancelled"}), ""),
        ("recording", None, (BOTH, {"state": "declined", "may_record": "no"}, BOTH), "B"),
        ("slides", 2, ({}, {}, {"state": "proposed"}), "C"),
        ("slides", 2, ({}, {}, {"state": "invited"}), "C"),
        ("slides", 3, ({}, {}, {}), ""),
    ],
)
def test_publishing_takes_the_permission_of_whoever_it_is_of(
    kind: str, of: int | None, said: tuple[dict[str, str], ...], lacking: str
) -> None:
    asked = Material(event_id=1, talk_id=of, kind=kind, label="x")
    assert "".join(one.name for one in unpermitted(asked, programme(*said))) == lacking


def test_who_said_no_and_then_fell_ill_has_still_said_no() -> None:
    asked = Material(event_id=1, talk_id=2, kind="slides", label="x")
    found = programme(YES, YES, {"state": "cancelled", "may_publish": "no"})
    assert [one.name for one in unpermitted(asked, found)] == ["C"]


def test_a_material_is_published_once_with_permission(world: World, event: Event) -> None:
    known = material(world, event, talk_id=1)
    with pytest.raises(Refused) as refused:
        publish(world, 1)
    assert (refused.value.code, refused.value.message, refused.value.hint) == (
        "no_permission",
        "'Esitys' cannot be published: no permission from Aino Esimerkki, Eero Malli.",
        "Ask, and note the answer: osallisuus talk speaker 1 1 --may-publish yes.",
    )
    permit(world, 1, may_publish="yes")
    with pytest.raises(Refused, match=r"no permission from Eero Malli\.$"):
        publish(world, 1)
    assert materials.get(world.db, 1) == known
    permit(world, 2, may_publish="yes")
    assert publish(world, 1) == materials.get(world.db, 1)
    assert materials.get(world.db, 1).published_on == "2022-08-22"
    assert world.last_entry() == [{"did": "published", "event": "teematiistait/1", "host": "teematiistait", "material": 1}]
    assert publish(world, 1, date(2022, 9, 1)).published_on == "2022-08-22"
    assert not world.wrote


def test_a_recording_takes_both_permissions_and_each_name_is_said_once(world: World, event: Event) -> None:
    material(world, event, "Tallenne", kind="recording")
    permit(world, 1, may_publish="yes")
    permit(world, 2, may_publish="yes", may_record="yes")
    with pytest.raises(Refused) as refused:
        publish(world, 1)
    assert (refused.value.message, refused.value.hint) == (
        "'Tallenne' cannot be published: no permission from Sanna Exempel, Aino Esimerkki.",
        "Ask, and note the answer: osallisuus talk speaker 2 3 --may-publish yes --may-record yes.",
    )


def test_what_is_published_stays_permitted_as_it_is_changed(world: World, event: Event) -> None:
    permit(world, 3, may_publish="yes")
    material(world, event, talk_id=2)
    publish(world, 1)
    for changes in ({"talk_id": 1}, {"kind": "recording"}):
        with pytest.raises(Refused) as refused:
            edit(world, 1, **changes)
        assert refused.value.code == "no_permission"
    assert edit(world, 1, label="Muu").published_on == "2022-08-22"
    material(world, event, "Luonnos", talk_id=2)
    assert edit(world, 2, talk_id=1, kind="recording").talk_id == 1


def test_a_permission_that_is_withdrawn_takes_back_what_needs_it(world: World, event: Event) -> None:
    for number in (1, 2, 3):
        permit(world, number, may_publish="yes", may_record="yes")
    for label, of, kind in (
        ("Ohjelma", None, "document"), ("Tallenne", None, "recording"), ("Yksi", 1, "slides"), ("Kaksi", 2, "slides"),
        ("Luonnos", 1, "slides"),
    ):  # fmt: skip
        material(world, event, label, talk_id=of, kind=kind)
    for number in (1, 2, 3, 4):
        publish(world, number)

    def follow() -> list[str]:
        return [one.label for one in world.write(lambda change: materials.follow_permissions(world.db, event.id, change))]

    assert follow() == []
    assert not world.wrote
    permit(world, 3, may_record="no")
    assert follow() == ["Tallenne"]
    assert world.last_entry() == [{"did": "unpublished", "event": "teematiistait/1", "host": "teematiistait", "material": 2}]
    permit(world, 1, may_publish="no")
    assert follow() == ["Yksi"]
    assert [one.label for one in materials.search(world.db, event_id=event.id, published=True)] == ["Ohjelma", "Kaksi"]
    assert follow() == []


def test_a_material_is_taken_off_the_page_once(world: World, event: Event) -> None:
    material(world, event, kind="document")
    publish(world, 1)

    def unpublish() -> Material:
        return world.write(lambda change: publications.unpublish(world.db, materials.get(world.db, 1), "material", change))

    assert unpublish() == materials.get(world.db, 1)
    assert materials.get(world.db, 1).published_on is None
    assert world.last_entry() == [{"did": "unpublished", "event": "teematiistait/1", "host": "teematiistait", "material": 1}]
    unpublish()
    assert not world.wrote


def test_the_first_day_of_publication_is_remembered(world: World, event: Event) -> None:
    material(world, event, kind="document")
    assert publish(world, 1, date(2022, 8, 1)).first_published_on == "2022-08-01"
    world.write(lambda change: publications.unpublish(world.db, materials.get(world.db, 1), "material", change))
    again = publish(world, 1, date(2022, 8, 20))
    assert again == materials.get(world.db, 1)
    assert (again.first_published_on, again.published_on) == ("2022-08-01", "2022-08-20")


def test_a_no_counts_at_all_dates_of_somebody(world: World, event: Event) -> None:
    other = world.add("teematiistait", "2022-10-11T14:00")
    sanna = people.get(world.db, "3")
    later = talk(world, other, "Uusi")
    speaker(world, later, sanna, state="confirmed", may_publish="yes")
    permit(world, 3, may_publish="yes")
    material(world, event, "Yksi", talk_id=2)
    material(world, other, "Kaksi", talk_id=later.id)
    for number in (1, 2):
        publish(world, number)
    for one in (talks.get(world.db, 2), later):
        know(world, one, sanna, may_publish="no")
    found = world.write(lambda change: materials.follow_permissions_of(world.db, 3, change))
    assert sorted(one.label for one in found) == ["Kaksi", "Yksi"]
    assert materials.search(world.db, published=True) == []
    assert [one.label for one in materials.search(world.db)] == ["Yksi", "Kaksi"]


def test_a_removed_material_leaves_no_word(world: World, event: Event) -> None:
    material(world, event, "salainen")
    world.write(lambda change: publications.remove(world.db, materials.get(world.db, 1), "material", change))
    assert (materials.search(world.db, event_id=event.id), world.erased) == ([], True)
    assert world.last_entry() == [{"did": "removed", "event": "teematiistait/1", "host": "teematiistait", "material": 1}]
    assert b"salainen" not in world.db.path.read_bytes()


# Captions


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"kind": "recording", "published_on": "2022-09-13"}, date(2022, 9, 27)),
        ({"kind": "recording", "published_on": "2024-02-20"}, date(2024, 3, 5)),
        ({"kind": "recording", "published_on": "2022-10-01", "first_published_on": "2022-09-13"}, date(2022, 9, 27)),
        ({"kind": "recording", "first_published_on": "2022-09-13"}, None),
        ({"kind": "recording"}, None),
        ({"kind": "recording", "published_on": "2022-09-13", "captioned_on": "2022-09-13"}, None),
        ({"kind": "slides", "published_on": "2022-09-13"}, None),
        ({"kind": "link", "published_on": "2022-09-13"}, None),
    ],
)
def test_captions_are_due_fourteen_days_after_publication(values: dict[str, Any], due: date | None) -> None:
    assert Material(event_id=1, label="x", **values).captions_due == due


def test_captions_are_noted_once_and_another_day_changes_it(world: World, event: Event) -> None:
    material(world, event, kind="recording")
    assert caption(world, 1, "2022-09-20") == materials.get(world.db, 1)
    assert materials.get(world.db, 1).captioned_on == "2022-09-20"
    assert world.last_entry() == [{"did": "captioned", "event": "teematiistait/1", "host": "teematiistait", "material": 1}]
    caption(world, 1, "2022-09-20")
    assert not world.wrote
    assert caption(world, 1, "2022-09-21").captioned_on == "2022-09-21"
    material(world, event, "Dia")
    with pytest.raises(Refused, match=r"^Material 2 is no recording\.$"):
        caption(world, 2, "2022-09-20")


def test_what_is_no_recording_any_more_has_no_captions(world: World, event: Event) -> None:
    material(world, event, kind="recording")
    caption(world, 1, "2022-09-20")
    assert edit(world, 1, label="Muu").captioned_on == "2022-09-20"
    changed = edit(world, 1, kind="link")
    assert (changed.captioned_on, changed) == (None, materials.get(world.db, 1))
    assert world.last_entry()[0]["fields"] == ["captioned_on", "kind"]


def test_a_recording_of_a_date_that_was_published_today_is_due_in_two_weeks(world: World, event: Event) -> None:
    for number in (1, 2, 3):
        permit(world, number, may_publish="yes", may_record="yes")
    material(world, event, kind="recording")
    assert publish(world, 1, TODAY).captions_due == date(2022, 9, 5)
