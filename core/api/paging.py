"""Keyset paging: a page costs the same wherever it lies, and no COUNT is run."""

from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """`?limit=50&cursor=…`. A view states its total order in `ordering`; 200 rows a page at most."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = ("pk",)

    def get_ordering(self, request, queryset, view):  # type: ignore[no-untyped-def]
        # The client chooses among a view's declared orders; it never names columns.
        orders = getattr(view, "orders", {})
        chosen = request.query_params.get("order")
        if chosen in orders:
            return orders[chosen]
        return getattr(view, "ordering", self.ordering)
