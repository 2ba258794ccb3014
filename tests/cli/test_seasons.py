"""`series copy`: the next season with the rule and the checklist of this one, and nothing about people."""

from typing import Any

import pytest

from tests.conftest import Program

COPY = ("series", "copy", "teematiistait", "kevät-2023", "--from", "2023-01-01", "--months", "5")
SPRING = ["2023-01-10", "2023-02-14", "2023-03-14", "2023-04-11", "2023-05-09"]
CLOCKS = "The clocks change between Tue 2023-03-14 and Tue 2023-04-11: the time of day stays, UTC shifts by -1 h."


@pytest.fixture
def autumn(season: Program) -> Program:
    """Give the autumn with people, ticks and texts on its first date, and a checklist of its own."""
    season("checklist set teematiistait slides --before 10")
    season("checklist set teematiistait captions --off")
    season("checklist", "set", "teematiistait", "Tekninen testaus", "--before", "1")
    season("webinar edit teematiistait/1 --title Salateema --capacity 30 --url https://example.org/syksy")
    season("talk", "add", "teematiistait/1", "Salapuhe", "--speaker", "Sanna Exempel", "--minutes", "20")
    season("registration", "add", "teematiistait/1", "Eero Malli")
    season("question", "add", "teematiistait/1", "Salakysymys?")
    season("checklist mark teematiistait/1 reminder")
    return season


def webinars(program: Program, slug: str = "kevät-2023") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.json("webinar", "list", slug)["webinars"]
    return found


def checklist(program: Program, slug: str) -> dict[str, int | None]:
    return {line["what"]: line["days"] for line in program.json("checklist", "list", slug)["checklist"]}


def test_the_next_season_is_shown_and_then_made(autumn: Program) -> None:
    before = autumn.database.read_bytes()
    dates = "".join(f"+ Tue {day} at 14:00  new\n" for day in SPRING)
    shown = autumn(*COPY, "--dry-run")
    assert shown.out == (
        f"{dates}Note: {CLOCKS}\nkevät-2023: 5 new dates, 0 kept. Nothing was written (--dry-run).\n"
    )  # fmt: skip
    assert autumn.database.read_bytes() == before
    assert autumn.json("series list")["series"][0]["slug"] == "teematiistait"
    assert len(autumn.json("series list")["series"]) == 1
    assert autumn(*COPY).out == f"{dates}Note: {CLOCKS}\nkevät-2023: 5 new dates, 0 kept.\n"
    assert [one["starts"] for one in webinars(autumn)] == [f"{day}T14:00" for day in SPRING]
    spring = autumn.json("series show kevät-2023")["series"]
    assert {name: spring[name] for name in ("name", "rule", "at", "minutes", "timezone", "closed_on")} == {
        "name": "Asiakasosallisuuden teematiistait", "rule": "2nd tuesday", "at": "14:00", "minutes": 60,
        "timezone": "Europe/Helsinki", "closed_on": None,
    }  # fmt: skip


def test_the_second_time_adds_nothing(autumn: Program) -> None:
    autumn(*COPY)
    before = autumn.database.read_bytes()
    again = autumn(*COPY)
    assert again.out.endswith("kevät-2023: 0 new dates, 5 kept.\n")
    assert [line[0] for line in again.out.splitlines()[:5]] == ["="] * 5
    assert autumn.database.read_bytes() == before
    assert autumn(*COPY, "--dry-run").out.endswith("kevät-2023: 0 new dates, 5 kept. Nothing was written (--dry-run).\n")
    autumn("webinar move kevät-2023/2 2023-02-21")
    autumn("webinar cancel kevät-2023/3")
    before = autumn.database.read_bytes()
    assert autumn(*COPY).out.endswith("kevät-2023: 0 new dates, 5 kept.\n")
    assert autumn.database.read_bytes() == before


def test_programs_get_the_plan_and_whom_it_follows(autumn: Program) -> None:
    plan = autumn.json(*COPY, "--dry-run")["plan"]
    assert plan == {
        "host": "kevät-2023", "rule": "2nd tuesday", "dry_run": True, "kept": [],
        "new": [{"occasion": f"kevät-2023/{day}", "starts": f"{day}T14:00"} for day in SPRING],
        "returning": [], "moved": [], "dropped": [], "protected": [],
        "remarks": [{"kind": "clock_change", "day": "2023-04-11", "text": CLOCKS}],
        "follows": "teematiistait",
    }  # fmt: skip
    assert autumn.json(*COPY)["plan"] == plan | {"dry_run": False}


def test_the_checklist_goes_along_and_what_is_changed_in_it_stays(autumn: Program) -> None:
    autumn(*COPY)
    assert checklist(autumn, "kevät-2023") == checklist(autumn, "teematiistait")
    assert checklist(autumn, "kevät-2023")["captions"] is None
    assert checklist(autumn, "kevät-2023")["Tekninen testaus"] == -1
    autumn("checklist set kevät-2023 slides --before 3")
    autumn("checklist set teematiistait theme --off")
    autumn(*COPY)
    assert (checklist(autumn, "kevät-2023")["slides"], checklist(autumn, "kevät-2023")["theme"]) == (-3, -28)


