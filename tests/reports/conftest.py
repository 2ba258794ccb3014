"""Fixtures: the town, built once, and copies of it that a test may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from osallisuus.store.database import Database, open_db
from tests.domain.conftest import World
from tests.reports import town


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of the town, which nobody may change."""
    path = tmp_path_factory.mktemp("town") / "osallisuus.db"
    town.build(path)
    return path


@pytest.fixture(scope="session")
def rich(built: Path) -> Iterator[Database]:
    """Give the town to read."""
    opened = open_db(built)
    yield opened
    opened.close()


@pytest.fixture
def changing(built: Path, tmp_path: Path) -> Iterator[World]:
    """Give a town of one's own to change."""
    path = tmp_path / "town.db"
    shutil.copy(built, path)
    opened = open_db(path)
    yield World(opened)
    opened.close()
