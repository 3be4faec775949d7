"""The run: draws through the model, in bounded memory, the same bytes whoever does the work."""