def test_nothing_about_people_goes_along(autumn: Program) -> None:
    autumn(*COPY)
    for date in webinars(autumn):
        occasion = date["occasion"]
        assert (date["title"], date["description"], date["capacity"], date["url"]) == ("", "", None, "")
        assert autumn.json("talk", "list", occasion)["talks"] == []
        assert autumn.json("registration", "list", occasion)["registrations"]["people"] == []
        assert autumn.json("question", "list", occasion)["questions"] == []
        (seen,) = autumn.json("webinar", "ready", occasion)["ready"]
        assert [gap["what"] for gap in seen["lacks"]] == ["theme", "speakers", "link", "reminder", "Tekninen testaus"]


def test_what_is_to_be_another_in_the_new_season_is_said(autumn: Program) -> None:
    autumn(
        *("series", "copy", "teematiistait", "kevät-2023", "--from", "2023-01-01", "--count", "2", "--name", "Kevään tiistait"),
        *("--rule", "last thursday", "--at", "9.30", "--minutes", "90", "--url", "https://example.org/kevät"),
    )
    spring = autumn.json("series show kevät-2023")["series"]
    assert (spring["name"], spring["rule"], spring["at"], spring["minutes"]) == ("Kevään tiistait", "last thursday", "09:30", 90)
    assert [(one["starts"], one["url"], one["minutes"]) for one in webinars(autumn)] == [
        ("2023-01-26T09:30", "https://example.org/kevät", 90), ("2023-02-23T09:30", "https://example.org/kevät", 90),
    ]  # fmt: skip
    source = autumn.json("series show teematiistait")["series"]
    assert (source["name"], source["rule"], source["url"]) == ("Asiakasosallisuuden teematiistait", "2nd tuesday", "")
    assert len(webinars(autumn, "teematiistait")) == 4


@pytest.mark.parametrize(
    ("policy", "days", "remarks"),
    [
        ("keep", ["2023-04-03", "2023-05-01"], [("holiday", "2023-05-01")]),
        ("skip", ["2023-04-03"], [("holiday", "2023-05-01")]),
        ("next", ["2023-04-03", "2023-05-02"], [("holiday", "2023-05-02")]),
    ],
)
def test_new_dates_are_shown_with_their_holidays(
    autumn: Program, policy: str, days: list[str], remarks: list[tuple[str, str]]
) -> None:
    words = ("series", "copy", "teematiistait", "kevät-2023", "--from", "2023-04-01", "--until", "2023-05-31")
    plan = autumn.json(*words, "--rule", "1st monday", "--holidays", policy)["plan"]
    assert [new["starts"][:10] for new in plan["new"]] == days
    assert [(remark["kind"], remark["day"]) for remark in plan["remarks"]] == remarks
    shown = autumn(*words, "--rule", "1st monday", "--holidays", policy).out
    assert shown.splitlines()[: len(days)] == [line for line in shown.splitlines() if line.startswith("= ")]


def test_a_new_date_beside_another_of_the_same_day_is_told(autumn: Program) -> None:
    autumn("session add vantaa --on 2023-02-14 --at 14:00 --minutes 60")
    remarks = autumn.json(*COPY, "--dry-run")["plan"]["remarks"]
    assert [(remark["kind"], remark["day"]) for remark in remarks] == [
        ("collision", "2023-02-14"), ("clock_change", "2023-04-11"),
    ]  # fmt: skip


def test_a_closed_series_can_be_followed(autumn: Program) -> None:
    autumn("series close teematiistait --on 2022-12-31")
    assert autumn(*COPY).out.endswith("kevät-2023: 5 new dates, 0 kept.\n")


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("ilman kevät-2023 --from 2023-01-01 --months 5", 3, "not_found"),
        ("vantaa kevät-2023 --from 2023-01-01 --months 5", 3, "not_found"),
        ("teematiistait Kevät! --from 2023-01-01 --months 5", 2, "bad_slug"),
        ("teematiistait 2023 --from 2023-01-01 --months 5", 2, "bad_slug"),
        ("teematiistait kevät-2023 --from 2023-01-01", 2, "no_end"),
        ("teematiistait kevät-2023 --from 2023-01-01 --months 5 --count 3", 2, "two_ends"),
        ("teematiistait kevät-2023 --from 2023-01-01 --months 5 --url moi", 2, "usage"),
        ("teematiistait toinen --from 2023-01-01 --months 5", 4, "slug_taken"),
        ("teematiistait vantaa --from 2023-01-01 --months 5", 4, "slug_taken"),
    ],
)
@pytest.mark.parametrize("try_", ["", " --dry-run"])
def test_what_does_not_go_is_told_and_changes_nothing(autumn: Program, words: str, status: int, code: str, try_: str) -> None:
    """A trial run refuses what the run itself would refuse."""
    autumn("series add toinen --name Toinen")
    before = autumn.database.read_bytes()
    assert autumn.json(f"series copy {words}{try_}", status=status)["error"]["code"] == code
    assert autumn.database.read_bytes() == before


def test_dates_of_a_season_that_is_there_are_not_moved_without_a_yes(autumn: Program) -> None:
    """A changed rule moves dates only when somebody agrees, as `webinar plan` asks them."""
    autumn(*COPY)
    for slug in ("teematiistait", "kevät-2023"):
        autumn("series", "edit", slug, "--rule", "3rd tuesday")
    before = autumn.database.read_bytes()
    assert autumn.json(*COPY, status=4)["error"]["code"] == "needs_plan"
    assert autumn.database.read_bytes() == before
