"""Scenario files: their text, what they may say, what is wrong with them, and the case of every vendor."""
