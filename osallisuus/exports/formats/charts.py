"""Pictures of tables as SVG, for a page and for paper: bars that lie, and columns that stand.

An axis begins at zero, each bar has its value in figures beside it, and nothing is told by colour alone (WCAG 1.4.1). What is not
told, or not there, stands as `..` or `–` where its bar would.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import escape

from osallisuus.exports.formats.drawing import (
    AXIS,
    BAR,
    GRID,
    INK,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    Axis,
    Canvas,
    alike,
    axis,
    element,
    plain,
    shortened,
    width,
    wrapped,
)
from osallisuus.i18n import _, n_
from osallisuus.reports.blocks import HIDDEN, NOTHING, Mark, Table, drawn, words

# How many of those that share the largest value are named.
_NAMED = 3
# More bars than these are no picture any more on a small screen.
_MOST_NARROW = 24
_WIDE, _NARROW = 720.0, 344.0
_LINE = 19.0
_THICK = 22.0
_TALL = 220.0
# The least room for a column, whose value then stands on end, and for a label that leans.
_SLOT, _LEANING = 12.5, 20.0
_LEAN = math.sqrt(0.5)


@dataclass(frozen=True, kw_only=True)
class _Picture:
    """What is drawn, in words: the labels of its columns, and how its bars lie or stand."""

    marks: Sequence[Mark]
    axis: Axis
    lying: bool
    rows: str
    value: str
    target: str


def svg(table: Table, *, narrow: bool = False) -> str:
    """Return the picture of a table as an SVG element, or an empty text where there is nothing to draw.

    With `narrow` it is one for a small screen, whose bars lie under their labels; there is none of very many bars.
    """
    marks = _drawable(table)
    if not marks or (narrow and len(marks) > _MOST_NARROW):
        return ""
    picture = _picture(table, marks, lying=narrow)
    canvas = Canvas()
    size = _lay(canvas, picture, narrow=narrow) if picture.lying else _stand(canvas, picture)
    own = f"{identity(table.key)}{'-narrow' if narrow else ''}"
    return element(
        "svg",
        element("title", _escaped(name(table)), id=f"{own}-title")
        + element("desc", _escaped(_said(table, picture)), id=f"{own}-desc")
        + element("rect", width=size[0], height=size[1], fill=PAPER)
        + "".join(canvas.parts),
        xmlns="http://www.w3.org/2000/svg",
        id=own,
        role="img",
        aria_labelledby=f"{own}-title",
        aria_describedby=f"{own}-desc",
        width=size[0],
        height=size[1],
        viewBox=f"0 0 {size[0]:.0f} {size[1]:.0f}",
        font_family="sans-serif",
        font_size=SIZE,
        fill=INK,
    )


def described(table: Table) -> str:
    """Return in words what the picture of a table shows: what it is of, its largest and smallest values, what is not told."""
    marks = _drawable(table)
    return _said(table, _picture(table, marks)) if marks else ""


def name(table: Table) -> str:
    """Return what the picture of a table is called."""
    return _("{title}: {column}").format(title=plain(table.title), column=_picture(table, drawn(table)).value)


def identity(key: str) -> str:
    """Return the key of a table as the id of its picture: ASCII letters, digits, `-` and `_`, another one for each key."""
    return "chart-" + re.sub(r"[^A-Za-z0-9]", lambda match: f"_{ord(match[0]):x}_", key)


def _drawable(table: Table) -> Sequence[Mark]:
    """Return what is drawn: nothing of what is less than nothing, which no bar from zero can show."""
    marks = drawn(table)
    return () if any((number.value or 0) < 0 for mark in marks for number in (mark.number, mark.target) if number) else marks


def _escaped(text: str) -> str:
    return str(escape(text))


def _picture(table: Table, marks: Sequence[Mark], *, lying: bool = False) -> _Picture:
    if not table.picture:
        raise ValueError(table.key)  # a fault of the program: it has asked for a picture of a table without one
    labels = {column.key: plain(column.label) for column in table.columns}
    values = [number.value or 0 for mark in marks for number in (mark.number, mark.target) if number]
    return _Picture(
        marks=marks,
        axis=axis(max(values, default=0), marks[0].number.unit if marks else ""),
        lying=lying or table.picture.kind == "bars",
        rows=plain(table.columns[0].label),
        value=labels[table.picture.value],
        target=labels.get(table.picture.target, "") if any(mark.target for mark in marks) else "",
    )


def _said(table: Table, picture: _Picture) -> str:
    hidden = sum(mark.number.hidden for mark in picture.marks)
    shape = (
        _("The bars show the numbers of the table {title}, column {column}.")
        if picture.lying
        else _("The columns show, in their order, the numbers of the table {title}, column {column}.")
    )
    sentences = [
        shape.format(title=plain(table.title), column=picture.value),
        *_extremes(picture.marks),
        _("A heavy line marks: {target}.").format(target=picture.target) if picture.target else "",
        n_("{n} number is not told.", "{n} numbers are not told.", hidden) if hidden else "",
        _("The same numbers are in the table below."),
    ]
    return " ".join(filter(None, sentences))


def _extremes(marks: Sequence[Mark]) -> Iterator[str]:
    """Yield the largest value that is told and, where it is another, the smallest."""
    values = [mark.number.value for mark in marks if mark.number.value is not None and not mark.number.hidden]
    if len(values) > 1 and min(values) == max(values):
        yield _("All are as large: {amount}.").format(amount=_amount(marks, values[0]))
        return
    yield _("The largest number told is {amount} ({labels}).").format(
        amount=_amount(marks, max(values)), labels=_labels(marks, max(values))
    )
    if len(values) > 1:
        least = min(values)
        yield _("The smallest number told is {amount} ({labels}).").format(
            amount=_amount(marks, least), labels=_labels(marks, least)
        )


def _amount(marks: Sequence[Mark], value: float) -> str:
    return next(words(mark.number) for mark in marks if mark.number.value == value and not mark.number.hidden)


def _labels(marks: Sequence[Mark], value: float) -> str:
    labels = [plain(mark.label) for mark in marks if mark.number.value == value and not mark.number.hidden]
    listed = "; ".join(labels[:_NAMED])
    others = len(labels) - _NAMED
    return n_("{labels} and {n} other", "{labels} and {n} others", others, labels=listed) if others > 0 else listed


# What stands beside a bar or above a column


def _value(mark: Mark) -> str:
    return plain(words(mark.number))


def _target(mark: Mark) -> str:
    return _("target {amount}").format(amount=plain(words(mark.target))) if mark.target else ""


def _legend(canvas: Canvas, picture: _Picture, room: float) -> float:
    """Draw what the signs mean, where there are others than bars; return the height that it takes."""
    entries = [("bar", picture.value), ("target", picture.target)] if picture.target else []
    if any(mark.number.hidden for mark in picture.marks):
        entries.append((HIDDEN, _("not told")))
    if any(mark.number.value is None and not mark.number.hidden for mark in picture.marks):
        entries.append((NOTHING, _("none")))
    x, y = 4.0, 16.0
    for sign, label in entries:
        text = shortened(label, room - 40, SMALL)
        taken = 26 + width(text, SMALL) + 18
        if x > 4 and x + taken - 18 > room:
            x, y = 4.0, y + _LINE
        if sign == "bar":
            canvas.add("rect", x=x, y=y - 10, width=18, height=11, fill=BAR)
        elif sign == "target":
            _heavy(canvas, ((x + 9, y - 14), (x + 9, y + 4)) if picture.lying else ((x, y - 4), (x + 18, y - 4)), "sign")
        else:
            canvas.middle(x + 9, y, sign, font_size=SMALL, font_weight="bold")
        canvas.write(x + 26, y, text, font_size=SMALL)
        x += taken
    return y + 14 if entries else 4


def _heavy(canvas: Canvas, ends: tuple[tuple[float, float], tuple[float, float]], kind: str) -> None:
    """Draw the line of a target, with an edge of paper so that it is seen on a bar as well."""
    canvas.line(*ends, stroke=PAPER, stroke_width=7)
    canvas.line(*ends, class_=kind, stroke=INK, stroke_width=3.5)


# Bars that lie


def _lay(canvas: Canvas, picture: _Picture, *, narrow: bool) -> tuple[float, float]:
    """Draw bars from the left, the first at the top; return width and height."""
    texts = [width(_value(mark), bold=True) + (width(_target(mark), SMALL) + 8 if mark.target else 0) for mark in picture.marks]
    room = max(texts) + 18
    labels = [wrapped(plain(mark.label), (_NARROW if narrow else 240) - 12, 3) for mark in picture.marks]
    first_tick = width(picture.axis.ticks[0][1], SMALL) / 2
    left = max(6, first_tick) if narrow else 16 + max(width(line) for lines in labels for line in lines)
    whole = max(_NARROW if narrow else _WIDE, left + 140 + room)
    length = whole - left - room
    top = _legend(canvas, picture, whole)
    if narrow:
        top += 14
        canvas.write(left - 2, top, shortened(picture.rows, whole - left, SMALL), font_size=SMALL, fill=SOFT)
    heights = [_THICK + 28 + _LINE * len(lines) if narrow else max(_THICK + 18, _LINE * len(lines) + 16) for lines in labels]
    bottom = top + sum(heights)
    _scale_below(canvas, picture, (left, top, bottom, length), narrow=narrow)
    for mark, lines, height in zip(picture.marks, labels, heights, strict=True):
        middle = top + height - _THICK / 2 - 6 if narrow else top + height / 2
        first = top + _LINE + 6 if narrow else middle - _LINE * (len(lines) - 1) / 2 + 5
        for place, line in enumerate(lines):
            end = {} if narrow else {"text_anchor": "end"}
            canvas.write(left - 2 if narrow else left - 10, first + place * _LINE, line, class_="label", **end)
        _bar(canvas, picture, mark, (left, middle, length))
        top += height
    title = shortened(picture.value, whole - left, SMALL)
    canvas.write(left, bottom + 42, title, font_size=SMALL, fill=SOFT)
    return whole, bottom + 52


def _scale_below(canvas: Canvas, picture: _Picture, box: tuple[float, float, float, float], *, narrow: bool) -> None:
    left, top, bottom, length = box
    ticks = picture.axis.ticks
    every = math.ceil(max(width(text, SMALL) + 10 for _value, text in ticks) * (len(ticks) - 1) / length)
    for place, (value, text) in enumerate(ticks):
        x = left + length * picture.axis.part(value)
        # under the labels of a small picture, lines would be in the way of reading
        canvas.line((x, bottom if narrow else top), (x, bottom + 5), class_="grid", stroke=AXIS if narrow else GRID)
        if place % every == 0:
            canvas.middle(x, bottom + 20, text, class_="tick", font_size=SMALL, fill=SOFT)
    if narrow:
        canvas.line((left, bottom), (left + length, bottom), stroke=AXIS)
    canvas.line((left, top), (left, bottom), class_="zero", stroke=GRID if narrow else AXIS)


def _bar(canvas: Canvas, picture: _Picture, mark: Mark, box: tuple[float, float, float]) -> None:
    left, middle, length = box
    end = left + length * picture.axis.part(None if mark.number.hidden else mark.number.value)
    if end > left:
        canvas.add("rect", class_="bar", x=left, y=middle - _THICK / 2, width=end - left, height=_THICK, fill=BAR)
    value, target = _value(mark), _target(mark)
    room = width(value, bold=True) + (width(target, SMALL) + 8 if target else 0)
    x = end + 7
    if mark.target and mark.target.value is not None and not mark.target.hidden:
        aim = left + length * picture.axis.part(mark.target.value)
        _heavy(canvas, ((aim, middle - _THICK / 2 - 5), (aim, middle + _THICK / 2 + 5)), "target")
        # a text that would lie under the line begins after it
        x = aim + 8 if end - 4 < aim < x + room + 6 else x
    canvas.write(x, middle + 5, value, class_="value", font_weight="bold")
    if target:
        canvas.write(x + width(value, bold=True) + 8, middle + 5, target, class_="aim", font_size=SMALL, fill=SOFT)


# Columns that stand


@dataclass(frozen=True, kw_only=True)
class _Room:
    """How columns have their places: each a `slot` wide, from `left`; their labels in lines, or leaning at every so many."""

    left: float
    slot: float
    labels: Sequence[Sequence[str]]
    every: int
    on_end: bool
    with_targets: bool

    @property
    def leaning(self) -> bool:
        """Tell whether the labels lean."""
        return self.every > 0


def _stand(canvas: Canvas, picture: _Picture) -> tuple[float, float]:
    """Draw columns from the ground up, the first at the left; return width and height."""
    room = _room(picture)
    whole = max(_WIDE, room.left + room.slot * len(picture.marks) + 8)
    top = _legend(canvas, picture, whole) + 12
    canvas.write(4, top, shortened(picture.value, whole - 8, SMALL), font_size=SMALL, fill=SOFT)
    highest = max(width(_value(mark), bold=True) for mark in picture.marks) if room.on_end else 18 + 17 * room.with_targets
    ground = top + 14 + highest + _TALL
    for value, text in picture.axis.ticks:
        y = ground - _TALL * picture.axis.part(value)
        canvas.line((room.left, y), (whole - 8, y), class_="grid" if value else "zero", stroke=GRID if value else AXIS)
        canvas.write(room.left - 8, y + 4, text, class_="tick", text_anchor="end", font_size=SMALL, fill=SOFT)
    for place, mark in enumerate(picture.marks):
        centre = room.left + room.slot * (place + 0.5)
        _column(canvas, picture, mark, (centre, ground, room))
        _label(canvas, room, place, (centre, ground))
    bottom = ground + _depth(room) + 22
    canvas.middle(
        (room.left + whole - 8) / 2, bottom, shortened(picture.rows, whole - room.left, SMALL), font_size=SMALL, fill=SOFT
    )
    return whole, bottom + 10


def _room(picture: _Picture) -> _Room:
    marks, labels = picture.marks, [plain(mark.label) for mark in picture.marks]
    left = 14 + max(width(text, SMALL) for _value, text in picture.axis.ticks)
    slot = max(_SLOT, (_WIDE - left - 8) / len(marks))
    lines = alike(labels, slot - 8, 3, SMALL)
    every = 0
    if any("…" in line for each in lines for line in each):
        every = math.ceil(_LEANING / slot)
        lines = [[shortened(label, 150, SMALL)] for label in labels]
        # the first label begins to the left of its column
        over = max(width(each[0], SMALL) * _LEAN - slot * place for place, each in enumerate(lines) if place % every == 0)
        left = max(left, over - slot / 2 + 8)
        slot = max(_SLOT, (_WIDE - left - 8) / len(marks))
    return _Room(
        left=left,
        slot=slot,
        labels=lines,
        every=every,
        on_end=any(width(_value(mark), bold=True) > slot - 4 for mark in marks),
        with_targets=bool(picture.target) and all(width(_target(mark), SMALL) <= slot - 4 for mark in marks),
    )


def _depth(room: _Room) -> float:
    if room.leaning:
        return 18 + max(width(lines[0], SMALL) * _LEAN for lines in room.labels)
    return 6 + 17 * max(map(len, room.labels))


def _column(canvas: Canvas, picture: _Picture, mark: Mark, box: tuple[float, float, _Room]) -> None:
    centre, ground, room = box
    end = ground - _TALL * picture.axis.part(None if mark.number.hidden else mark.number.value)
    wide = min(56, room.slot * 0.68)
    if end < ground:
        canvas.add("rect", class_="bar", x=centre - wide / 2, y=end, width=wide, height=ground - end, fill=BAR)
    value, target = _value(mark), _target(mark) if room.with_targets and not room.on_end else ""
    taken = width(value, bold=True) if room.on_end else 18 + (17 if target else 0)
    y = end - 6
    if mark.target and mark.target.value is not None and not mark.target.hidden:
        aim, half = ground - _TALL * picture.axis.part(mark.target.value), min(room.slot, wide + 14) / 2
        _heavy(canvas, ((centre - half, aim), (centre + half, aim)), "target")
        y = aim - 8 if end + 4 > aim > y - taken - 4 else y
    if room.on_end:
        turn = f"rotate(-90 {centre + 4.5:.2f} {y:.2f})"
        canvas.write(centre + 4.5, y, value, class_="value", font_size=12, font_weight="bold", transform=turn)
        return
    if target:
        canvas.middle(centre, y - 17, target, class_="aim", font_size=SMALL, fill=SOFT)
    canvas.middle(centre, y, value, class_="value", font_weight="bold")


def _label(canvas: Canvas, room: _Room, place: int, foot: tuple[float, float]) -> None:
    centre, ground = foot
    if not room.leaning:
        for number, line in enumerate(room.labels[place], 1):
            canvas.middle(centre, ground + 2 + 17 * number, line, class_="label", font_size=SMALL)
    elif place % room.every == 0:
        turn = f"rotate(-45 {centre + 4:.2f} {ground + 16:.2f})"
        canvas.write(
            centre + 4, ground + 16, room.labels[place][0], class_="label", font_size=SMALL, text_anchor="end", transform=turn
        )
