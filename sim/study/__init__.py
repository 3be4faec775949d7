"""A scenario and its runs: `load` a file and run it; the default priors held against surveys."""
