"""When a request came. Requests look at the clock here alone; whatever answers them is told the time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

ATTRIBUTE = "received_at"


class ArrivalMiddleware:
    """Notes the moment before anything else looks at the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        setattr(request, ATTRIBUTE, timezone.now())
        return self.get_response(request)


def received_at(request: Any) -> datetime:
    """The moment at which a request came, be it Django's or the API's view of it."""
    moment: datetime = getattr(request, ATTRIBUTE)
    return moment
