"""/api/forum: drafts, pictures, former versions, names to mention."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.errors import CONTENT_TYPE
from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.fields import SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination, whole_list
from community_platform.core.api.schema import ProblemSerializer
from community_platform.core.api.views import ApiView, ReadsArePublic, get_or_404
from community_platform.core.errorpages import problem
from community_platform.core.errors import Invalid, NotFound, Stale
from community_platform.core.ratelimits import hit
from community_platform.core.rates import limits_for
from forum import services
from forum.api.reading import post_for, validated
from forum.models import Draft, Picture
from forum.selectors.comments import visible_comments
from forum.selectors.drafts import draft_seq, open_drafts, with_targets
from forum.selectors.history import Version, history, visible_revisions
from forum.selectors.mentions import mentionable
from forum.services.drafts import FIELDS, SEQ_MAX, DraftIsNewer, check_key
from profiles.api.serializers import PersonSerializer


class DraftSerializer(serializers.ModelSerializer[Draft]):
    """An unsent text. `data` holds the fields of its form, `url` is the page with the form, null where it is gone."""

    data = serializers.DictField(source="payload", child=serializers.CharField(allow_blank=True))
    url = serializers.SerializerMethodField()

    class Meta:
        model = Draft
        fields = ("key", "seq", "data", "updated_at", "url")
        read_only_fields = fields

    def get_url(self, draft: Draft) -> str | None:
        targets = self.context.get("targets")
        kept = targets.get(draft.key) if targets is not None else with_targets(draft.user, [draft])[0].target
        return kept.url if kept else None


class DraftInput(serializers.Serializer[Any]):
    """`seq` must be greater than that of the stored draft. Empty `data` empties the draft."""

    seq = serializers.IntegerField(min_value=1, max_value=SEQ_MAX)
    data = serializers.DictField(child=SourceField())


class NewerDraftSerializer(ProblemSerializer):
    """The refusal of an older save, with what is stored."""

    draft = DraftSerializer(required=False)


class DraftsView(ApiView):
    pagination_class = PageNumberPagination

    @extend_schema(operation_id="forum_drafts", responses=DraftSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List one's own drafts, the latest first."""
        rows = open_drafts(request.user)
        paginator = PageNumberPagination()
        page: list[Draft] = list(paginator.paginate_queryset(rows, request, view=self) or [])
        targets = {kept.draft.key: kept.target for kept in with_targets(request.user, page)}
        data = DraftSerializer(page, many=True, context={"targets": targets}).data
        return paginator.get_paginated_response(data)


