"""Answers of a survey are read, who gave them is not."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osallisuus.errors import BadInput, UsageError
from osallisuus.imports import feedback
from osallisuus.imports.feedback import Answer
from tests.imports import samples

Saved = Callable[..., Path]
Plain = tuple[int | None, int | None, str, str]


def answers(path: Path, **columns: str) -> list[Plain]:
    return [(answer.rating, answer.recommend, answer.text, answer.language) for answer in feedback.read(path, columns=columns)]


FORMS = samples.xlsx(
    samples.sheet(
        {
            1: [
                *("ID", "Start time", "Completion time", "Email", "Name", "Yleisarvosana webinaarille"),
                "Kuinka todennäköisesti suosittelisit\u00a0webinaaria kollegalle?",
                *("Perustele arvosana", "Avoin palaute\nsarjasta", "Vastauskieli", "Nimesi (vapaaehtoinen)", "Points - Arvosana"),
            ],
            2: [1, 44880.5, 44880.6, "aino@esimerkki.fi", "Aino Esimerkki", 5, 9, "Selkeä", "Kiitos!", "suomi", "Aino E.", 1],
            3: [2, 44880.5, 44880.6, "anonymous", "", "", "", "", "", "svenska", "", ""],
            4: [3, 44880.5, 44880.6, "anonymous", "", 4, 0, "-", "Bra\n\nföreläsning", "Svenska", "", ""],
        }
    )
)


def test_a_forms_workbook_gives_answers_without_people(saved: Saved) -> None:
    read = feedback.read(saved(FORMS, "vastaukset.xlsx"), columns={})
    assert read == [
        Answer(line=2, rating=5, recommend=9, text="Selkeä\n\nKiitos!", language="fi"),
        Answer(line=4, rating=4, recommend=0, text="Bra\n\nföreläsning", language="sv"),
    ]
    assert not any(word in repr(read) for word in ("Aino", "esimerkki", "44880", "2022"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "Arvosana;Suosittelu;Palaute\n5;10;Hyvä, selkeä, rauhallinen, kiitos\n",
            (5, 10, "Hyvä, selkeä, rauhallinen, kiitos", ""),
        ),
        ("Betyg,Hur sannolikt är det att du rekommenderar oss?,Öppen respons,Språk\n3,7,Bra,sv\n", (3, 7, "Bra", "sv")),
        (
            "Rating\tHow likely are you to recommend us?\tAny comments?\tLanguage\n1\t0\tToo fast\tEnglish\n",
            (1, 0, "Too fast", "en"),
        ),
        ("Webinaari 15.11.\n\nArvosana (1–5);Kommentti\n5 – erittäin hyvä;\n", (5, None, "", "")),
        ("Kommentar\nTack\n", (None, None, "Tack", "")),
        ("Arvosana;Suosittelu\nEn osaa sanoa;10 - erittäin todennäköisesti\n", (None, 10, "", "")),
        ("Arvosana;Suosittelu;Kieli\n4/5;8.0;klingon\n", (4, 8, "", "")),
        ("Palaute;Muut kommentit;Miksi suosittelisit?;Suosittelu\nyksi;–;kolme;10\n", (None, 10, "yksi\n\nkolme", "")),
        ("Palaute;Arvosana\n'=hyvä;2\n", (2, None, "=hyvä", "")),
        ("Palaute;Arvosana\n=1+1;2\n", (2, None, "=1+1", "")),
        ("Osallistumisen todennäköisyys: kuinka todennäköisesti osallistut uudelleen?;Arvosana\n9;2\n", (2, None, "", "")),
    ],
)
def test_the_headings_of_three_languages_are_known(saved: Saved, text: str, read: Plain) -> None:
    assert answers(saved(text.encode("cp1252", "replace") if "ö" in text else text)) == [read]


def test_a_persons_own_choice_of_columns_wins(saved: Saved) -> None:
    path = saved("Arvosana: sisältö;Arvosana: ääni;Palaute;Mitä jäi mieleen\n5;1;a;b\n;;;\n4;2;;d\n")
    with pytest.raises(UsageError, match="Several columns could be 'rating': 'Arvosana: sisältö', 'Arvosana: ääni'") as caught:
        answers(path)
    assert caught.value.code == "ambiguous_column"
    assert "--column rating=" in caught.value.hint
    assert answers(path, rating="Arvosana: ääni", text="mitä") == [(1, None, "b", ""), (2, None, "d", "")]
    assert answers(path, rating="") == [(None, None, "a", "")]


@pytest.mark.parametrize("heading", ["Nimi", "Sähköposti", "ID", "Completion time", "IP-osoite", "E-postadress", "Syntymävuosi"])
def test_who_answered_cannot_even_be_chosen(saved: Saved, heading: str) -> None:
    path = saved(f"{heading};Palaute;Arvosana\nx;y;5\n")
    assert answers(path) == [(5, None, "y", "")]
    for field in ("text", "rating", "language"):
        with pytest.raises(UsageError, match="tells who answered") as caught:
            answers(path, **{field: heading})
        assert caught.value.code == "identifying_column"


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Nimi",
            "Nimi *",
            "Etunimi",
            "Sukunimi",
            "Sähköposti",
            "Sähköpostiosoite:",
            "Anna sähköpostiosoitteesi, jos toivot palautetta",
        ),
        *(
            "Namn",
            "E-post",
            "Din e-postadress för återkoppling",
            "Email",
            "Your name (for feedback)",
            "Phone number",
            "Yhteystietosi",
        ),
        *("Start time", "Starttid", "Slutförandetid", "Aloitusaika", "Last modified time", "Feedback - Arvosana", "IP address"),
    ],
)
def test_what_identifies_people_is_never_read(saved: Saved, heading: str) -> None:
    assert answers(saved(f'"{heading}";Kommentti\nAino Esimerkki;hyvä\nEero Malli;\n')) == [(None, None, "hyvä", "")]


def test_every_fault_is_told_and_nothing_is_read(saved: Saved) -> None:
    path = saved(
        "Arvosana;Suosittelu;Palaute\n7;11;a\n5;yksitoista;b\n4,5;-1;c\n5;10;ok\n0;1;Hetu on 131052-308T\n5;5;a;b\n15;5;"
        + "x" * 10_001
    )
    with pytest.raises(BadInput) as caught:
        answers(path)
    error = caught.value
    assert error.status == 7
    assert error.message == f"{path} has 10 faults, so nothing was read from it."
    assert error.candidates[:4] == [
        "line 2, Arvosana: '7' is not a whole number from 1 to 5.",
        "line 2, Suosittelu: '11' is not a whole number from 0 to 10.",
        "line 3, Suosittelu: 'yksitoista' is not a whole number from 0 to 10.",
        "line 4, Arvosana: '4,5' is not a whole number from 1 to 5.",
    ]
    assert error.details["faults"][0] == {"line": 2, "column": "Arvosana", "message": "'7' is not a whole number from 1 to 5."}
    assert [(fault["line"], fault["column"]) for fault in error.details["faults"][4:]] == [
        *((4, "Suosittelu"), (6, "Arvosana"), (6, "Palaute"), (7, ""), (8, "Arvosana"), (8, "Palaute"))
    ]
    assert error.candidates[7].startswith("line 7: The row has more cells")
    assert "131052" not in str(error.details)


def test_only_ten_faults_are_printed_but_all_are_counted(saved: Saved) -> None:
    with pytest.raises(BadInput) as caught:
        answers(saved("Arvosana\n" + "9\n" * 25))
    assert "25 faults" in caught.value.message
    assert (len(caught.value.candidates), len(caught.value.details["faults"])) == (10, 25)
    with pytest.raises(BadInput, match="has 1 fault, so"):
        answers(saved("Arvosana\n9\n"))


@pytest.mark.parametrize(
    ("text", "first"),
    [("Kunta;Ikä\nSotkamo;55\n", "Kunta"), ("Nimi\nAino\n", "Nimi"), ("aino@esimerkki.fi\n", "aino@esimerkki.fi")],
)
def test_a_file_without_answers_says_what_it_has(saved: Saved, text: str, first: str) -> None:
    with pytest.raises(BadInput, match="No column of") as caught:
        answers(saved(text))
    assert f"'{first}'" in caught.value.hint


def test_headings_alone_are_no_answers(saved: Saved) -> None:
    assert answers(saved("Arvosana;Palaute\n")) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    given_answers=st.lists(
        st.tuples(st.one_of(st.none(), st.integers(-20, 20)), st.one_of(st.none(), st.integers(-20, 20))), min_size=1, max_size=9
    )
)
def test_each_number_is_read_or_a_fault(saved: Saved, given_answers: list[tuple[int | None, int | None]]) -> None:
    lines = [";".join("" if number is None else str(number) for number in pair) for pair in given_answers]
    faults = sum(r is not None and not 1 <= r <= 5 for r, _ in given_answers)
    faults += sum(n is not None and not 0 <= n <= 10 for _, n in given_answers)
    path = saved("Arvosana;Suosittelu\n" + "\n".join(lines))
    if faults:
        with pytest.raises(BadInput) as caught:
            answers(path)
        assert len(caught.value.details["faults"]) == faults
    else:
        assert answers(path) == [(*pair, "", "") for pair in given_answers if pair != (None, None)]


def test_the_shape_of_columns_is_a_mapping(saved: Saved) -> None:
    chosen: Mapping[str, str] = {"text": "Kunta"}
    assert feedback.read(saved("Kunta;Arvosana\nSotkamo;5\n"), columns=chosen)[0].text == "Sotkamo"
