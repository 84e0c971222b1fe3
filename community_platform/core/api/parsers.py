"""JSON input without the values that no database stores."""

import codecs
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from community_platform.core.errors import TooLarge

MAX_DEPTH = 20


class StrictJSONParser(BaseParser):
    """UTF-8 JSON object or list; no NaN or Infinity, at most 20 levels deep, no longer than a form may be."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        # Django limits `request.body` and forms; what a parser reads from the stream, nobody else counts.
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(_("The request is too large."))
        try:
            data = json.loads(codecs.decode(raw, "utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        _refuse_depth(data)
        return data


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _refuse_depth(data: Any) -> None:
    level: list[Any] = [data]
    for _depth in range(MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise TooLarge(_("The body is nested too deep."))
