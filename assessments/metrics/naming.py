"""Metric codes as people know them, for the engine's sentences: the engine itself knows codes only."""

from types import MappingProxyType

from assessments.engine.text import Text
from assessments.metrics.catalogue import CATALOGUE

METRIC_NAMES = MappingProxyType({metric.code: Text(zh=metric.zh, en=metric.en) for metric in CATALOGUE})
