"""The demo agency: load it, wait for it, show its board as a table. No rows of its own."""
