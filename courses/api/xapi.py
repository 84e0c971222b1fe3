"""/api/xapi: an xAPI 1.0.3 door for statements, in and out."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers as drf
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.views import ApiView
from community_platform.core.errors import Invalid, NotAllowed, NotFound
from community_platform.core.streaming import in_thread
from courses import limits
from courses.api.views import COURSE, visible_course
from courses.selectors import events as selectors
from courses.services import xapi, xapi_terms, xapi_writing

VERSION_HEADER = "X-Experience-API-Version"
VERSION = OpenApiParameter(VERSION_HEADER, str, OpenApiParameter.HEADER, required=True, description="1.0.x")
ANY = {"type": "object", "additionalProperties": True}
StatementsSchema = inline_serializer(
    "StatementResult", {"statements": drf.ListField(child=drf.DictField()), "more": drf.CharField()}
)
AboutSchema = inline_serializer("XapiAbout", {"version": drf.ListField(child=drf.CharField())})


class XapiView(ApiView):
    """Speaks the headers of the standard."""

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault(VERSION_HEADER, xapi_terms.VERSION)
        return response


class AboutView(XapiView):
    """Which versions are spoken here."""

    permission_classes = ()

    @extend_schema(operation_id="xapi_about", responses={200: AboutSchema})
    def get(self, request: Request) -> Response:
        return Response({"version": ["1.0.0", "1.0.1", "1.0.2", xapi_terms.VERSION]})


class StatementsView(XapiView):
    """Statements, in with an administrator's token of the scope `ingest`, out to instructors of own courses."""

    failures = {"get": (403,)}

    @property
    def token_scope(self) -> str | None:
        return "ingest" if self.request.method in {"POST", "PUT"} else None

    @extend_schema(
        operation_id="xapi_send",
        parameters=[VERSION],
        request={"application/json": {"oneOf": [ANY, {"type": "array", "items": ANY}]}},
        responses={200: {"type": "array", "items": {"type": "string", "format": "uuid"}}},
    )
    def post(self, request: Request) -> Response:
        """Take one statement or a list, all or none, and answer their ids; the same again changes nothing."""
        _ensure_version(request)
        body = request.data
        ids = xapi.take_statements(actor=request.user, statements=body if isinstance(body, list) else [body])
        return Response([str(key) for key in ids])

    @extend_schema(
        operation_id="xapi_put",
        parameters=[VERSION, OpenApiParameter("statementId", uuid.UUID, required=True)],
        request={"application/json": ANY},
        responses={204: None},
    )
    def put(self, request: Request) -> Response:
        """Take one statement under the id of the address."""
        _ensure_version(request)
        key = _statement_id(request.query_params.get("statementId"))
        body = request.data
        if not isinstance(body, dict) or str(body.get("id", key)).lower() != str(key):
            raise Invalid(_("The statement has another id."), code="invalid", field="id")
        xapi.take_statements(actor=request.user, statements=[{**body, "id": str(key)}])
        return Response(status=204)

    @extend_schema(
        operation_id="xapi_list",
        parameters=[
            VERSION, OpenApiParameter("statementId", uuid.UUID), OpenApiParameter("since", datetime),
            OpenApiParameter("until", datetime), OpenApiParameter("limit", int),
            OpenApiParameter("ascending", bool), OpenApiParameter("activity", str, description="Address of a course."),
            OpenApiParameter("more", str),
        ],
        responses={200: StatementsSchema},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one statement (`statementId`), or a page of what happened in one's courses, newest first."""
        _ensure_version(request)
        if "statementId" in request.query_params:
            return Response(self._one(request))
        courses = selectors.written_courses(request.user)
        if not request.user.is_admin and not courses.exists():
            raise NotAllowed
        response = Response(_page(request, courses))
        response["X-Experience-API-Consistent-Through"] = timezone.now().isoformat()
        return response

    def _one(self, request: Request) -> dict[str, Any]:
        key = _statement_id(request.query_params["statementId"])
        user = request.user
        sent = selectors.statement_as_sent(key) if user.is_admin else None
        if sent is not None:
            return {"stored": sent.received_at.isoformat(), "version": xapi_terms.VERSION, **sent.payload}
        event = selectors.events_of(selectors.written_courses(user)).filter(uuid=key).first()
        if event is None:
            raise NotFound
        return xapi_writing.statement_of(event, by_name=user.is_admin)


class CourseStatementsView(XapiView):
    """Everything that was learned in a course, as one file of statements."""

    failures = {"get": (403,)}

    @extend_schema(
        operation_id="xapi_export", parameters=[COURSE], responses={(200, "application/json"): OpenApiTypes.OBJECT}
    )
    def get(self, request: Request, course: str) -> StreamingHttpResponse:
        row = visible_course(request.user, course)
        lines = xapi_writing.statement_lines(actor=request.user, course=row)
        response = StreamingHttpResponse(in_thread(lines), content_type="application/json")
        name = f"{row.slug}-xapi-{timezone.now():%Y-%m-%d}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response


def _page(request: Request, courses: Any) -> dict[str, Any]:
    query = request.query_params
    ascending = query.get("ascending", "").lower() == "true"
    if activity := query.get("activity"):
        courses = courses.filter(slug=activity.rstrip("/").rpartition("/")[2])
    rows = selectors.events_of(courses.values("pk"))
    since, until = (_moment(query.get(name), name) for name in ("since", "until"))
    rows = selectors.stored(rows, since=since, until=until)
    asked = query.get("limit", "")
    size = min(int(asked), limits.STATEMENTS_PAGE) if asked.isascii() and asked.isdigit() else 0
    size = size or limits.STATEMENTS_PAGE
    found = list(selectors.after(rows, _place(query.get("more", "")), ascending=ascending)[: size + 1])
    more = ""
    if len(found) > size:
        last = found[size - 1]
        kept = {name: query[name] for name in ("since", "until", "limit", "ascending", "activity") if name in query}
        more = f"{request.path}?{urlencode({**kept, 'more': f'{last.received_at.isoformat()}_{last.pk}'})}"
    by_name = request.user.is_admin
    return {"statements": [xapi_writing.statement_of(row, by_name=by_name) for row in found[:size]], "more": more}


def _ensure_version(request: Request) -> None:
    said = request.headers.get(VERSION_HEADER, "")
    if said != "1.0" and not said.startswith("1.0."):
        raise Invalid(_("Name the version of xAPI: 1.0.3."), code="invalid", field=VERSION_HEADER)


def _statement_id(said: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(said or "")
    except ValueError:
        raise Invalid(_("This is no UUID."), code="invalid", field="statementId") from None


def _moment(said: str | None, name: str) -> datetime | None:
    if not said:
        return None
    try:
        at = parse_datetime(said)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid(_("Give a time with its zone."), code="invalid", field=name)
    return at


def _place(said: str) -> tuple[datetime, int] | None:
    if not said:
        return None
    moment, _sep, pk = said.rpartition("_")
    at = _moment(moment, "more")
    if at is None or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        raise Invalid(_("This is no place in a list."), code="invalid", field="more")
    return at, int(pk)
