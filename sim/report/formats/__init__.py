"""The ways out: one module a format."""
