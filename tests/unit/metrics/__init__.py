"""Tests of the pure side of imports."""
