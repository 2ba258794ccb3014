"""What pictures are put together from: elements of SVG 1.1, the room that words take, and axes that begin at zero."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import escape

from osallisuus.exports.prose import one_line
from osallisuus.i18n import format_share, grouped

# Each has a contrast of 4.5 or more with white, and the grid is only company (WCAG 1.4.3, 1.4.11). Grey paper tells them apart.
INK, SOFT, AXIS, GRID, BAR, PAPER = "#1a1a1a", "#4a4f55", "#6b7178", "#dde1e6", "#24608f", "#ffffff"
SIZE = 14
SMALL = 13

# How wide a character can be, in parts of the size: those of DejaVu Sans, the widest of the usual ones.
_NARROW, _WIDE = frozenset("iljtfr.,:;'|!()[] -I\N{NO-BREAK SPACE}"), frozenset("mwMWÅÄÖ@%&QO…–")
_BOLD = 1.12
# What XML has no place for (XML 1.0 section 2.2), besides what `one_line` has written out already.
_NO_CHARACTER = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The values from zero to `top` that have a length, with a tick at each `step`; shares are of 1."""

    top: float
    step: float
    share: bool = False

    @property
    def ticks(self) -> Sequence[tuple[float, str]]:
        """The ticks with their words."""
        values = [place * self.step for place in range(round(self.top / self.step) + 1)]
        return [(value, format_share(value) if self.share else grouped(value)) for value in values]

    def part(self, value: float | None) -> float:
        """Return the part of the axis that a value takes."""
        return (value or 0) / self.top


def axis(largest: float, unit: str) -> Axis:
    """Return an axis from zero: to the whole for shares and to 5 for grades, else by whole numbers of 1, 2 or 5 times 10^n."""
    if unit == "share" and largest <= 1:
        return Axis(top=1, step=0.25, share=True)
    if unit == "share":
        step = _step(largest * 10) / 10
        return Axis(top=step * math.ceil(largest / step), step=step, share=True)
    step = 1 if unit == "grade" else _step(largest)
    return Axis(top=max(5, math.ceil(largest)) if unit == "grade" else step * math.ceil(largest / step), step=step)


def _step(largest: float) -> int:
    power = 1
    while True:
        for factor in (1, 2, 5):
            if largest <= 5 * factor * power:
                return factor * power
        power *= 10


def width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return the room that a text takes at most, in the units of a picture."""
    parts = sum(_part(character) for character in text)
    return parts * size * (_BOLD if bold else 1)


def _part(character: str) -> float:
    if character in _NARROW:
        return 0.42
    if character in _WIDE:
        return 1.0
    if ord(character) > 0x2E80:  # where the square scripts and the emoji begin
        return 1.3
    return 0.78 if character.isupper() else 0.65


def shortened(text: str, room: float, size: float = SIZE) -> str:
    """Return a text, or so much of it as there is room for, with … at its end."""
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, room: float, most: int, size: float = SIZE) -> Sequence[str]:
    """Return a text in at most so many lines, broken between words; what there is no room for is …."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    kept = lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shortened(line, room, size) for line in kept]


def alike(texts: Sequence[str], room: float, most: int, size: float = SIZE) -> Sequence[Sequence[str]]:
    """Return texts wrapped in lines as short as can be without more of them, so that they are broken at the same places."""
    found = [wrapped(text, room, most, size) for text in texts]
    lines = max(map(len, found))
    for narrower in range(int(room), 0, -2):
        tried = [wrapped(text, narrower, lines, size) for text in texts]
        if any("…" in line for each in tried for line in each):
            break
        found = tried
    return found


def plain(text: str) -> str:
    """Return a text as one line of characters that a picture can hold."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", one_line(text))


def short(number: float) -> str:
    """Return a coordinate without more digits than it needs."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """The elements of a picture in the order in which they are drawn."""

    parts: list[str] = field(default_factory=list)

    def add(self, name: str, text: str | None = None, /, **attributes: float | str) -> None:
        """Draw an element; `_` in the name of an attribute is `-`, and a final one is left out."""
        self.parts.append(element(name, None if text is None else str(escape(text)), **attributes))

    def write(self, x: float, y: float, text: str, **attributes: float | str) -> None:
        """Write a text."""
        self.add("text", text, x=x, y=y, **attributes)

    def middle(self, x: float, y: float, text: str, **attributes: float | str) -> None:
        """Write a text around a point."""
        self.write(x, y, text, text_anchor="middle", **attributes)

    def line(self, start: tuple[float, float], end: tuple[float, float], **attributes: float | str) -> None:
        """Draw a line."""
        self.add("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **attributes)


def element(name: str, inner: str | None = None, /, **attributes: float | str) -> str:
    """Return an element whose inside is SVG already."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value if isinstance(value, str) else short(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}/>" if inner is None else f"<{name}{written}>{inner}</{name}>"
