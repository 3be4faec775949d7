"""The answers of a run as tables that people read."""
