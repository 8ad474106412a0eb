"""Requests go through the door: host to agency, one transaction, nothing lazy leaves."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import split_domain_port
from django.urls import set_urlconf

from tenants.door import NoSuchAgency, agency_scope, platform_scope

NOT_FOUND = b'{"code":"not_found","detail":"Not found. / \xe6\x9c\xaa\xe6\x89\xbe\xe5\x88\xb0\xe3\x80\x82","fields":{}}'


class LazyResponse(RuntimeError):  # noqa: N818 - named as people say it
    """A response that would read rows after the door has closed."""


class DoorMiddleware:
    """Everything after this middleware runs inside one agency (or the platform) and one transaction.

    An answer of 400 or above changes nothing: its transaction is rolled back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            host, _port = split_domain_port(request.get_host())
        except DisallowedHost:
            return self.refuse()
        if host in settings.PLATFORM_HOSTS:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            with platform_scope():
                return self.answer(request)
        try:
            with agency_scope(domain=host):
                return self.answer(request)
        except NoSuchAgency:
            return self.refuse()

    def answer(self, request: HttpRequest) -> HttpResponse:
        set_urlconf(getattr(request, "urlconf", None))
        response = self.get_response(request)
        if response.streaming and not isinstance(response, FileResponse):
            raise LazyResponse(request.path)
        if response.status_code >= 400 and connection.in_atomic_block:
            transaction.set_rollback(True)
        return response

    @staticmethod
    def refuse() -> HttpResponse:
        # The same bytes for an unknown host, a suspended agency and an unfinished one.
        return HttpResponseNotFound(NOT_FOUND, content_type="application/json")
