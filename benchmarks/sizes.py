"""How much is measured: the figures are ratios, so that a smaller size still says something."""

from dataclasses import dataclass
from datetime import date, timedelta

# The last day of a fee year under rules that are shipped, so that verdicts and refund estimates both have work to do.
TODAY = date(2024, 12, 31)
ROUNDS = 5
SLOW_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Sizes:
    """Stores and days of the large agency; the small one has a tenth of the stores. `agencies` are made beside them."""

    stores: int
    days: int
    agencies: int = 300

    @property
    def first_day(self) -> date:
        return TODAY - timedelta(days=self.days)

    @property
    def last_day(self) -> date:
        return TODAY - timedelta(days=1)

    @property
    def tenth(self) -> int:
        return max(self.stores // 10, 1)
