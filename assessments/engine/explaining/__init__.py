"""Results in words: one sentence template per step key, filled only with the step's own operands."""
