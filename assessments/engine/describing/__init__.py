"""Rulebooks for people and editors: prose in both languages, differences between versions, JSON Schema."""
