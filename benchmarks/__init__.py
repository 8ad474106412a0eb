"""`python -m benchmarks`: the product's speed as ratios, each measured beside its yardstick in the same run."""
