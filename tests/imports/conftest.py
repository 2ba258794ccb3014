"""A file with given bytes, for readers that take a path."""

from collections.abc import Callable
from pathlib import Path

import pytest

type_of_saved = Callable[..., Path]


@pytest.fixture
def saved(tmp_path: Path) -> type_of_saved:
    def save(content: bytes | str, name: str = "lista.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save
