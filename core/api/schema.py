"""OpenAPI: stable operation ids and the one error shape on every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from core.api.errors import ErrorShape
from core.api.idempotency import HEADER, IdempotentPosts


class Schema(AutoSchema):
    """drf-spectacular's schema with the errors every operation can give."""

    def get_response_serializers(self) -> Any:
        declared = super().get_response_serializers()
        success = declared if isinstance(declared, dict) else {self._success_code(): declared}
        return {**dict.fromkeys(("400", "401", "403", "404"), ErrorShape), **success}

    def get_override_parameters(self) -> Any:
        if self.method == "POST" and isinstance(self.view, IdempotentPosts):
            return [
                OpenApiParameter(
                    HEADER,
                    str,
                    location=OpenApiParameter.HEADER,
                    description="The same request under the same key takes effect once and gets the same answer.",
                )
            ]
        return super().get_override_parameters()

    def _success_code(self) -> str:
        if self.method == "POST" and getattr(self.view, "action", "") in ("create", None, ""):
            return "201"
        return "204" if self.method == "DELETE" else "200"
