"""Text that people typed: what is stored, what identifies a person, and what may reach a terminal."""

import re
import unicodedata

from osallisuus.errors import Refused
from osallisuus.i18n import _

MAX_LENGTH = 10_000

# Letters of other alphabets that look like Latin ones, after casefolding: a name typed with them is meant to be the same name
# (the common part of the confusables of Unicode TS 39). Within one alphabet they stay distinct, so real names do not collide.
_LOOKALIKES = str.maketrans(
    "авеіјкмнорсѕтухһԁԛԝαεικνορτυχ",
    "abeijkmhopcstyxhdqwaeiknoptux",
)

# What a terminal would obey instead of showing: control characters, direction marks, invisible joints and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
    # the joiner inside an emoji (a person in a wheelchair) is part of a picture; anywhere else it only hides
    "|(?<![\u2600-\U0001faff\ufe0f])\u200d"
)

# DDMMYY, the century sign, individual number, check character (Act 661/2009 section 11; signs added in 2023 by decree 690/2022).
_IDENTITY_CODE = re.compile(
    r"(?<![0-9A-Z])(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(\d\d) ?[-+ABCDEFYXWVU] ?(\d{3})([0-9A-Y])(?![0-9A-Z])"
)
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


def checked(text: str, field: str) -> str:
    """Return the text as it is to be stored (NFC), or refuse what may not be stored in any field.

    Refused are a Finnish personal identity code, broken encoding, NUL and more than `MAX_LENGTH` characters.
    """
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
    return unicodedata.normalize("NFC", text)


def has_identity_code(text: str) -> bool:
    """Tell whether a text holds a Finnish personal identity code, also one typed with odd dashes, spaces or invisible marks.

    A code counts when its check character is right, or when it ends in a letter (a mistyped one still tells who it is);
    a telephone number written `040123-4567` does not.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    for match in _IDENTITY_CODE.finditer(plain.translate(_DASHES).upper()):
        day, month, year, individual, check = match.groups()
        right = _CHECK_CHARACTERS[int(day + month + year + individual) % 31]
        if check == right or check.isalpha():
            return True
    return False


def identity_key(text: str) -> str:
    """Return the key under which two texts that look the same are the same: NFKC, casefold, look-alikes, single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(c for c in folded if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join(seen.translate(_LOOKALIKES).split())


def phone_key(phone: str) -> str:
    """Return the digits of a telephone number in international form; a leading 0 is Finnish (+358)."""
    plain = unicodedata.normalize("NFKC", phone)
    digits = "".join(c for c in plain if c.isdecimal())
    if plain.lstrip().startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    return f"358{digits[1:]}" if digits.startswith("0") else digits


def visible(text: str) -> str:
    r"""Return the text for a terminal: what it would obey (control, bidi, invisible) is written out as `\x1b` or `<U+202E>`."""
    return _UNSAFE.sub(_spell, text)


def json_safe(document: str) -> str:
    """Return a JSON document whose strings hold no character that a terminal would obey (RFC 8259 section 7 escapes)."""
    return _UNSAFE.sub(lambda m: m[0] if m[0] == "\n" else _json_escape(m[0]), document)


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
