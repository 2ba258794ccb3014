"""What people wrote, in a report for everybody: without the names of those who have not agreed to their publication."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from osallisuus.reports.blocks import Block, Cell, Figures, Heading, Paragraph, Quoted, Table


def texts(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the words of people in these blocks."""
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield from [block.text] if block.language else []
            case Figures():
                yield from (item.value.text for item in block.items if isinstance(item.value, Quoted))
            case Table():
                yield from (cell.text for row in block.rows for cell in row if isinstance(cell, Quoted))


def languages(blocks: Sequence[Block]) -> set[str]:
    """Return the languages that the words of people in these blocks are in."""
    found: set[str] = set()
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                found.add(block.language)
            case Figures():
                found |= {item.value.language for item in block.items if isinstance(item.value, Quoted)}
            case Table():
                found |= {cell.language for row in block.rows for cell in row if isinstance(cell, Quoted)}
    return found


def without(blocks: Sequence[Block], redact: Callable[[str], str]) -> list[Block]:
    """Return the blocks with the words of people as `redact` leaves them."""
    return [_without(block, redact) for block in blocks]


def _without(block: Block, redact: Callable[[str], str]) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, text=redact(block.text)) if block.language else block
        case Figures():
            return replace(block, items=[replace(item, value=_cell(item.value, redact)) for item in block.items])
        case Table():
            return replace(block, rows=[[_cell(cell, redact) for cell in row] for row in block.rows])


def _cell(cell: Cell, redact: Callable[[str], str]) -> Cell:
    return replace(cell, text=redact(cell.text)) if isinstance(cell, Quoted) else cell
