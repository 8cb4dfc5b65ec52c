"""Fixtures that tests/conftest.py hands to every test: a newsroom of its own, and the truth of the sample paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .record import SAMPLE
from .server import Newsroom
from .truth import ExpectedCapture, load


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """The paper, served on the loopback for one test."""
    with Newsroom() as served:
        yield served


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of the recorded sample paper."""
    return SAMPLE


@pytest.fixture(scope="session")
def truth() -> list[ExpectedCapture]:
    """What extraction should find in every recorded capture."""
    return load()
