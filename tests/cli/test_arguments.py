import pytest

from sim.cli.arguments import memory_of
from sim.errors import UsageError


@pytest.mark.parametrize(
    ("text", "found"),
    [("500MB", 500_000_000), ("1.5GB", 1_500_000_000), ("2 GiB", 2 << 30), ("700mib", 700 << 20), ("1kB", 1000)],
)
def test_memory_is_read_with_its_unit(text, found):
    assert memory_of(text) == found


@pytest.mark.parametrize("text", ["", "500", "GB", "-1GB", "1e9GB", "1,5GB", "1GB of", "1XB", "infGB"])
def test_memory_without_a_number_and_a_unit_is_refused(text):
    with pytest.raises(UsageError, match="cannot read the memory"):
        memory_of(text)
