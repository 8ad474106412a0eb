"""What a fee ledger shows beside what the rules and the estimate say: differences are told, never written."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from assessments.engine import Rulebook, decimal_text, table_value
from assessments.engine.text import Text
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.metrics.reading.results import Record
from assessments.metrics.taking.registry import fill
from assessments.rulebooks.queries import get_lines, get_tracks, list_programmes, load_rulebook
from assessments.stores.models import Store

NAMES = {
    "sales_half": Text(zh="50%档销售额", en="sales for 50%"),
    "sales_full": Text(zh="100%档销售额", en="sales for 100%"),
    "score_standard": Text(zh="评分标准", en="score standard"),
}
DIFFERS = Text(
    zh="{year} 年“{name}”：文件为 {shown}，规则（{book}，类目“{category}”，全年）为 {ours}。规则没有改动。",
    en="{name} of {year}: {shown} in the file, {ours} in the rules ({book}, category {category}, a whole year). "
    "The rules were not changed.",
)
NOT_SET = Text(
    zh="{year} 年“{name}”：文件为 {shown}，规则（{book}）还没有类目“{category}”的数值，可在“类目标准线”中填写。",
    en="{name} of {year}: {shown} in the file; the rules ({book}) have none for category {category}: set it as a line.",
)
NO_RULES = Text(zh="{year} 年没有适用的年费规则。", en="No rules of an annual fee cover {year}.")
REFUND_DIFFERS = Text(
    zh="{year} 年应退年费：文件为 {shown}，我们截至 {as_of} 的估算为 {ours}。",
    en="Refund due for {year}: {shown} in the file, {ours} by our estimate up to {as_of}.",
)
SHARES = {"sales_half": Decimal("0.5"), "sales_full": Decimal(1)}


class LedgerRules:
    """The fee rules, lines and newest estimates of some stores, each asked for once."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self.stores: dict[UUID, Store] = {store.pk: store for store in stores}
        self.programmes = list_programmes("fee")
        self.digests = {pk: digest for digest, pk in self.programmes.ids.items()}
        self.tracks = get_tracks(store_ids=self.stores)
        self.lines = get_lines(stores=stores)
        newest = RefundEstimate.objects.filter(agreement__store__in=self.stores).order_by("agreement", "-revision")
        self.estimates = {row.agreement_id: row for row in newest.distinct("agreement")}

    def find_rules(self, agreement: FeeAgreement) -> Rulebook | None:
        """The rules of a fee year: those it is pinned to, else those in force when it began."""
        if agreement.rulebook_id is not None:
            return load_rulebook(self.digests[agreement.rulebook_id])
        store = self.stores[agreement.store_id]
        return self.programmes.rulebook_on(date(agreement.year, 1, 1), store=store, tracks=self.tracks)

    def find_number(self, rulebook: Rulebook, store: Store, name: str) -> Decimal | None:
        """One number of the rules for the store's main category, as a whole year's; None where none is set."""
        body: Any = rulebook.body
        if name in SHARES:
            amount = next((tier.sales for tier in body.sales.tiers if tier.share == SHARES[name]), None)
        else:
            amount = body.score.standard if body.score is not None else None
        if amount is None or amount.table is None:
            return None if amount is None else amount.fixed
        own = self.lines.of(
            programme=rulebook.programme, track=rulebook.track, category=store.main_category, store_id=store.pk
        )
        return own.get(amount.table, table_value(rulebook, amount.table, store.main_category))


def list_differences(rules: LedgerRules, agreement: FeeAgreement, record: Record) -> Iterator[tuple[str, Text]]:
    """(code, sentence) for everything in which the ledger and the product do not agree."""
    shown: dict[str, Any] = {name: record.fields.get(name) for name in NAMES}
    if any(value is not None for value in shown.values()):
        yield from _compare_rules(rules, agreement, {name: value for name, value in shown.items() if value is not None})
    due: Any = record.fields.get("refund_due")
    estimate = rules.estimates.get(agreement.pk)
    if due is not None and estimate is not None and estimate.refund_fen is not None:
        ours = Decimal(estimate.refund_fen).scaleb(-2)
        if ours != due:
            words = {"year": agreement.year, "as_of": estimate.as_of}
            yield "refund_differs", fill(REFUND_DIFFERS, shown=f"¥{due:,.2f}", ours=f"¥{ours:,.2f}", **words)


def _compare_rules(
    rules: LedgerRules, agreement: FeeAgreement, shown: dict[str, Decimal]
) -> Iterator[tuple[str, Text]]:
    rulebook, store = rules.find_rules(agreement), rules.stores[agreement.store_id]
    if rulebook is None:
        yield "no_rules", fill(NO_RULES, year=agreement.year)
        return
    for name, value in shown.items():
        ours = rules.find_number(rulebook, store, name)
        words = {
            "year": agreement.year,
            "shown": decimal_text(value),
            "book": f"{rulebook.programme} {rulebook.version}",
            "category": store.main_category,
        }
        code, text = ("rule_not_set", NOT_SET) if ours is None else ("rule_differs", DIFFERS)
        if ours is None or ours != value:
            told = {"ours": "" if ours is None else decimal_text(ours), **words}
            yield (
                code,
                Text(zh=text.zh.format(name=NAMES[name].zh, **told), en=text.en.format(name=NAMES[name].en, **told)),
            )
