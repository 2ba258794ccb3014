"""Build hook: compiles `messages.po` of every language into the `messages.mo` that gettext reads. Not part of the wheel."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    """Runs before a wheel or an editable install is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue; `version` and `build_data` are the builder's and stay as they are."""
        for source in sorted(Path(self.root, "osallisuus", "locales").glob("*/LC_MESSAGES/messages.po")):
            with source.open("rb") as readable, source.with_suffix(".mo").open("wb") as writable:
                write_mo(writable, read_po(readable))
