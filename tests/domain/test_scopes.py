"""What a panel is not for is asked about, and never blocks anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus.domain import scopes


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Lääkityksen annostus", "medical-decision"),
        ("LÄÄKEMÄÄRÄYKSET vanhenevat", "medical-decision"),
        ("hoitopäätöksistä", "medical-decision"),
        ("Diagnosen dröjer", "medical-decision"),
        ("A new treatment decision", "medical-decision"),
        ("who prescribes what", "medical-decision"),
        ("Minun hakemukseni hylättiin", "individual-case"),
        ("äitini kotihoito", "individual-case"),
        ("Valituksen käsittely", "individual-case"),
        ("klagomål om kön", "individual-case"),
        ("My mother waits", "individual-case"),
        ("Complaints", "individual-case"),
        ("Lapseni lääkitys", "medical-decision"),
    ],
)
def test_what_sounds_like_one_persons_case_or_a_medical_decision_is_suspected(text: str, scope: str) -> None:
    assert scopes.suspected(text) == scope
    assert scopes.question(scope)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Odotustilan kuulutukset näytölle",
        "Kuljetuspalvelun puhelin auki myös iltaisin",
        "isännöinti ja valistus",
        "Färdtjänstens telefon",
        "Mamma-kaffe i väntrummet",
        "Signage in my town",
        "uncomplaining staff",
    ],
)
def test_the_daily_bread_of_panels_is_not_suspected(text: str) -> None:
    assert scopes.suspected(text) == ""


def test_each_scope_but_ok_has_a_question_of_its_own() -> None:
    questions = [scopes.question(scope) for scope in scopes.SCOPES]
    assert questions[0].startswith("Is this about one person's case?")
    assert questions[1].startswith("Is this a medical decision?")
    assert questions[2] == scopes.question("") == ""


@given(st.text())
@settings(deadline=None)
def test_whatever_is_suspected_is_a_scope_that_is_asked_about(text: str) -> None:
    assert scopes.suspected(text) in {"", *scopes.SCOPES[:2]}
    assert scopes.suspected(f"{text} diagnosis") == "medical-decision"
