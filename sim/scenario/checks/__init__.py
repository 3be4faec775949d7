"""What is refused or warned of in a file that can be read: what is missing, and what would count twice."""
