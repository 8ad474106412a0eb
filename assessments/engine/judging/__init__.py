"""How a store's period is judged: months, totals, runs, warning bands, consequences."""
