"""Work that waits, is done, or was set aside: for owners and the platform."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import AccessAdmin
from core.outbox.models import Message
from core.outbox.services import retry
from core.sites import agency_site, platform_site


class MessageAdmin(AccessAdmin):
    """Read-only, with one action."""

    list_display = ["id", "event", "task", "created_at", "attempts", "starts", "done_at", "quarantined_at"]
    list_filter = ["task", ("quarantined_at", admin.EmptyFieldListFilter), ("done_at", admin.EmptyFieldListFilter)]
    ordering = ["-id"]
    actions = ["try_again"]

    @admin.action(description=gettext_lazy("Try set-aside work again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = retry(queryset.values_list("pk", flat=True))
        messages.info(request, _("%(count)s put back; the next sweep rings for them.") % {"count": count})


@admin.register(Message, site=agency_site)
class AgencyMessageAdmin(MessageAdmin):
    view_permission = "work.view"


@admin.register(Message, site=platform_site)
class PlatformMessageAdmin(MessageAdmin):
    view_permission = "agencies.manage"
