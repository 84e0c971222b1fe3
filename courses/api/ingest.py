"""POST /api/learning/events: the door of another LMS (CONTRACT §4)."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as drf
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView
from community_platform.core.errors import Invalid
from courses.services import ingest
from courses.services.ingest_reading import TYPES


class EventInput(drf.Serializer[Any]):
    """One event, as documented; each is read by itself, so that a bad one harms no other."""

    id = drf.UUIDField(help_text="Yours; the same id again is a duplicate, whatever else it says.")
    type = drf.ChoiceField([(name, name) for name in TYPES])
    user = drf.CharField(help_text="User name or e-mail.")
    course = drf.SlugField()
    lesson = drf.SlugField(required=False)
    quiz = drf.IntegerField(required=False)
    occurred_at = drf.DateTimeField()
    data = drf.DictField(
        required=False,
        help_text="video.watched: from_seconds, to_seconds, rate; quiz.submitted: score, max_score, duration_seconds.",
    )


class EventsInput(drf.Serializer[Any]):
    events = EventInput(many=True)


class EventResultSerializer(drf.Serializer[ingest.Result]):
    """What became of an event; `code` and `detail` of rejected ones."""

    id = drf.CharField(allow_null=True)
    status = drf.ChoiceField(["accepted", "duplicate", "rejected"])
    code = drf.CharField(required=False)
    detail = drf.CharField(required=False)


class EventResultsSerializer(drf.Serializer[Any]):
    results = EventResultSerializer(many=True)


class LearningEventsView(ApiView):
    """Batches of learning events from another system, with a token of the scope `ingest`."""

    token_scope = "ingest"  # noqa: S105 - the name of a scope

    @extend_schema(operation_id="learning_events", request=EventsInput, responses={200: EventResultsSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Take up to 1,000 events; each is accepted, a duplicate, or rejected with the reason."""
        body = request.data
        events = body.get("events") if isinstance(body, dict) else None
        if not isinstance(events, list):
            raise Invalid(_("A list of events is wanted."), code="invalid", field="events")
        results = ingest.take_events(actor=request.user, events=events)
        return Response({"results": [_shown(result) for result in results]})


def _shown(result: ingest.Result) -> dict[str, Any]:
    shown = {"id": result.id, "status": result.status}
    return shown | ({"code": result.code, "detail": result.detail} if result.code else {})
