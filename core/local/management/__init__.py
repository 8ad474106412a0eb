"""Commands of the bare machine."""
