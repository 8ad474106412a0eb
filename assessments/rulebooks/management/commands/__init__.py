"""One module per command; each makes one call."""
