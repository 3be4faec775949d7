"""One input integrated out exactly: every draw is a straight line in it instead of a value.

A run values every draw as it is and at two more values of the input. What adds up is then a straight line in it, and a
probability given the other inputs one of its distribution function: no jump is left, and percentiles and probabilities
need far fewer draws for the same accuracy.
"""
