"""Golden cases: TOML files that an operator can read, run against the engine without a database."""

from assessments.rulebooks.cases.running import Failure, Report, check_paths

__all__ = ["Failure", "Report", "check_paths"]
