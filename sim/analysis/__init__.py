"""What a run says: statistics, the comparison of vendors, what moves the result."""
