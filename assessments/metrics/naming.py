"""Metric codes in the engine's sentences become the names that people know."""

import re
from collections.abc import Iterable

from assessments.metrics.catalogue import BY_CODE

_CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")


def name_metrics(lines: Iterable[str], *, language: str) -> list[str]:
    """The same sentences with 综合体验分 for comprehensive_experience_score. The engine itself knows codes only."""
    is_chinese = language.lower().startswith("zh")

    def name(found: re.Match[str]) -> str:
        metric = BY_CODE.get(found[0])
        if metric is None:
            return found[0]
        return metric.zh if is_chinese else metric.en

    return [_CODE.sub(name, line) for line in lines]
