"""Kaohe on a bare machine: embedded PostgreSQL and Valkey, the logins, the supervisor, the commands."""
