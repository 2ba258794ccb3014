"""Text that people typed: what is stored, what identifies a person, and what may reach a terminal."""

import re
import unicodedata

from osallisuus.errors import Refused
from osallisuus.i18n import _

MAX_LENGTH = 10_000
_KNOWN_BY = 50

_DASHES = str.maketrans(dict.fromkeys("\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))

# Letters of other alphabets that look like Latin ones, after casefolding: a name typed with them is meant to be the same name
# (the common part of the confusables of Unicode TS 39). Within one alphabet they stay distinct, so real names do not collide.
_LOOKALIKES = _DASHES | str.maketrans(
    "авеіјкмнорсѕтухԁԛԝαβεζηικμνορτυχ’ʼ",
    "abeijkmhopcstyxdqwabezhikmnoptux''",
)

# What draws nothing although its category is a letter or a mark: fillers, variation selectors, the grapheme joiner.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

_PICTURE = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Patterns are compiled at their first use (start-up: most runs meet neither).
# What a terminal would obey instead of showing: control characters, direction marks, invisible joints and lone surrogates.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
    # the joiner inside an emoji (a person in a wheelchair) is part of a picture; anywhere else it only hides
    f"|(?<![{_PICTURE}\ufe0f])\u200d|\u200d(?![{_PICTURE}])"
)

# DDMMYY, the century sign, individual number, check character (Act 661/2009 section 11; signs added in 2023 by decree 690/2022).
_IDENTITY_CODE = (
    r"(?<![0-9A-Z])(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(\d\d)\s*(?:-+|[+A-FU-Y])\s*(\d{3})(\s*)([0-9A-Y])(?![0-9A-Z])"
)
# The same with dots or spaces where none belong. Only a right check character tells it from other numbers.
_LOOSE_CODE = (
    r"(?<![0-9A-Z])(0[1-9]|[12]\d|3[01])[. ]?(0[1-9]|1[0-2])[. ]?(?:19|20)?(\d\d)\s*(?:-+|[+A-FU-Y])\s*"
    r"(\d) ?(\d) ?(\d)\s*([0-9A-Y])(?![0-9A-Z])"
)
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def checked(text: str, field: str) -> str:
    """Return the text as it is to be stored (NFC), or refuse what may not be stored in any field.

    Refused are a Finnish personal identity code, broken encoding, NUL and more than `MAX_LENGTH` characters.
    """
    text = unicodedata.normalize("NFC", text)
    if any("\ud800" <= character <= "\udfff" for character in text) or "\0" in text:
        raise Refused(
            _("The text in '{field}' is not readable: it holds bytes that are not UTF-8.").format(field=field),
            hint=_("Type it again, or save the file as UTF-8."),
            code="bad_encoding",
            field=field,
        )
    if len(text) > MAX_LENGTH:
        raise Refused(
            _("The text in '{field}' has {n} characters; at most {most} fit.").format(field=field, n=len(text), most=MAX_LENGTH),
            hint=_("Shorten it, or keep the long text in a file of its own."),
            code="too_long",
            field=field,
        )
    if has_identity_code(text):
        raise Refused(
            _("The text in '{field}' holds a Finnish personal identity code, which is never stored here.").format(field=field),
            hint=_("Leave the code out: a name and one contact are enough."),
            code="identity_code",
            field=field,
        )
    return text


def has_identity_code(text: str) -> bool:
    """Tell whether a text holds a Finnish personal identity code, also one typed with odd dashes, spaces or invisible marks.

    A code counts when its check character is right, or when it ends in a letter (a mistyped one still tells who it is);
    a telephone number written `040123-4567` does not.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    seen = "".join(c for c in plain if unicodedata.category(c) != "Cf").upper()
    for match in re.finditer(_IDENTITY_CODE, seen):
        day, month, year, individual, gap, check = match.groups()
        right = _CHECK_CHARACTERS[int(day + month + year + individual) % 31]
        # apart from the code, a letter that does not fit is a word of its own
        if check == right or (check.isalpha() and not gap):
            return True
    loose = (match.groups() for match in re.finditer(_LOOSE_CODE, seen))
    return any(_CHECK_CHARACTERS[int("".join(digits)) % 31] == check for *digits, check in loose)


def shortened(text: str) -> str:
    """Return the beginning of a text in one line, enough to know it by."""
    line = " ".join(text.split())
    return line if len(line) <= _KNOWN_BY else line[:_KNOWN_BY].rsplit(" ", 1)[0] + " …"


def names_a_diagnosis(text: str) -> bool:
    """Tell whether a text names an illness, by its code (ICD-10: `F32.1`) or one of the commonest words; it misses many."""
    return bool(
        re.search(r"\b[A-Z]\d\d(?:\.\d{1,2})?\b", text)
        or re.search(
            r"diagno|sairau|sairas|masennu|skitsofreni|kaksisuuntai|dementi|alzheimer|parkinson|adhd|autis|syöpä|diabet|epileps|ms-tau"
            r"|sjukdom|depression|schizofren|cancer|illness|disease|schizophreni",
            text.casefold(),
        )
    )


def identity_key(text: str) -> str:
    """Return the key under which two texts that look the same are the same: NFKC, casefold, look-alikes, single spaces."""
    shown = "".join(c for c in _BLANK.sub("", text) if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    # taken apart, so that a look-alike with dots or a ring on it is known by its letter
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", shown).casefold()).translate(_LOOKALIKES)
    return " ".join(unicodedata.normalize("NFC", letters).split())


def phone_key(phone: str) -> str:
    """Return the digits of a telephone number in international form; a leading 0 is Finnish, also in +358 (0)40."""
    digits = "".join(str(unicodedata.decimal(c)) for c in phone if c.isdecimal())
    international = digits[2:] if digits.startswith("00") else re.sub("^0", "358", digits)
    return re.sub("^3580", "358", international)


def visible(text: str) -> str:
    r"""Return the text for a terminal: what it would obey (control, bidi, invisible) is written out as `\x1b` or `<U+202E>`."""
    return text if text.isprintable() else re.sub(_UNSAFE, _spell, text)


def json_safe(document: str) -> str:
    """Return a JSON document whose strings hold no character that a terminal would obey (RFC 8259 section 7 escapes)."""
    if document.isprintable():
        return document
    return re.sub(_UNSAFE, lambda m: m[0] if m[0] == "\n" else _json_escape(m[0]), document)


def _spell(match: re.Match[str]) -> str:
    character = match[0]
    if character == "\n":
        return "\\n"
    if character == "\t":
        return "\\t"
    return f"\\x{ord(character):02x}" if ord(character) < 0xA0 else f"<U+{ord(character):04X}>"


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
