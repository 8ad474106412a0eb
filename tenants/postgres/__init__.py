"""Django's PostgreSQL backend as the door needs it (see base.py)."""
