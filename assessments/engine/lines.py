"""Looking up a number of a rulebook: written in the rule, overridden for the store, in a table row, a default."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.engine.language.common import Amount, Rule
from assessments.engine.language.reading import Rulebook
from assessments.engine.results import Provenance, Reason, Step
from assessments.engine.text import Text

OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Found:
    """A number with where it comes from; `value` None = the table has none for this store."""

    value: Decimal | None
    basis: Provenance


def table_value(rulebook: Rulebook, table: str, category: str) -> Decimal | None:
    """Return the rulebook's own number for a category: its row, else the table's default, else None."""
    whole = rulebook.tables.get(table)
    if whole is None:
        return None
    for row in whole.rows:
        if category in row.categories:
            return row.value
    return whole.default


@dataclass(frozen=True, slots=True)
class Lines:
    """One store's numbers: its overrides over the rulebook's rows for its category."""

    rulebook: Rulebook
    category: str
    overrides: Mapping[str, Decimal]

    def find(self, amount: Amount, rule: Rule) -> Found:
        """Return the number that an amount stands for; `rule` gives the provenance of a number written in place."""
        if amount.table is None:
            return Found(amount.fixed, self.rulebook.basis(rule))
        given = self.overrides.get(amount.table)
        if given is not None:
            return Found(given, Provenance(OVERRIDE, None, OVERRIDE))
        value = table_value(self.rulebook, amount.table, self.category)
        return Found(value, self.rulebook.row_basis(amount.table, self.category))

    def step(self, path: str, amount: Amount, found: Found) -> Step | None:
        """Return the step that says which table gave the number; None for a number written in the rule."""
        if amount.table is None or found.value is None:
            return None
        return Step(
            f"tables.{amount.table}",
            "line_looked_up",
            {"table": self._title(amount.table), "category": self.category, "value": found.value, "for": path},
            found.basis,
        )

    def reason(self, amount: Amount) -> Reason:
        """Return why there is no verdict: which table lacks a number, for which category."""
        table = amount.table or ""
        title = self._title(table)
        return Reason(
            "line_not_set",
            Text(
                zh=f"未设置：表「{title.zh}」（{table}）没有品类「{self.category}」的数值，请在规则集的表中填写",
                en=f'line not set: table "{title.en}" ({table}) has no number for category "{self.category}"; '
                "fill it in under the rulebook's tables",
            ),
        )

    def _title(self, table: str) -> Text:
        whole = self.rulebook.tables.get(table)
        return whole.name.text if whole else Text(zh=table, en=table)


def kept(*steps: Step | None) -> tuple[Step, ...]:
    """Drop the steps that did not happen, and those said before."""
    return tuple(_once(steps))


def _once(steps: tuple[Step | None, ...]) -> Iterator[Step]:
    said = set()
    for step in steps:
        if step is None:
            continue
        words = (step.rule, step.key, *step.values.items(), step.basis)
        if words not in said:
            said.add(words)
            yield step
