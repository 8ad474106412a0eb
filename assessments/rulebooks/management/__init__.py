"""Commands of the rulebooks room."""
