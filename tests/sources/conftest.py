"""The fixture of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project", tmp_path / "spill")
