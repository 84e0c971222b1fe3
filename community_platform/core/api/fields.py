"""Serializer fields shared by all apps."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from community_platform.core import text
from community_platform.core.api.views import by_key


class SourceField(serializers.CharField):
    """Text as typed: the service trims, measures and refuses, so that page and API say the same."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("trim_whitespace", False)
        kwargs.setdefault("allow_blank", True)
        super().__init__(**kwargs)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class IdOrSlugField(serializers.Field[Any, Any, Any, Any]):
    """An id or a slug; resolves through `queryset(request user)` of the view's service."""

    default_error_messages = {"invalid": _("Give an id or a slug.")}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        key = next(iter(by_key(data).values()))
        if isinstance(key, str) and not text.is_storable(key):
            self.fail("invalid")
        return key

    def to_representation(self, value: Any) -> Any:
        return value
