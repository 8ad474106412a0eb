"""What a comparison tells, in the reader's words: for pages and for the command."""

from decimal import Decimal
from typing import Any

from assessments.periods.models import Outcome, Standing


def tell_words(told: dict[str, Any]) -> str:
    """Settled, live and standing; or the refund with its bounds."""
    if "standing" in told:
        words = (Outcome(told["outcome"]).label, Outcome(told["live"]).label, Standing(told["standing"]).label)
        return " · ".join(str(each) for each in words)
    refund, low, high = (told[name] for name in ("refund", "low", "high"))
    if refund is not None:
        return f"¥{Decimal(refund):,.2f}"
    return "–" if low is None or high is None else f"¥{Decimal(low):,.2f} … ¥{Decimal(high):,.2f}"


def yuan(fen: int | None) -> str:
    """分 as ¥; a dash for what is not known."""
    return "–" if fen is None else f"{Decimal(fen).scaleb(-2):,.2f}"
