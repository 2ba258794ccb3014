"""Text that people typed as HTML: paragraphs, lists, emphasis and links of Markdown, and nothing that could do anything else.

And the other way round: any text so that Markdown, a page or a picture shows its characters.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from osallisuus.texts import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# Where a link may lead. Anything else (javascript:, data:, file:) stays the text that was typed.
_ALLOWED = ("https://", "http://", "mailto:")


@lru_cache(maxsize=8192)  # a site has the same answers in each of its languages
def prose(text: str) -> Markup:
    """Return a text as HTML; raw HTML, pictures and headings in it stay the characters that were typed.

    Headings would break the order of the page's own (WCAG 1.3.1), pictures would be loaded from elsewhere.
    """
    return Markup(_markdown().render(text))  # noqa: S704  # markdown-it escapes whatever it did not make itself


def literal(text: str) -> str:
    """Return a text so that Markdown shows it as it was written (CommonMark section 2.4; `~` and `|` are GFM's)."""
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~&" else c for c in text)
    return "  \n".join(_not_a_list(line.strip()) for line in escaped.splitlines())  # two spaces keep the line break


def readable(text: str) -> str:
    """Return a text in lines, what would be obeyed in it written out (`texts.visible`), without marks for hyphenation."""
    return "\n".join(visible(line.replace("\t", " ").replace("\N{SOFT HYPHEN}", "")) for line in text.splitlines())


def one_line(text: str) -> str:
    """Return a text as `readable` does, its line breaks as spaces: for a cell or a heading."""
    if text.isprintable():  # nearly all are: nothing to write out and no line to break
        return text.strip()
    return " ".join(filter(None, map(str.strip, readable(text).split("\n"))))


def _not_a_list(line: str) -> str:
    if line[:1] in ("-", "+", "="):
        return f"\\{line}"
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", line)


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # start-up: only where a page is written

    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
    markdown.disable(["image", "heading", "lheading", "hr", "code", "html_block", "html_inline"])
    markdown.validateLink = _is_allowed  # type: ignore[method-assign]  # the library's own hook for what a link may hold
    markdown.core.ruler.push("empty_links", _spell_empty_links)
    return markdown


def _is_allowed(url: str) -> bool:
    return url.casefold().startswith(_ALLOWED)


def _spell_empty_links(state: "StateCore") -> None:
    """Take the mark-up of links without words or without an address away (WCAG 2.4.4); what was between them stays."""
    for block in state.tokens:
        kept: list[Token] = []
        for token in block.children or ():
            if token.type == "link_close":
                opened = max(place for place, one in enumerate(kept) if one.type == "link_open")
                words = "".join(one.content for one in kept[opened:]).strip()
                if not words or not kept[opened].attrGet("href"):
                    del kept[opened]
                    continue
            kept.append(token)
        if block.children is not None:
            block.children = kept
