"""The charts of a report and of single commands."""
