"""Leaving names out of a text: whole names and their parts, also declined as Finnish and Swedish do (Ainon, Mallille, Sannas).

A name left in is worse than a word left out: a word that only looks like a name goes, too, and what went can be told. Words are
compared by their identity keys, so that neither capitals, look-alike letters nor invisible marks hide a name.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property

from osallisuus.texts import identity_key

# Endings of Finnish cases and plurals with possessives and clitics, the Swedish genitive; a foreign name takes them after a mark.
_ENDING = re.compile(
    r"(?:i?(?:n|t|a|ä|ta|tä|tta|ttä|lla|llä|lle|lta|ltä|ssa|ssä|sta|stä|na|nä|ksi)|in|en|on|an|än|ön|un|yn|hin|hen|han|hon|hun|hyn"
    r"|hän|hön|seen|den|ten|tten|ien|iden|iin|ia|iä|jen|ja|jä|oja|öjä|ine|ineen)?(?:ni|si|seni|nsa|nsä|mme|nne)?(?:kin|kaan|kään|han|hän|ko|kö|kohan|pa|pä)?"
    r"|s(?:in|en|et|ts|ar|or)?"
)
_WEAKER = (
    *(("kk", "k"), ("pp", "p"), ("tt", "t"), ("nt", "nn"), ("nk", "ng"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm")),
    *(("rk", "rj"), ("lk", "lj"), ("k", ""), ("t", "d"), ("p", "v")),
)
_STRONGER = (*((weak, strong) for strong, weak in _WEAKER if weak), ("e", "ke"))
# What else becomes of the end of a name before an ending: pattern, and what stands in its place.
_CHANGES = (
    ("nen$", ("se", "s")),
    ("i$", ("e", "")),
    ("([aä])$", (r"\1", "o", "ö")),
    ("([aeiouyäö])s$", (r"\1kse", r"\1\1", r"\1ks", r"\1de")),
    ("si$", ("te", "de", "t", "tt")),
    ("s$", ("he",)),
    ("([aeiouyäö])t$", (r"\1\1", r"\1")),
    ("n$", ("me",)),
    ("t([oö])n$", (r"tt\1ma", r"tt\1mä")),
    ("t([aä])r$", (r"tt\1re",)),
    ("([^aeiouyäöå])$", (r"\1i",)),
)
_SHORT = 3
_SHORT_ENDINGS = ("", "n", "s")

# Letters of their own, not accented ones: put aside while accents are taken off.
_OWN = {"å": "\ue000", "ä": "\ue001", "ö": "\ue002"}
_BACK = str.maketrans({aside: letter for letter, aside in _OWN.items()})

# What has no letter that could be another one, and begins each word with a capital.
_PLAIN_NAME = re.compile("[A-ZÅÄÖ][a-zåäö]+(?:[ -][A-ZÅÄÖ][a-zåäö]+)*")

# How those are typed where the keyboard has none.
_PLAIN = str.maketrans("åäö", "aao")

# It ends a word without being seen: what stands on both sides of it is read as one.
_INVISIBLE_SPACE = "\u200b"

# A person and which of their names.
Owner = tuple[int, int]
_ALIKE = 2


class Redactor:
    """Leaves the names of these people out of texts; `found` collects what was left out.

    `names` go where two of their parts stand together; any one part of those that are `near` goes unless it begins small: such a
    word is only collected in `doubted`. Whole names that are `allowed` stay, and words to `spare`.
    """

    def __init__(
        self,
        names: Iterable[str],
        *,
        near: Iterable[str],
        instead: str,
        allowed: Iterable[str] = (),
        spare: Iterable[str] = (),
    ) -> None:
        self.instead = instead
        self.found: set[str] = set()
        self.doubted: set[str] = set()
        self._spare = {_key(word) for words in spare for word in words.split()}
        self._whole = _Names(names)
        self._near = _Names(near)
        self._allowed = _Names(allowed)

    def __call__(self, text: str) -> str:
        """Return the text with the names left out."""
        words = list(_words(text))
        keys = [_key(text[start:end]) for start, end in words]
        near = {
            place for place, key in enumerate(keys) if key not in self._spare and self._is_near(text[slice(*words[place])], key)
        }
        small = {place for place in near if text[words[place][0]].islower()}
        leave_out = (near - small) | self._pairs(text, words, keys)
        if leave_out:
            leave_out -= self._allowed_wholes(text, words, keys)
        self.doubted |= {text[slice(*words[place])] for place in small - leave_out}
        return self._without(text, [words[place] for place in sorted(leave_out)])

    def _is_near(self, word: str, key: str) -> bool:
        return bool(self._near.owners(key) or any(self._near.owners(_key(piece)) for piece in word.split(_INVISIBLE_SPACE)))

    def _pairs(self, text: str, words: list[tuple[int, int]], keys: list[str]) -> set[int]:
        """Return the places of words that are two names of one person next to each other, an initial between them or not."""
        owners = [self._whole.owners(key) for key in keys]
        found = set()
        for place, one in enumerate(owners):
            for after in (place + 1, place + 2):
                if not one or after >= len(owners) or (after == place + 2 and len(keys[place + 1]) > 1):
                    continue
                spared = {keys[place], keys[after]} <= self._spare
                near_by = len(text[words[place][1] : words[after][0]].strip()) <= _SHORT
                if near_by and not spared and _of_one(one, owners[after]):
                    found |= set(range(place, after + 1))
        return found

    def _allowed_wholes(self, text: str, words: list[tuple[int, int]], keys: list[str]) -> set[int]:
        """Return the places of words that are together the whole name of somebody who may be named, in its own order."""
        found: set[int] = set()
        owners = [self._allowed.owners(key) for key in keys]
        for first, begun in enumerate(owners):
            for person in (person for person, part in begun if part == 0):
                places = range(first, first + self._allowed.lengths[person])
                if places.stop > len(keys):
                    continue
                joined = all(text[words[at][1] : words[at + 1][0]].strip() in ("", "-") for at in places[:-1])
                if joined and all((person, at - first) in owners[at] for at in places):
                    found |= set(places)
        return found

    def _without(self, text: str, words: Iterable[tuple[int, int]]) -> str:
        """Return the text without these words; neighbours go together."""
        runs: list[list[int]] = []
        for start, end in words:
            between = text[runs[-1][1] : start] if runs else ""
            if runs and (len(between) <= 1 or (between == ". " and text[runs[-1][1] - 2 : runs[-1][1] - 1].isspace())):
                runs[-1][1] = end
            else:
                runs.append([start, end])
        self.found |= {text[start:end] for start, end in runs}
        for start, end in reversed(runs):
            text = text[:start] + self.instead + text[end:]
        return text


def beginnings(texts: Collection[str]) -> set[str]:
    """Return how the words of texts begin, in one letter and in two, å, ä and ö without their marks.

    A name of more than three letters can only be meant by a word that begins with the same two, a shorter one with the same one.
    """
    keys = {_key(piece) for text in texts for start, end in _words(text) for piece in text[start:end].split(_INVISIBLE_SPACE)}
    keys |= {_key(text[start:end]) for text in texts for start, end in _words(text)}
    return {key.translate(_PLAIN)[:length] for key in keys for length in (1, _ALIKE) if key}


@cache
def _key(word: str) -> str:
    """Return the identity key of a word without accents, but for the letters of the Finnish and Swedish alphabets."""
    taken_apart = unicodedata.normalize("NFD", re.sub("[åäö]", lambda m: _OWN[m[0]], identity_key(word)))
    plain = "".join(character for character in taken_apart if unicodedata.category(character) != "Mn")
    return plain.translate(_BACK)


def _parts(name: str) -> list[str]:
    """Return the keys of the words of a name."""
    if _PLAIN_NAME.fullmatch(name):  # nearly all are, and looking at each letter takes fifty times as long
        return name.replace("-", " ").casefold().split()
    return [_key(name[start:end]) for start, end in _words(name)]


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Yield where words begin and end; marks and invisible characters inside one belong to it."""
    start, last = None, ""
    for place, character in enumerate(text):
        begins = start is not None and character.isupper() and last.islower()
        if start is not None and begins:  # two names written as one word
            yield start, place
            start = place
        elif character.isalpha() or (start is not None and unicodedata.category(character) in ("Mn", "Mc", "Cf")):
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
        last = character if character.isalpha() else last
    if start is not None:
        yield start, len(text)


