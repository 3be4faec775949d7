"""Numbers as people write them: kinds, texts read and written, tables of cells."""
