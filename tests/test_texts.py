"""What is stored, what identifies a person, and what may reach a terminal."""

import json
import sys
import unicodedata
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus.errors import Refused
from osallisuus.texts import MAX_LENGTH, checked, has_identity_code, identity_key, json_safe, phone_key, visible

EVERYTHING = st.text(st.characters())  # lone surrogates too
STORABLE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"

# Made up: individual numbers 900–999 are never given to anybody.
CODE = "131052-9085"


def code(day: str = "131052", sign: str = "-", individual: str = "908", check: str = "") -> str:
    return f"{day}{sign}{individual}{check or CHECKS[int(day + individual) % 31]}"


# Personal identity codes


@pytest.mark.parametrize("sign", "-+ABCDEFYXWVU")
def test_a_code_of_every_century_sign_is_found(sign: str) -> None:
    assert has_identity_code(code(sign=sign))
    assert has_identity_code(code(sign=sign.lower()).lower())


@pytest.mark.parametrize(
    "text",
    [
        "131052-308T",  # the agency's own example
        "131052-308t",
        "Aino, 131052-308T, Vantaa",
        "(131052-308T)",
        "hetu:131052-308T.",
        "131052-308T:n tiedot",
        "1310 52-308T",
        "13.10.52-308T",
        "13.10.1952-308T",
        "131052-3 08T",
        "a\n131052-308T\nb",
        "131052–308T",
        "131052—308T",
        "131052‑308T",
        "131052−308T",
        "131052―308T",
        "131052－308T",
        "131052\u00ad308T",  # what a hyphen becomes when it is copied from a PDF
        "131052--308T",
        "131052 - 308T",
        "131052- 308T",
        "131052\u00a0-\u00a0308T",
        "131052  -  308T",
        "131052-\n308T",
        "131052-308 T",
        "１３１０５２－３０８Ｔ",
        "13\u200b10\u200d52-3\ufeff08\u2060T",
        "\u202e131052-308T\u202c",
        "131052A308T",
        "131052 a 308t",
        "131052-308W",  # mistyped, yet it still tells who it is
        code(individual="002"),
        code(day="010100", sign="A"),
        code(day="290200", sign="A"),
    ],
)
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    assert has_identity_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "040123-4567",
        "040123 4567",
        "0401234567",
        "+358 40 123 4567",
        "2022-11-15",
        "15.11.2022",
        "15.11.2022 klo 14.00-15.30",
        "20221115-1400",
        "131052-3081",  # all figures with a wrong check: a number of something else
        "131052-308",
        "131052308T",
        "131052-308TX",
        "1131052-308T",
        "X131052-308T",
        "001052-308T",
        "321052-308T",
        "131352-308T",
        "130052-308T",
        "131052G308T",
        "131052/308T",
        "151122 - 100 kpl",
        "151122 B 123 talo",
        "131052-308 W",  # apart from the figures, a letter that does not fit is a word
        "ORDER-20221115-308",
        "FI21 1234 5600 0007 85",
        "1234567-8",
        "Aktia 405511-200",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "ab131052-308f-41d3-9a0c-0305e82c3301",
        "https://teams.example/l/meetup-join/19%3ameeting_131052x308",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert not has_identity_code(text)


@given(st.uuids())
@settings(deadline=None)
def test_no_uuid_is_a_code(uuid: object) -> None:
    assert not has_identity_code(str(uuid))


@given(st.dates(), st.sampled_from("-+ABCDEFYXWVU"), st.integers(2, 999), st.text(" .,:;()åäö\n", max_size=3))
@settings(deadline=None)
def test_every_valid_code_is_found_inside_any_text(day: object, sign: str, individual: int, around: str) -> None:
    assert has_identity_code(around + code(f"{day:%d%m%y}", sign, f"{individual:03}") + around)


@given(st.text("0123456789-+ABT \u00ad\u200b", max_size=30))
@settings(deadline=None)
def test_looking_for_codes_never_fails_and_ignores_case(text: str) -> None:
    assert has_identity_code(text) == has_identity_code(text.lower())


# What is stored


