"""What a verdict leaves open: must-be plans, proof, the clock, intervals, levers, what-if and money. All exact."""
