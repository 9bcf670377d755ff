"""An output folder for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty output folder with one known source."""
    made = open_house(tmp_path)
    yield made
    made.store.close()
