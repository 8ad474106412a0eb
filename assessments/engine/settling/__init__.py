"""How a fee year is settled: timeline, category and prepayment, score condition, bars, money."""
