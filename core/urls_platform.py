"""The platform's own host: platform admins only, no agency's rows."""

from django.urls import path
from django.views.generic import RedirectView

from core.sites import platform_site

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("admin/", platform_site.urls),
]
