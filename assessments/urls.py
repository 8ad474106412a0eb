"""API routes of the product's rooms."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from assessments.backtests.api import BacktestViewSet, FlipViewSet, ShadowVerdictViewSet, ShadowViewSet
from assessments.fees.api import EstimateViewSet, FeeAgreementViewSet
from assessments.fees.base_fee_api import BaseFeeView
from assessments.metrics.api import ImportViewSet, MetricsView, ObservationsView, ViolationViewSet
from assessments.metrics.coverage_api import CoverageView, FreshnessView
from assessments.metrics.desk_api import ErrorWorkbookView, RememberedKindViewSet
from assessments.metrics.history_api import ObservationSourcesView
from assessments.metrics.late_files_api import LateFilesView
from assessments.metrics.push_api import PushView
from assessments.metrics.templates_api import TemplateView
from assessments.periods.api import PeriodViewSet, PortfolioViewSet, VerdictViewSet
from assessments.periods.points_api import PointsView
from assessments.rulebooks.api import CategoryLineViewSet, EnrolmentViewSet, LinesSheetView, RulebookViewSet
from assessments.rulebooks.drafts_api import DraftViewSet
from assessments.stores.aliases_api import StoreAliasViewSet
from assessments.stores.api import ClientViewSet, StoreViewSet
from assessments.stores.tokens_api import StoreTokenViewSet

router = SimpleRouter()
router.register("clients", ClientViewSet, basename="clients")
router.register("stores", StoreViewSet, basename="stores")
router.register("store-aliases", StoreAliasViewSet, basename="store-aliases")
router.register("store-tokens", StoreTokenViewSet, basename="store-tokens")
router.register("imports", ImportViewSet, basename="imports")
router.register("remembered-kinds", RememberedKindViewSet, basename="remembered-kinds")
router.register("rulebooks", RulebookViewSet, basename="rulebooks")
router.register("rulebook-drafts", DraftViewSet, basename="rulebook-drafts")
router.register("backtests", BacktestViewSet, basename="backtests")
router.register("flips", FlipViewSet, basename="flips")
router.register("shadows", ShadowViewSet, basename="shadows")
router.register("shadow-verdicts", ShadowVerdictViewSet, basename="shadow-verdicts")
router.register("category-lines", CategoryLineViewSet, basename="category-lines")
router.register("enrolments", EnrolmentViewSet, basename="enrolments")
router.register("portfolio", PortfolioViewSet, basename="portfolio")
router.register("periods", PeriodViewSet, basename="periods")
router.register("verdicts", VerdictViewSet, basename="verdicts")
router.register("fee-agreements", FeeAgreementViewSet, basename="fee-agreements")
router.register("violations", ViolationViewSet, basename="violations")
router.register("refund-estimates", EstimateViewSet, basename="refund-estimates")

urlpatterns = [
    path("metrics/", MetricsView.as_view(), name="metrics"),
    path("coverage/", CoverageView.as_view(), name="coverage"),
    path("late-files/", LateFilesView.as_view(), name="late-files"),
    path("stores/<uuid:store_id>/freshness/", FreshnessView.as_view(), name="freshness"),
    path("observations:bulk", PushView.as_view(), name="observations-bulk"),
    path("stores/<uuid:store_id>/observations/", ObservationsView.as_view(), name="observations"),
    path(
        "stores/<uuid:store_id>/observations/<str:day>/sources/",
        ObservationSourcesView.as_view(),
        name="observation-sources",
    ),
    path("stores/<uuid:store_id>/points/", PointsView.as_view(), name="points"),
    path("stores/<uuid:store_id>/base-fee/", BaseFeeView.as_view(), name="base-fee"),
    path("imports/<uuid:upload_id>/errors.xlsx", ErrorWorkbookView.as_view(), name="imports-errors"),
    path("templates/category-lines.xlsx", LinesSheetView.as_view(), name="category-lines-template"),
    path("templates/<slug:kind>.xlsx", TemplateView.as_view(), name="import-template"),
    *router.urls,
]