class _Names:
    """Whose names words may be. Only names that begin as a word does are declined: all of a large family take too long.

    For the same reason whose a name is, is looked up only once a text has a word that may be it.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._people: dict[str, list[int]] = defaultdict(list)
        self._parts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._stems: dict[str, Mapping[str, Collection[str]]] = {}
        self._owners: dict[str, frozenset[Owner]] = {}
        for person, name in enumerate(self._names):
            for piece in name.split():
                self._people[piece].append(person)
        for piece in self._people:
            for part in (*_parts(piece), *_double(piece)):
                self._add(part, piece)

    @cached_property
    def lengths(self) -> Sequence[int]:
        """How many words the name of each person has."""
        return [len(_parts(name)) for name in self._names]

    def owners(self, key: str) -> frozenset[Owner]:
        """Return pairs of a person and which of their names a word may be."""
        if key not in self._owners:
            self._owners[key] = frozenset(
                owner
                for beginning in {key[:1], key[:_ALIKE]}
                for part in self._meant(beginning, key)
                for owner in self._having(part, self._parts[beginning][part])
            )
        return self._owners[key]

    def _add(self, key: str, piece: str) -> None:
        for typed in _typed(key):
            # a short name may change from its second letter on
            self._parts[typed[:_ALIKE] if len(typed) > _SHORT else typed[:1]][typed].add(piece)

    def _meant(self, beginning: str, key: str) -> set[str]:
        """Return the names of this beginning that a word may be."""
        stems = self._declined(beginning)
        found: set[str] = set()
        for length in range(1, len(key) + 1):
            parts = stems.get(key[:length])
            if parts:
                ending = key[length:]
                if (ending in _SHORT_ENDINGS) if length < _SHORT else _ENDING.fullmatch(ending):
                    found.update(parts)
        return found

    def _having(self, part: str, pieces: Iterable[str]) -> Iterator[Owner]:
        """Yield who has a name, as which part of theirs, from the pieces between spaces that it is in."""
        for piece in pieces:
            doubled = any(part in _typed(double) for double in _double(piece))
            for person in self._people[piece]:
                yield from ((person, place) for place, key in enumerate(_parts(self._names[person])) if part in _typed(key))
                if doubled:
                    yield person, -1

    def _declined(self, beginning: str) -> Mapping[str, Collection[str]]:
        if beginning not in self._stems:
            found: dict[str, set[str]] = defaultdict(set)
            for part in self._parts.get(beginning, ()):
                for stem in _declined(part):
                    found[stem].add(part)
            self._stems[beginning] = found
        return self._stems[beginning]


def _double(piece: str) -> list[str]:
    """Return the key of a double name written as one, where this is a double name."""
    return [_key(piece.replace("-", ""))] if "-" in piece[1:-1] else []


def _typed(key: str) -> set[str]:
    return {key, key.translate(_PLAIN)}


def _of_one(one: frozenset[Owner], other: frozenset[Owner]) -> bool:
    """Tell whether two words may be two names of one person."""
    both = {person for person, _place in one} & {person for person, _place in other}
    return bool(both) and any(a == b and i != j for a, i in one if a in both for b, j in other if b in both)


@cache  # given names are shared by many, and one person may be looked for in two ways
def _declined(part: str) -> frozenset[str]:
    """Return the stems that endings are put to: Testinen, Testise-; Esimerkki, Esimerki-; Järvi, Järve-; Näyte, Näyttee-."""
    stems = {part}
    for pattern, endings in _CHANGES:
        if found := re.search(pattern, part):
            stems |= {part[: found.start()] + found.expand(ending) for ending in endings}
    if re.search("e$", part):
        stems |= {f"{stem}e" for stem in _graded(part, _STRONGER)}
    if found := re.search("([aä])s$", part):
        stems |= {f"{stem}{found[1] * 2}" for stem in _graded(part[:-2], _STRONGER)}
    for stem in tuple(stems):
        stems |= _graded(stem, _WEAKER)
    return frozenset(stem for stem in stems if len(stem) >= _SHORT or stem == part)


def _graded(stem: str, grades: Iterable[tuple[str, str]]) -> set[str]:
    """Return a stem also with its last consonants in another grade, as Finnish changes them: Pekka, Peka-."""
    found = {stem}
    for old, new in grades:
        at = stem.rfind(old)
        if at >= 1 and at + len(old) >= len(stem) - 1:
            found.add(f"{stem[:at]}{new}{stem[at + len(old) :]}")
    return found
