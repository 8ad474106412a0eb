"""The two admin sites. They never meet: each is mounted on its own kind of host."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.people.models import AGENCY_STAFF, Role


class PlatformAdminSite(AdminSite):
    """For platform admins, on the platform's host: agencies, domains, staff."""

    site_header = site_title = _("Kaohe platform")
    index_title = _("Agencies and platform staff")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "role", "") == Role.PLATFORM_ADMIN)


class AgencyAdminSite(AdminSite):
    """For an agency's own staff, on the agency's host. Client users have no way in."""

    site_header = site_title = _("Kaohe assessment desk")
    index_title = _("Stores and their standing")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "role", "") in AGENCY_STAFF)


platform_site = PlatformAdminSite(name="platform")
agency_site = AgencyAdminSite(name="agency")
