"""Which words a text loses when names are left out of it, and which it keeps."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus.redaction import Redactor


def redactor(*near: str, known: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> Redactor:
    return Redactor([*near, *known], near=near, allowed=allowed, instead="…")


DECLINED = {
    "Aino": "Aino Ainon Ainoa Ainolla Ainolle Ainolta Ainossa Ainosta Ainoon Ainona Ainoksi Ainotta Ainot Ainojen Ainoille",
    "Matti": "Matti Matin Mattia Matilla Matille Matilta Matissa Matista Mattiin Mattina Matiksi",
    "Pekka": "Pekka Pekan Pekkaa Pekalla Pekalle Pekalta Pekassa Pekasta Pekkaan",
    "Satu": "Satu Sadun Satua Sadulle Satuun",
    "Ahti": "Ahti Ahdin Ahtia Ahdille",
    "Tuomas": "Tuomas Tuomaksen Tuomasta Tuomakselle Tuomakseen",
    "Johannes": "Johannes Johanneksen Johannesta Johannekselle",
    "Väinö": "Väinö Väinön Väinöä Väinölle Väinössä Väinöön",
    "Sanna": "Sanna Sannas Sannan Sannaa Sannalle",
    "Virtanen": "Virtanen Virtasen Virtasta Virtasella Virtaselle Virtaselta Virtasessa Virtaseen Virtaset Virtasten Virtasille",
    "Esimerkki": "Esimerkki Esimerkin Esimerkkiä Esimerkillä Esimerkille Esimerkistä Esimerkkiin Esimerkit Esimerkkien",
    "Järvi": "Järvi Järven Järveä Järvelle Järveen",
    "Lahti": "Lahti Lahden Lahtea Lahdelle",
    "Mäki": "Mäki Mäen Mäkeä Mäelle Mäkeen",
    "Lampi": "Lampi Lammen Lampea Lammelle",
    "Kangas": "Kangas Kankaan Kangasta Kankaalle",
    "Mallikas": "Mallikas Mallikkaan Mallikasta Mallikkaalle",
    "Näyte": "Näyte Näytteen Näytettä Näytteelle Näytteeseen",
    "Koe": "Koe Kokeen Koetta Kokeelle Kokeeseen",
    "Susi": "Susi Suden Suteen Sudelle Sudesta",
    "Kurki": "Kurki Kurjen Kurkea Kurjelle",
    "Luonnos": "Luonnos Luonnoksen Luonnosta Luonnokselle",
    "Hägg": "Hägg Häggs Häggin Häggille",
    "Exempel": "Exempel Exempels Exempelin Exempelille",
    "Öst": "Öst Östs Östin",
    "Bo": "Bo Bos Bon",
}
SAID = ("AINO", "AINON", "Ainoni", "Ainomme", "Ainokin", "Ainokaan", "Ainoko", "Ainopa", "Ainollakin", "Ainoltakaan")


@pytest.mark.parametrize(("part", "forms"), DECLINED.items(), ids=DECLINED)
def test_a_name_goes_in_every_case(part: str, forms: str) -> None:
    leave_out = redactor(f"{part} Muu")
    assert {form: leave_out(form) for form in forms.split()} == dict.fromkeys(forms.split(), "…")
    assert leave_out.found == set(forms.split())


def test_a_name_goes_with_whatever_hangs_on_it() -> None:
    assert [redactor("Aino Muu")(word) for word in SAID] == ["…"] * len(SAID)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Aino Esimerkki selvittää.", "… selvittää."),
        ("Esimerkki Aino", "…"),
        ("Ainon Esimerkin asia", "… asia"),
        ("Asia: Aino.", "Asia: …."),
        ("(Aino)", "(…)"),
        ("»Ainon», sanoi Esimerkki", "»…», sanoi …"),
        ("A. Esimerkki", "A. …"),
        ("Aino ja Eero", "… ja Eero"),
        ("Ainon/Eeron", "…/Eeron"),
        ("_Aino_ Aino2", "_…_ …2"),
        ("Ainon-ilta", "…-ilta"),
        ("aino esimerkki", "…"),
        ("aino.esimerkki@example.org", "…@example.org"),
        ("Aino\nEsimerkki", "…"),
        ("AinoEsimerkki", "…"),
        ("Ai\xadno", "…"),
        ("Aíno", "…"),
        ("Ai\u200bno", "…"),
        ("Aino\u200bEsimerkki", "…"),
        ("Ainon\u200bEsimerkin asia", "… asia"),
        ("\u0410ino", "…"),
        ("", ""),
    ],
)
def test_a_name_goes_wherever_it_stands(text: str, left: str) -> None:
    assert redactor("Aino Esimerkki")(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Anne-Maijan ja Maijan vuoro", "… ja … vuoro"),
        ("Saari-Aho ja Ahon vuoro", "… ja … vuoro"),
        ("Annemaijan vuoro", "… vuoro"),
        ("O'Brienin vuoro", "… vuoro"),
    ],
)
def test_each_part_of_a_name_of_many_parts_is_a_name(text: str, left: str) -> None:
    assert redactor("Anne-Maija Saari-Aho", "Pat O'Brien")(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Raadissa on kuusi jäsentä.",
        "Minä annan luvan, ja malli käy.",
        "Esimiehet, Annala ja Kuusamo sekä Mallorca",
        "Antaa Kuunnella Mallastaa",
        "kuusi järveä; annan sen ystäville",
        "12.10.2022 klo 17.00–19.00 👩‍🦽",
    ],
)
def test_words_that_are_no_names_are_left_alone(text: str) -> None:
    leave_out = redactor("Anna Kuusi", "Eero Malli")
    assert leave_out(text) == text
    assert leave_out.found == set()


@pytest.mark.parametrize("text", ["Kuusi jäsentä tuli.", "Annan luvan.", "Mallin mukaan"])
def test_a_word_with_a_capital_that_may_be_a_name_goes(text: str) -> None:
    leave_out = redactor("Anna Kuusi", "Eero Malli")
    assert leave_out(text) == f"… {text.split(' ', 1)[1]}"
    assert leave_out.found == {text.split(maxsplit=1)[0]}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Matti Meikäläinen, Matin Meikäläisen", "…, …"),
        ("Meikäläinen Matti", "…"),
        ("meikäläinen, matti", "…, …"),
        ("Bo Ek", "…"),
        ("Matti\u200bMeikäläinen", "…"),
        ("Matti  \n\n  Meikäläinen", "…  \n\n  …"),
        ("Matti M Meikäläinen", "…"),
        ("matti m meikäläinen tuli", "… tuli"),
        ("Meikäläisen E Matin", "…"),
        ("Matti tai Meikäläinen", "Matti tai Meikäläinen"),
        ("Matti Pa Meikäläinen", "Matti Pa Meikäläinen"),
        ("Matti tuli. Meikäläinen tuli.", "Matti tuli. Meikäläinen tuli."),
        ("Bo Meikäläinen", "Bo Meikäläinen"),
        ("Anna Annan", "Anna Annan"),
    ],
)
def test_of_somebody_who_is_only_known_the_whole_name_goes(text: str, left: str) -> None:
    assert redactor(known=("Matti Meikäläinen", "Bo Ek", "Anna Annala"))(text) == left


@pytest.mark.parametrize("written", ["Aino M. Esimerkki", "Ainon M. Esimerkin", "aino m. esimerkki", "Esimerkki M. Aino"])
def test_a_name_goes_with_an_initial_inside_it(written: str) -> None:
    for leave_out in (redactor("Aino Esimerkki"), redactor(known=("Aino Esimerkki",))):
        left = leave_out(f"Asia: {written} tuli.")
        assert re.fullmatch(r"Asia: …[ .…]* tuli\.", left)
        assert leave_out.doubted == set()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Aino Malli kertoo.", "Aino Malli kertoo."),
        ("Ainon Mallin asia, Mallin Ainolle", "Ainon Mallin asia, …"),
        ("Eero Esimerkki, Aino Malli", "…, Aino Malli"),
        ("Aino Esimerkki ja Aino Malli", "… ja Aino Malli"),
        ("Aino kertoo. Mallin Eero kuulee.", "… kertoo. … kuulee."),
        ("Aino tai Malli", "… tai …"),
    ],
)
def test_the_whole_name_of_somebody_who_agreed_stays_though_a_namesake_is_hidden(text: str, left: str) -> None:
    assert redactor("Aino Esimerkki", "Eero Malli", allowed=("Aino Malli",))(text) == left


def test_a_name_that_only_begins_like_one_that_stays_goes() -> None:
    leave_out = redactor(known=("Aino Malli", "Aino Mallinen"), allowed=("Aino Malli",))
    assert leave_out("Aino Malli, sitten Aino Mallinen.") == "Aino Malli, sitten …."
    assert leave_out.found == {"Aino Mallinen"}


def test_what_was_left_out_is_told_word_for_word() -> None:
    leave_out = redactor("Aino Esimerkki", known=("Matti Meikäläinen",))
    leave_out("Ainon asia. AINO ESIMERKKI ja Matti Meikäläinen.")
    leave_out("Ainon toinen asia.")
    assert leave_out.found == {"Ainon", "AINO ESIMERKKI", "Matti Meikäläinen"}


@pytest.mark.parametrize("written", ["Väinön Öst", "Vainon Ost", "Va\u0308ino\u0308n O\u0308st"])
def test_a_name_typed_without_its_dots_is_that_name(written: str) -> None:
    assert redactor("Väinö Öst")(written) == "…"


def test_a_word_that_begins_small_stays_and_is_doubted() -> None:
    leave_out = redactor("Eero Malli", "Anna Kuusi")
    assert leave_out("Mallin mukaan, mallia näyttäen; annan eero mallille kuusi.") == "… mukaan, mallia näyttäen; annan … kuusi."
    assert leave_out.doubted == {"mallia", "annan", "kuusi"}
    assert leave_out.found == {"Mallin", "eero mallille"}


def test_a_word_to_spare_stays_however_it_is_typed() -> None:
    leave_out = Redactor(["Eero Malli"], near=["Eero Malli"], instead="…", spare=["Mallin"])
    assert leave_out("Mallin MALLIN mallin Mallia") == "Mallin MALLIN mallin …"
    assert (leave_out.found, leave_out.doubted) == ({"Mallia"}, set())


def test_nobody_known_leaves_all_as_it_was() -> None:
    assert redactor()("Aino Esimerkki") == "Aino Esimerkki"


LETTERS = "abcdefghijklmnopqrstuvwxyzåäöéüšž"
PARTS = st.builds(str.__add__, st.sampled_from(LETTERS.upper()), st.text(LETTERS, min_size=1, max_size=8))
NAMES = st.tuples(PARTS, PARTS).map(" ".join)
ENDINGS = st.sampled_from(["", "n", "lle", "lta", "ssa", "lla", "sta", "kin", "s"])


def holds(word: str, text: str) -> bool:
    return re.search(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", text) is not None


@given(NAMES, st.text(), st.text(), st.sampled_from([str, str.upper, str.lower]))
@settings(deadline=None)
def test_no_text_keeps_a_whole_name(name: str, before: str, after: str, written: type[str]) -> None:
    shown = written(name)
    for leave_out in (redactor(name), redactor(known=(name,))):
        assert not holds(shown, leave_out(f"{before} {shown} {after}"))
        assert leave_out.found


@given(NAMES, st.text(), st.text(), ENDINGS)
@settings(deadline=None)
def test_no_text_keeps_one_name_of_somebody_near(name: str, before: str, after: str, ending: str) -> None:
    for part in name.split():
        word = part if len(part) < 3 else part + ending
        assert not holds(word, redactor(name)(f"{before} {word} {after}"))


@given(st.lists(NAMES, max_size=4), st.text())
@settings(deadline=None)
def test_what_is_said_to_be_left_out_is_just_what_is_gone(names: list[str], text: str) -> None:
    leave_out = redactor(*names)
    left = leave_out(text)
    assert (left == text) == (not leave_out.found)
    pattern = re.escape(left).replace("…", "(?:…|.+?)")
    assert re.fullmatch(pattern, text, re.DOTALL)
