"""What tests of commands share."""

import pytest

from tests.small import SMALL


@pytest.fixture
def small(tmp_path):
    """The file of a small scenario, alone in its folder."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path
