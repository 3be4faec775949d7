"""A run as a library of the SIPmath standard, for other tools."""
