"""Excel workbooks: an archive of XML parts, read within bounds, to rows of texts with the unit that Excel shows."""
