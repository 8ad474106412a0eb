"""Where figures come from: the catalogue's pages as groups of metrics, the files that bring each, and how often."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.catalogue import CATALOGUE


class Cadence(StrEnum):
    """How often a file is due: for every day, for every week from Monday to Sunday, for every month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Source:
    """Metrics that arrive together. `kinds`: the files that usually bring them; the template and a push bring any.

    Every metric of the catalogue is in exactly one. `cadence` holds where an agency expects the source and names none.
    """

    code: str
    name: Text
    page: str
    kinds: tuple[str, ...]
    cadence: Cadence
    metrics: tuple[str, ...]


# What counts toward targets and the fee. Daily reports show it beside what was paid, and often lack it.
SETTLED_SALES: Final = ("sales_amount", "sales_orders")


def _source(code: str, zh: str, en: str, page: str, *kinds: str, cadence: Cadence = Cadence.DAILY) -> Source:
    metrics = tuple(metric.code for metric in CATALOGUE if metric.source == page and metric.code not in SETTLED_SALES)
    return Source(code, Text(zh=zh, en=en), page, kinds, cadence, metrics)


SOURCES: Final[tuple[Source, ...]] = (
    Source(
        "settled_sales",
        Text(zh="交易成功", en="Successful sales"),
        "生意参谋 店铺取数",
        ("sycm_store_daily", "store_scores"),
        Cadence.DAILY,
        SETTLED_SALES,
    ),
    _source(
        "store_report",
        "店铺取数日报",
        "Store daily report",
        "生意参谋 店铺取数",
        *("sycm_store_daily", "order_export", "refund_export", "dsr_sheet"),
    ),
    _source("experience", "店铺体验分", "Experience scores", "千牛 店铺体验页", "store_scores"),
    _source("real_experience", "真实体验分", "Real experience score", "千牛 真实体验分页", "real_experience"),
    _source("store_home", "生意参谋首页", "Sycm home page", "生意参谋 首页", cadence=Cadence.WEEKLY),
    _source("service_staff", "客服绩效", "Service staff", "客服绩效", "service_performance", cadence=Cadence.WEEKLY),
    _source("promotion", "推广报表", "Promotion report", "推广报表", "promotion_report", cadence=Cadence.WEEKLY),
)
BY_SOURCE: Final[Mapping[str, Source]] = MappingProxyType({source.code: source for source in SOURCES})
_OF_METRIC: Final = {code: source.code for source in SOURCES for code in source.metrics}


@lru_cache(maxsize=1024)
def sources_of(codes: tuple[str, ...]) -> frozenset[str]:
    """The sources to which these metrics belong."""
    return frozenset(_OF_METRIC[code] for code in codes)


def choose_sources(codes: Iterable[str]) -> tuple[Source, ...]:
    """These sources in the order of SOURCES; all of them when none is named."""
    wanted = set(codes)
    return tuple(source for source in SOURCES if not wanted or source.code in wanted)
