"""Mutated scenario files: what the program makes of a thousand mistakes, accidents and attacks."""
