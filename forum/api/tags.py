"""/api/forum/tags."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.fields import SourceField
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic, get_or_404
from community_platform.core.errors import Invalid
from forum import services
from forum.api.reading import validated
from forum.models import Tag
from forum.selectors import tags as selectors
from forum.services.tagging import tag_revision


class TagSerializer(serializers.ModelSerializer[Tag]):
    """A tag. `synonyms` are the words that give it."""

    synonyms = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Tag
        fields = ("slug", "name", "description", "topics_count", "synonyms", "url")
        read_only_fields = fields

    def get_synonyms(self, tag: Tag) -> list[str]:
        known_as = getattr(tag, "known_as", None)
        rows = tag.synonyms.order_by("slug") if known_as is None else known_as
        return [synonym.name for synonym in rows]


class TagInput(serializers.Serializer[Any]):
    """`synonyms` stay as they are when left out."""

    name = SourceField()
    description = SourceField(required=False, default="")
    synonyms = serializers.ListField(child=SourceField(), required=False)


class TagMergeInput(serializers.Serializer[Any]):
    """`into` is the slug of the tag that stays."""

    into = SourceField()


class TagsView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="forum_tags",
        parameters=[
            OpenApiParameter("q", str, description="Beginning of a name or of a synonym."),
            OpenApiParameter("order", str, enum=list(selectors.ORDERS)),
        ],
        responses=TagSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the tags, most used first. Synonyms stand under their tag."""
        q, order = request.query_params.get("q", ""), request.query_params.get("order", "popular")
        return self.paginate(selectors.tags(q, order), TagSerializer)


class TagView(ApiView):
    permission_classes = (ReadsArePublic,)

    @extend_schema(operation_id="forum_tag", responses=TagSerializer)
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Read a tag; a synonym answers with the tag that it stands for."""
        return _answer(_tag(slug))

    @extend_schema(operation_id="forum_tag_edit", request=TagInput, responses=TagSerializer)
    def put(self, request: Request, slug: str) -> HttpResponse:
        """Change name, description and synonyms; moderators. The slug stays."""
        tag = _tag(slug)
        revision = expected_revision(request, "tag", tag.pk)
        body = validated(request, TagInput)
        return _answer(services.edit_tag(actor=request.user, tag=tag, expected_revision=revision, **body))


class TagMergeView(ApiView):
    @extend_schema(operation_id="forum_tag_merge", request=TagMergeInput, responses={200: TagSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Give all topics of this tag another one; this one becomes its synonym. Moderators."""
        tag, name = get_or_404(Tag.objects.all(), slug=slug), validated(request, TagMergeInput)["into"]
        into = selectors.tag_named(name)
        if into is None:
            raise Invalid(_("There is no tag “%(name)s”.") % {"name": name}, code="does_not_exist", field="into")
        return _answer(services.merge_tags(actor=request.user, tag=tag, into=into))


def _tag(slug: str) -> Tag:
    row = get_or_404(Tag.objects.select_related("synonym_of"), slug=slug)
    return row.synonym_of or row


def _answer(tag: Tag) -> HttpResponse:
    return stamp(Response(TagSerializer(tag).data), "tag", tag.pk, tag_revision(tag))
