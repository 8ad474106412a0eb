"""Taking over records, file rows that are no store-days: one taker per kind, registered by the room that owns them."""
