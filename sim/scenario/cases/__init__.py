"""From what a file says to the case of every vendor: names looked up, defaults filled in, lines made."""
