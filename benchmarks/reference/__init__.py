"""One model, valued by this library and by everything a planner could use instead, side by side.

`python -m benchmarks.reference` prints draws a second, the ratio to this library, peak memory and whether all agree.

The model: 36 monthly steps, one vendor, eight uncertain inputs of which two pairs are correlated. `constants` says it
in full.
"""
