"""Hostile files, made and never kept: archives that unpack to too much, books that lie, tables that are wrong."""
