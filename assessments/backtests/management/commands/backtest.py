"""Backtest a draft here and now, and print who flips."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.backtests.models import Backtest, Flip
from assessments.backtests.queries import list_flips
from assessments.backtests.services import run_batch, start_backtest
from assessments.backtests.telling import tell_words, yuan
from assessments.rulebooks.queries import get_open_draft
from tenants.acting import as_person
from tenants.door import current_scope


class Command(BaseCommand):
    help = "Judge an agency's history and live periods by a draft, and print whose verdict it turns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("draft", help="programme/version")
        parser.add_argument("--agency", required=True)
        parser.add_argument("--by", required=True, help="user name of the person on whose behalf this is done")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with as_person(options, "backtests.run") as person:
            draft = get_open_draft(options["draft"])
            if draft is None:
                raise CommandError(f"没有草稿 {options['draft']} / there is no draft {options['draft']}")
            backtest = start_backtest(draft=draft, by=person, today=current_scope().today(now))
        while backtest.state == Backtest.State.RUNNING:
            # Batch by batch, each its own transaction, as a worker would; one that is at it as well does no harm.
            with as_person(options, "backtests.run"):
                backtest = run_batch(backtest_id=backtest.pk, at=timezone.now())
            self.stderr.write(f"店铺 stores {backtest.stores_done}/{backtest.stores_total}")
        if backtest.error is not None:
            raise CommandError(f"{backtest.error['zh']} / {backtest.error['en']}")
        with as_person(options, "backtests.run") as person:
            flips = list_flips(person).filter(backtest=backtest).order_by("-is_live", "-starts_on", "store__name")
            for flip in flips:
                self.stdout.write(tell(flip))
        self.stdout.write(
            f"对比 compared {backtest.compared} · 变差 worse {backtest.worse} · 变好 better {backtest.better}"
            f" · 无法判断 unclear {backtest.unclear} · ¥{yuan(backtest.effect_fen)}（未知 unknown {backtest.unpriced}）"
        )


def tell(flip: Flip) -> str:
    """One flip in one line."""
    live = "*" if flip.is_live else " "
    words = f"{tell_words(flip.before)} → {tell_words(flip.after)}"
    return f"{live} {flip.store} {flip.starts_on}…{flip.ends_before} {flip.direction}: {words} ¥{yuan(flip.effect_fen)}"