class DraftView(ApiView):
    """The draft of one target.

    Keys: `topic:new`, `reply:7`, `edit-topic:7`, `edit-post:7`, `comment:course:7`, `comment:lesson:7`,
    `comment-reply:7`, `edit-comment:7`.
    """

    @extend_schema(operation_id="forum_draft", responses=DraftSerializer)
    def get(self, request: Request, key: str) -> HttpResponse:
        """Read a draft; 404 where nothing is kept."""
        draft = open_drafts(request.user).filter(key=key).first()
        if draft is None:
            raise NotFound
        return _answer(draft)

    @extend_schema(
        operation_id="forum_draft_save",
        request=DraftInput,
        responses={200: DraftSerializer, 409: OpenApiResponse(NewerDraftSerializer, "A newer one is stored.")},
    )
    def put(self, request: Request, key: str) -> HttpResponse:
        """Keep what was typed; 409 with the stored draft when that came later."""
        check_key(key)
        body = validated(request, DraftInput)
        _check_match(request, key)
        unknown = next((name for name in body["data"] if name not in FIELDS), None)
        if unknown is not None:
            raise Invalid(f"{', '.join(FIELDS)}", code="unknown_field", field="data")
        try:
            draft = services.save_draft(actor=request.user, key=key, fields=body["data"], seq=body["seq"])
        except DraftIsNewer as error:
            refusal = problem(409, code=error.code, detail=error.message)
            refusal["draft"] = DraftSerializer(error.draft).data
            return Response(refusal, status=409, content_type=CONTENT_TYPE)
        return _answer(draft)

    @extend_schema(operation_id="forum_draft_discard", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Throw a draft away; again changes nothing."""
        services.discard_draft(actor=request.user, key=key)
        return Response(status=204)


class PictureSerializer(serializers.ModelSerializer[Picture]):
    """A picture that was stored. `markdown` is the line that shows it; write what it shows between the brackets."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    markdown = serializers.CharField(read_only=True)

    class Meta:
        model = Picture
        fields = ("id", "url", "markdown", "width", "height", "size")
        read_only_fields = fields


class PictureInput(serializers.Serializer[Any]):
    picture = serializers.FileField()


class PicturesView(ApiView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="forum_picture_create",
        request={"multipart/form-data": PictureInput},
        responses={201: PictureSerializer},
    )
    @idempotent
    def post(self, request: Request) -> HttpResponse:
        """Store a PNG, JPEG, WebP or GIF of at most 4 MB and 40 megapixels, for a text that is being written."""
        picture = services.add_picture(actor=request.user, upload=validated(request, PictureInput)["picture"])
        return Response(PictureSerializer(picture).data, status=201)


class VersionSerializer(serializers.Serializer[Any]):
    """One version of a text, the newest being the text of now, which has no `id`. A hidden one has no text."""

    number = serializers.IntegerField()
    id = serializers.SerializerMethodField()
    editor = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField(source="at")
    reason = serializers.CharField()
    title = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    content = serializers.CharField()
    is_hidden = serializers.BooleanField()

    def get_id(self, version: Version) -> int | None:
        return version.former.pk if version.former else None


class HistoryView(ApiView):
    """Base of the two histories."""

    permission_classes = (ReadsArePublic,)

    def answer(self, row: Any) -> Response:
        page = self.request.query_params.get("page", "1")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 0
        versions, pages, total = history(self.request.user, row, number) if number else ([], 0, 0)
        if not versions:
            raise NotFound
        address = self.request.build_absolute_uri(self.request.path)
        return Response(
            {
                "count": total,
                "next": f"{address}?page={number + 1}" if number < pages else None,
                "previous": f"{address}?page={number - 1}" if number > 1 else None,
                "results": VersionSerializer(versions, many=True).data,
            }
        )


VERSIONS = inline_serializer(
    "Versions",
    {
        "count": serializers.IntegerField(),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "results": VersionSerializer(many=True),
    },
)


class PostRevisionsView(HistoryView):
    @extend_schema(operation_id="forum_post_revisions", parameters=[OpenApiParameter("page", int)], responses=VERSIONS)
    def get(self, request: Request, post: int) -> Response:
        """List the versions of a post, the newest first; of a topic's body with title and tags."""
        return self.answer(post_for(request, post))


class CommentRevisionsView(HistoryView):
    @extend_schema(operation_id="comments_revisions", parameters=[OpenApiParameter("page", int)], responses=VERSIONS)
    def get(self, request: Request, comment: int) -> Response:
        """List the versions of a comment, the newest first."""
        return self.answer(get_or_404(visible_comments(request.user), pk=comment))


class HiddenInput(serializers.Serializer[Any]):
    is_hidden = serializers.BooleanField()


class RevisionView(ApiView):
    @extend_schema(operation_id="forum_revision_hide", request=HiddenInput, responses={200: HiddenInput})
    def put(self, request: Request, revision: int) -> Response:
        """Hide a former version from everybody but moderators, or show it again. Moderators."""
        row = get_or_404(visible_revisions(request.user), pk=revision)
        hidden = services.hide_revision(actor=request.user, revision=row, **validated(request, HiddenInput))
        return Response({"is_hidden": hidden.is_hidden})


class RevisionRestoreView(ApiView):
    @extend_schema(operation_id="forum_revision_restore", request=None, responses={204: None})
    def post(self, request: Request, revision: int) -> Response:
        """Make a former version the text again, by a new edit. Who may edit the text."""
        row = get_or_404(visible_revisions(request.user), pk=revision)
        services.restore_revision(actor=request.user, revision=row)
        return Response(status=204)


PEOPLE = inline_serializer(
    "People",
    {
        "count": serializers.IntegerField(),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "results": PersonSerializer(many=True),
    },
)


class MentionsView(ApiView):
    @extend_schema(
        operation_id="forum_mentions",
        parameters=[
            OpenApiParameter("q", str, description="Beginning of a name."),
            OpenApiParameter("topic", int, description="People of this topic come first."),
        ],
        responses=PEOPLE,
    )
    def get(self, request: Request) -> Response:
        """Suggest whom a text may mention, at most eight people."""
        hit(request.user.pk, *limits_for(request.user, "complete"))
        topic = request.query_params.get("topic", "")
        number = int(topic) if topic.isascii() and topic.isdecimal() and len(topic) < 19 else None
        people = mentionable(request.user, request.query_params.get("q", ""), number)
        return whole_list(PersonSerializer(people, many=True).data)


def _answer(draft: Draft) -> HttpResponse:
    return stamp(Response(DraftSerializer(draft).data), "draft", draft.key, draft.seq)


def _check_match(request: Request, key: str) -> None:
    """Raise Stale if `If-Match` names another draft than the stored one. The number itself holds under the lock."""
    expected = expected_revision(request, "draft", key)
    if expected is not None and draft_seq(request.user, key) != expected:
        raise Stale
