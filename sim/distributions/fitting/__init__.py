"""Families fitted to the values of a column: estimates, how well each fits, and the YAML to paste."""
