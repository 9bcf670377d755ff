"""Fixtures that several rooms use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"needs ../shared/{name}, which is not here")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents beside the project; skips where it is absent."""
    return _shared("data")


@pytest.fixture(scope="session")
def shared_gold() -> Path:
    """The folder of annotated passages beside the project; skips where it is absent."""
    return _shared("gold")
