"""What accuracy costs: standard errors against time, by design, and what smoothing and other axes would save.

`python -m benchmarks.accuracy` prints it. Standard errors are the spread of whole runs over independent seeds.
"""