@pytest.mark.parametrize("text", ["", "Ä" * MAX_LENGTH, "A\u0308" * MAX_LENGTH, "👩‍🦽", "rivi\nrivi\t\x1b", "\u202e"])
def test_storable_text_is_kept_as_nfc(text: str) -> None:
    assert checked(text, "title") == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("Ä" * (MAX_LENGTH + 1), "too_long", "The text in 'title' has 10001 characters; at most 10000 fit."),
        ("\U0001d160" * 5000, "too_long", "The text in 'title' has 15000 characters; at most 10000 fit."),
        ("a\0b", "bad_encoding", "The text in 'title' is not readable: it holds bytes that are not UTF-8."),
        ("\ud800", "bad_encoding", "The text in 'title' is not readable: it holds bytes that are not UTF-8."),
        ("b\udfff", "bad_encoding", "The text in 'title' is not readable: it holds bytes that are not UTF-8."),
        ("a\udce4b", "bad_encoding", "The text in 'title' is not readable: it holds bytes that are not UTF-8."),
        (
            f"Aino {CODE}",
            "identity_code",
            "The text in 'title' holds a Finnish personal identity code, which is never stored here.",
        ),
    ],
)
def test_what_may_not_be_stored_is_refused_without_repeating_it(text: str, code: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(text, "title")
    assert (refused.value.code, refused.value.message, refused.value.details) == (code, sentence, {"field": "title"})
    assert CODE not in refused.value.message + refused.value.hint


@given(STORABLE)
@settings(deadline=None)
def test_stored_text_is_stored_again_unchanged(text: str) -> None:
    once = checked(text, "title")
    assert checked(once, "title") == once
    once.encode()


# Identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Päivi", "PÄIVI"),
        ("Päivi", "Pa\u0308ivi"),
        ("Aino Esimerkki", "  aino \t esimerkki\n"),
        ("Aino Esimerkki", "Aino\nEsimerkki"),
        ("Aino Esimerkki", "Aino\u00a0Esimerkki"),
        ("Aino", "A\u200bi\u200dn\ufeffo"),
        ("Aino", "Ai\u00adno"),
        ("Aino", "\u202eAino\u202c"),
        ("Aino", "Aino\x1b"),
        ("Aino", "Aino\ufe0f"),
        ("Aino", "Ai\u034fno\u3164"),
        ("ä", "a\u00ad\u0308"),
        ("Aino", "Аino"),  # Cyrillic А
        ("Aino", "Аіnо"),  # Cyrillic А, і and о
        ("AINO", "ΑΙΝΟ"),  # Greek throughout
        ("Marja", "Μarja"),  # Greek Μ
        ("Hanna", "Ηanna"),  # Greek Η
        ("Hanna", "Нanna"),  # Cyrillic Н
        ("Päivi", "Pӓivi"),  # Cyrillic ӓ
        ("Åsa", "А\u030asa"),  # Cyrillic А with a ring on it
        ("Zoë", "Zoё"),  # Cyrillic ё
        ("Aino", "Ａｉｎｏ"),
        ("fi", "ﬁ"),
        ("Strauß", "STRAUSS"),
        ("Strauß", "STRAUẞ"),
        ("İpek", "i\u0307pek"),
        ("Anna-Liisa", "Anna‑Liisa"),
        ("Anna-Liisa", "Anna–Liisa"),
        ("D'Angelo", "D’Angelo"),
        ("aino@example.org", "AINO@Example.ORG"),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Åsa", "Asa"),
        ("Päivi", "Paivi"),
        ("Törmä", "Torma"),
        ("Anna Liisa", "Annaliisa"),
        ("Anna-Liisa", "Anna Liisa"),
        ("Irmak", "ırmak"),
        ("Ирина", "Арина"),
        ("Сергей", "Сергеи"),
        ("Наиль", "Һаиль"),
        ("Лев", "Лён"),
        ("Νίκος", "Νικος"),
        ("山田", "山本"),
        ("علي", "عليا"),
        ("1", "l"),
    ],
)
def test_what_looks_different_is_different(one: str, other: str) -> None:
    assert identity_key(one) != identity_key(other)


@pytest.mark.parametrize("text", ["", " \t\n", "\u200b\u2060", "\u3164", "\ufe0f", "\0"])
def test_what_shows_nothing_is_nobody(text: str) -> None:
    assert identity_key(text) == ""


CYRILLIC = st.text(st.characters(min_codepoint=0x0430, max_codepoint=0x045F), min_size=1)


@given(CYRILLIC, CYRILLIC)
@settings(deadline=None)
def test_cyrillic_names_do_not_collide_with_each_other(one: str, other: str) -> None:
    assert (identity_key(one) == identity_key(other)) == (one == other)


@given(EVERYTHING, st.sampled_from("\u200b\u00ad\u2066\ufeff\x07"))
@settings(deadline=None)
def test_neither_normal_form_nor_spaces_nor_invisible_characters_matter(text: str, hidden: str) -> None:
    key = identity_key(text)
    assert identity_key(unicodedata.normalize("NFC", text)) == key
    assert identity_key(unicodedata.normalize("NFD", text)) == key
    assert identity_key(f" {text} ") == key
    assert identity_key(hidden + hidden.join(text)) == key


