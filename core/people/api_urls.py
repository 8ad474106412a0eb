"""Routes for signing in and for people."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from core.people.api import MeView, TokensView, TokenView, UserViewSet

router = SimpleRouter()
router.register("people", UserViewSet, basename="people")

urlpatterns = [
    path("me/", MeView.as_view(), name="me"),
    path("tokens/", TokensView.as_view(), name="tokens"),
    path("tokens/current/", TokenView.as_view(), name="token-current"),
    *router.urls,
]
