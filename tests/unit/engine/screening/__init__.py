"""Tests of screening: every brief is what the exact engine says."""
