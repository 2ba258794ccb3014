"""Panels and series: names, families, what may be changed and what is refused."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus.domain import hosts
from osallisuus.domain.hosts import Panel, Series
from osallisuus.errors import NotFound, OsallisuusError, Refused, UsageError
from tests.domain.conftest import World


@pytest.mark.parametrize("slug", ["teematiistait", "vantaa-sivu", "a", "1a", "raati-2022", "päijät-häme", "åbo", "a" * 60])
def test_a_slug_is_typed_daily(slug: str) -> None:
    assert hosts.require_slug(slug) == slug


@pytest.mark.parametrize(
    "slug",
    [
        "", "-", "a-", "-a", "a--b", "Vantaa", "a b", " a", "a\n", "a/b", "a.b", "../a", "a_b", "a" * 61, "3", "2022", "2022-11",
        "2022-11-15", "раати", "é", "pa\u0308ijat", "a\u200b", "a\0", "٣", "ａ",
    ],
)  # fmt: skip
def test_what_looks_like_a_date_a_path_or_another_slug_is_none(slug: str) -> None:
    with pytest.raises(UsageError) as refused:
        hosts.require_slug(slug)
    assert refused.value.code == "bad_slug"


@given(st.text())
@settings(deadline=None)
def test_a_slug_is_safe_in_a_file_name_and_in_a_reference(slug: str) -> None:
    try:
        hosts.require_slug(slug)
    except UsageError:
        return
    assert slug == slug.casefold()
    assert not set(slug) & set('/\\.:*?"<>| ')
    assert any(c.isalpha() for c in slug)


# Adding


def test_adding_the_same_host_again_changes_nothing(world: World) -> None:
    host = world.series(name_sv="Tematisdagar", url="https://example.org")
    assert world.last_entry() == [{"did": "added", "host": "teematiistait"}]
    again = world.series(name_sv="Tematisdagar", url="https://example.org")
    assert not world.wrote
    assert again == host
    assert world.series() == host  # what is not said again stays as it is


@pytest.mark.parametrize(
    ("values", "differs"),
    [
        ({"name": "Muu"}, "name"),
        ({"rule": "3rd tuesday"}, "rule"),
        ({"url": "https://example.org/2", "minutes": 90}, "url, minutes"),
    ],
)
def test_a_slug_that_is_taken_is_refused_with_what_differs(world: World, values: dict[str, Any], differs: str) -> None:
    world.series()
    with pytest.raises(Refused) as refused:
        world.series(**values)
    assert refused.value.code == "slug_taken"
    assert refused.value.message == "'teematiistait' is already the short name of Teematiistait."
    assert refused.value.hint == f"Choose another short name, or change it with 'edit' (differs: {differs})."


def test_a_panel_and_a_series_cannot_share_a_slug(world: World) -> None:
    world.panel("raati", name="Raati")
    with pytest.raises(Refused, match="already the short name"):
        world.series("raati", name="Raati", rule="", at="", minutes=None)
    world.series("sarja", name="Sarja")
    with pytest.raises(Refused, match="already the short name"):
        world.panel("sarja", name="Sarja")
    assert [(host.slug, type(host)) for host in hosts.search(world.db)] == [("raati", Panel), ("sarja", Series)]


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"name": " \t"}, UsageError, "A name is needed."),
        ({"timezone": "Mars"}, UsageError, "'Mars' is not a time zone."),
        ({"rule": "tuesday"}, UsageError, "The rule 'tuesday' is not understood."),
        ({"at": "25:00"}, UsageError, "'25:00' is not a time of day."),
        ({"url": "example.org/teams"}, UsageError, "'example.org/teams' is not a link."),
        ({"url": "https: //x"}, UsageError, "'https: //x' is not a link."),
        ({"minutes": 0}, UsageError, "0 minutes is not a length for an occasion."),
        ({"minutes": 1441}, UsageError, "1441 minutes is not a length for an occasion."),
        ({"kind": "main", "parent": "vantaa"}, Refused, "A main panel has no parent."),
        (
            {"term_start": "2024-01-01", "term_end": "2023-12-31"},
            Refused,
            "The term would end (2023-12-31) before it starts (2024-01-01).",
        ),
        ({"kind": "side", "parent": "espoo"}, NotFound, "There is no panel 'espoo'."),
        ({"kind": "side", "parent": "teematiistait"}, NotFound, "'teematiistait' is a series, not a panel."),
        ({"kind": "side", "parent": "raati"}, NotFound, "There is no panel 'raati'."),
        (
            {"purpose": "131052-308T"},
            Refused,
            "The text in 'purpose' holds a Finnish personal identity code, which is never stored here.",
        ),
    ],
)
def test_a_host_that_makes_no_sense_is_refused(
    world: World, values: dict[str, Any], error: type[OsallisuusError], sentence: str
) -> None:
    world.panel()
    world.series()
    with pytest.raises(error) as refused:
        world.panel("raati", **values)
    assert refused.value.message == sentence
    assert [host.slug for host in hosts.search(world.db)] == ["teematiistait", "vantaa"]


@pytest.mark.parametrize("minutes", [1, 1440, None])
def test_a_host_may_last_from_a_minute_to_a_day(world: World, minutes: int | None) -> None:
    assert world.panel(minutes=minutes).minutes == minutes


@pytest.mark.parametrize(
    "url", ["", "https://example.org", "HTTPS://example.org/t?a=b#c", "http://x", "tel:+358401234567", "msteams:/l/meetup-join/1"]
)
def test_a_link_has_a_scheme_and_something_after_it(url: str) -> None:
    assert hosts.require_url(url) == url


@pytest.mark.parametrize(
    "url", ["teams", "example.org", "www.example.org/teams", "//example.org", "https:", "https: //x", "1a:x", " "]
)
def test_what_opens_nothing_is_no_link(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        hosts.require_url(url)
    assert refused.value.message == f"'{url}' is not a link."
    assert refused.value.hint == "Write it whole, for example https://example.org/teams."


# Families


def test_a_panel_knows_its_ancestors_in_order(world: World) -> None:
    world.panel("a")
    world.panel("b", kind="side", parent="a")
    world.panel("c", kind="extended", parent="B")  # typed as people type
    assert hosts.get(world.db, "c") == Panel(
        slug="c", name="Vantaan asiakasraati", timezone="Europe/Helsinki", kind="extended", parent="b",
        created_at=hosts.get(world.db, "c").created_at,
    )  # fmt: skip
    assert hosts.ancestors(world.db, "c") == ["b", "a"]
    assert hosts.ancestors(world.db, "a") == []
    assert hosts.ancestors(world.db, "nobody") == []


def test_no_panel_is_under_itself(world: World) -> None:
    world.panel("a", kind="side")
    for slug, parent in (("b", "a"), ("c", "b"), ("d", "c")):
        world.panel(slug, kind="side", parent=parent)
    for parent, sentence in (
        ("a", "A panel cannot be under itself."),
        ("A", "A panel cannot be under itself."),
        ("b", "a cannot be under b, which is itself under a."),
        ("d", "a cannot be under d, which is itself under a."),
    ):
        with pytest.raises(Refused) as refused:
            world.change_host("a", parent=parent)
        assert refused.value.message == sentence
    assert world.change_host("d", parent="a") == hosts.get(world.db, "d")
    assert hosts.ancestors(world.db, "d") == ["a"]
    world.change_host("b", parent=None)
    world.change_host("a", parent="C")
    assert hosts.ancestors(world.db, "a") == ["c", "b"]
    world.change_host("a", parent="c")
    assert not world.wrote


# Changing and reading


def test_a_change_that_changes_nothing_is_no_change(world: World) -> None:
    host = world.series()
    assert world.change_host("teematiistait", name="Teematiistait", minutes=60) == host
    assert not world.wrote
    changed = world.change_host("teematiistait", name="Teemat", minutes=60, url="tel:1")
    assert world.last_entry() == [{"did": "edited", "host": "teematiistait", "fields": ["name", "url"]}]
    assert changed == hosts.get(world.db, "teematiistait")
    assert (changed.name, changed.url) == ("Teemat", "tel:1")


def test_a_change_that_makes_no_sense_changes_nothing(world: World) -> None:
    panel = world.panel(term_start="2022-01-01")
    for changes in ({"name": ""}, {"term_end": "2021-12-31"}, {"kind": "main", "parent": "vantaa"}, {"rule": "x"}):
        with pytest.raises(OsallisuusError):
            world.change_host("vantaa", **changes)
    assert hosts.get(world.db, "vantaa") == panel


@pytest.mark.parametrize(
    ("slug", "record", "message", "hint"),
    [
        ("teematistait", None, "There is no panel or series 'teematistait'.", "Did you mean teematiistait?"),
        ("vanta", Panel, "There is no panel 'vanta'.", "Did you mean vantaa?"),
        ("vanta", Series, "There is no series 'vanta'.", "See what there is: osallisuus series list."),
        ("", Panel, "There is no panel ''.", "See what there is: osallisuus panel list."),
        ("vantaa", Series, "'vantaa' is a panel, not a series.", "Use the 'panel' / 'session' command instead."),
        ("teematiistait", Panel, "'teematiistait' is a series, not a panel.", "Use the 'series' / 'webinar' command instead."),
    ],
)
def test_an_unknown_host_is_told_with_what_there_is(
    world: World, slug: str, record: type[hosts.Host] | None, message: str, hint: str
) -> None:
    world.panel()
    world.series()
    with pytest.raises(NotFound) as refused:
        hosts.get(world.db, slug, record)
    assert (refused.value.message, refused.value.hint) == (message, hint)


@pytest.mark.parametrize(
    "typed", ["päijät-häme", "PÄIJÄT-HÄME", "pa\u0308ija\u0308t-ha\u0308me", "päijät–häme", " päijät-häme\u200b"]
)
def test_a_host_is_found_however_its_name_is_typed(world: World, typed: str) -> None:
    panel = world.panel("päijät-häme")
    assert hosts.get(world.db, typed) == panel


def test_a_closed_host_takes_days_up_to_its_last(world: World) -> None:
    world.panel()
    host = world.series(closed_on="2022-12-31")
    hosts.require_open(host, date(2022, 12, 31))
    with pytest.raises(Refused) as refused:
        hosts.require_open(host, date(2023, 1, 1))
    assert refused.value.message == "teematiistait was closed on Sat 2022-12-31."
    for day, slugs in ((date(2022, 12, 31), ["teematiistait", "vantaa"]), (date(2023, 1, 1), ["vantaa"])):
        assert [h.slug for h in hosts.search(world.db, open_on=day)] == slugs
    assert [h.slug for h in hosts.search(world.db, Series)] == ["teematiistait"]
    hosts.require_open(world.change_host("teematiistait", closed_on=None), date(2100, 1, 1))


def test_a_host_entered_by_mistake_is_removed_unless_something_belongs_to_it(world: World) -> None:
    world.panel("a")
    world.panel("b", kind="side", parent="a")
    world.series()
    world.plan("teematiistait", date(2022, 9, 1), n=1)

    def remove(slug: str) -> None:
        world.write(lambda change: hosts.remove(world.db, hosts.get(world.db, slug), change))

    for slug, hint in (("a", "osallisuus panel close a"), ("teematiistait", "osallisuus series close teematiistait")):
        with pytest.raises(Refused, match=f"{slug} has dates, members, proposals or panels of its own and stays") as refused:
            remove(slug)
        assert refused.value.hint == f"Close it instead: {hint}."
    remove("b")
    remove("a")
    assert world.last_entry() == [{"did": "removed", "host": "a"}]
    assert [host.slug for host in hosts.search(world.db)] == ["teematiistait"]


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"rule": "joka toinen maanantai"}, "2022-09-05"),
        ({"rule": "every 2 weeks on tuesday"}, None),
        ({"rule": ""}, None),
        ({"at": "15:00"}, "2022-09-05"),
        ({"rule": "every 2 weeks on tuesday", "anchor": "2022-10-10"}, "2022-10-10"),
    ],
)
def test_a_rule_that_means_something_else_is_counted_anew(world: World, changes: dict[str, Any], anchor: str | None) -> None:
    host = world.series(rule="every 2 weeks on monday", anchor="2022-09-05")
    assert hosts.ruled(host, changes).anchor == anchor
    assert world.change_host("teematiistait", **changes).anchor == anchor
    assert hosts.get(world.db, "teematiistait").anchor == anchor


def test_a_host_says_whether_it_was_added_and_which_commands_are_about_its_dates(world: World) -> None:
    series = Series(slug="sarja", name="Sarja", timezone="Europe/Helsinki")
    assert world.write(lambda change: hosts.add(world.db, series, change)) is True
    assert world.write(lambda change: hosts.add(world.db, series, change)) is False
    assert [host.verbs for host in (series, world.panel())] == ["webinar", "session"]


def test_a_host_is_called_by_its_name_in_a_language_where_it_has_one(world: World) -> None:
    host = world.series(name_sv="Tematisdagar")
    assert [host.called(language) for language in ("fi", "sv", "en")] == ["Teematiistait", "Tematisdagar", "Teematiistait"]
