"""Tests of the answers: plans, proof, clock, intervals, levers, money."""
