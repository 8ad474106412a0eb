"""OpenAPI: stable operation ids and the one error shape on every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from core.api.errors import ErrorShape


class Schema(AutoSchema):
    """drf-spectacular's schema with the errors every operation can give."""

    def get_response_serializers(self) -> Any:
        declared = super().get_response_serializers()
        success = declared if isinstance(declared, dict) else {self._success_code(): declared}
        return {**dict.fromkeys(("400", "401", "403", "404"), ErrorShape), **success}

    def _success_code(self) -> str:
        if self.method == "POST" and getattr(self.view, "action", "") in ("create", None, ""):
            return "201"
        return "204" if self.method == "DELETE" else "200"
