"""up, down and serve. They run before there is a database: no model is imported, no system check is made."""