def test_the_key_of_a_key_is_the_key_for_every_character() -> None:
    # all scripts but Han and Hangul, whose characters are all of one kind
    numbers = chain(
        range(0x3400), range(0xA000, 0xAC00), range(0xF900, 0x12000), range(0x1D000, 0x20000), range(0xE0000, 0xE0200)
    )
    changing = [hex(n) for n in numbers if identity_key(key := identity_key(f"a{chr(n)}b")) != key]
    assert changing == []


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("040 123 4567", "358401234567"),
        ("040-1234567", "358401234567"),
        ("+358 40 1234567", "358401234567"),
        ("+358 (0)40 1234567", "358401234567"),
        ("+358 040 1234567", "358401234567"),
        ("00358 40 1234567", "358401234567"),
        ("358401234567", "358401234567"),
        ("\u202a+358 40 1234567\u202c", "358401234567"),
        ("０４０１２３４５６７", "358401234567"),
        ("٠٤٠١٢٣٤٥٦٧", "358401234567"),
        ("+46 8 123 456", "468123456"),
        ("0046 8 123 456", "468123456"),
        ("(09) 123 456", "3589123456"),
        ("", ""),
        ("puh. –", ""),
    ],
)
def test_telephone_numbers_have_one_key(phone: str, key: str) -> None:
    assert phone_key(phone) == key


@given(EVERYTHING)
@settings(deadline=None)
def test_a_phone_key_is_plain_digits(text: str) -> None:
    key = phone_key(text)
    assert key == "" or (key.isascii() and key.isdigit())


# Terminals


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Åsa Öberg €", "Åsa Öberg €"),
        ("\x1b[31mpunainen", "\\x1b[31mpunainen"),
        ("a\nb\tc\rd", "a\\nb\\tc\\x0dd"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("txt\u202egnp.exe", "txt<U+202E>gnp.exe"),
        ("\u2066a\u2069", "<U+2066>a<U+2069>"),
        ("a\u200bb\u00adc", "a<U+200B>b<U+00AD>c"),
        ("\u2028\u2029", "<U+2028><U+2029>"),
        ("\udce4", "<U+DCE4>"),
        ("\U000e0041", "<U+E0041>"),
        ("👩‍🦽 👨‍👩‍👧‍👦 ❤️‍🔥 🏃🏽‍♀️ 🐈‍⬛ 🙂‍↔️", "👩‍🦽 👨‍👩‍👧‍👦 ❤️‍🔥 🏃🏽‍♀️ 🐈‍⬛ 🙂‍↔️"),
        ("a\u200db", "a<U+200D>b"),
        ("山\u200d田", "山<U+200D>田"),
        ("👩\u200d", "👩<U+200D>"),
        ("👩\u200dA", "👩<U+200D>A"),
        ("\u200d👩", "<U+200D>👩"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_no_character_that_a_terminal_obeys_stays() -> None:
    obeyed = [
        hex(n)
        for n in range(sys.maxunicode + 1)
        if (unicodedata.category(chr(n)) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(chr(n)) in BIDI)
        and not visible(chr(n)).isprintable()
    ]
    assert obeyed == []


@given(EVERYTHING)
@settings(deadline=None)
def test_visible_text_is_one_line_that_can_be_written_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert len(shown.splitlines()) <= 1
    shown.encode()


@given(st.recursive(EVERYTHING, lambda values: st.lists(values) | st.dictionaries(EVERYTHING, values), max_leaves=5))
@settings(deadline=None)
def test_a_safe_json_document_reads_back_equal(value: object) -> None:
    for indent in (None, 2):
        document = json_safe(json.dumps(value, ensure_ascii=False, indent=indent))
        assert _paired(json.loads(document)) == _paired(value)
        assert visible(document.replace("\n", "")) == document.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("Åsa €", '"Åsa €"'),
        ("\x1b\x9b\x7f", '"\\u001b\\u009b\\u007f"'),
        ("\u202e", '"\\u202e"'),
        ("\U000e0041", '"\\udb40\\udc41"'),
        ("\udce4", '"\\udce4"'),
    ],
)
def test_json_spells_what_a_terminal_would_obey(text: str, document: str) -> None:
    assert json_safe(json.dumps(text, ensure_ascii=False)) == document
    assert json.loads(document) == text


def _paired(value: object) -> object:
    """Join the two halves of a surrogate pair: JSON has one spelling for the pair and for the character."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass"))
