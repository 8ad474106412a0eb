"""The rulebook language: what a rulebook may say, and how its text becomes checked rules."""
