"""The portfolio as an ordinary team writes it: model serializers in one another, select_related, pages with a count.

It goes through the product's door and reads the product's tables. The parts that only a verdict's JSON has (score,
sales, reasons, refund) it takes as they are: that is in its favour.
"""

import os

import django
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.conventional_settings"
django.setup()

from django.urls import path  # noqa: E402 - after the settings are chosen
from rest_framework import serializers, viewsets  # noqa: E402

from assessments.periods.models import Period, StoreStanding, Verdict  # noqa: E402
from assessments.rulebooks.models import RulebookVersion  # noqa: E402
from assessments.stores.models import Client, Store  # noqa: E402


class ClientSerializer(serializers.ModelSerializer):
    class Meta:
        model = Client
        fields = ["id", "name"]


class StoreSerializer(serializers.ModelSerializer):
    client = ClientSerializer()

    class Meta:
        model = Store
        fields = ["id", "name", "shop_id", "platform", "main_category", "status", "client"]


class RulebookSerializer(serializers.ModelSerializer):
    class Meta:
        model = RulebookVersion
        fields = ["programme", "track", "version"]


class PeriodSerializer(serializers.ModelSerializer):
    rulebook = RulebookSerializer()

    class Meta:
        model = Period
        fields = ["id", "rulebook", "phase", "number", "starts_on", "ends_before"]


class VerdictSerializer(serializers.ModelSerializer):
    period = PeriodSerializer()

    class Meta:
        model = Verdict
        fields = ["id", "period", "standing", "outcome", "live"]


class BoardSerializer(serializers.ModelSerializer):
    store = StoreSerializer()
    verdict = VerdictSerializer()

    class Meta:
        model = StoreStanding
        fields = ["store", "verdict", "standing", "risk", "as_of", "document", "refund"]


class BoardViewSet(viewsets.ReadOnlyModelViewSet):
    """The riskiest first."""

    serializer_class = BoardSerializer
    filterset_fields = ["standing", "store__client", "store__main_category"]
    queryset = (
        StoreStanding.objects.select_related("store__client", "verdict__period__rulebook")
        .defer("verdict__facts", "verdict__result", "verdict__period__rulebook__canonical")
        .order_by("-risk", "store")
    )


urlpatterns = [path("api/v1/portfolio/", BoardViewSet.as_view({"get": "list"}))]
application = get_wsgi_application()
