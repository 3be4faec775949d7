"""The starter scenario that `sim init` writes."""

from importlib.resources import files


def starter_text() -> str:
    """Give the commented starter file."""
    return files("sim").joinpath("data", "starter.yaml").read_text(encoding="utf-8")
