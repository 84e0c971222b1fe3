"""/api/forum/categories: the list, and for moderators making and changing them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import IdOrSlugField, SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView, get_or_404
from forum.api import topics
from forum.api.reading import validated
from forum.api.serializers import CategorySerializer
from forum.models import Audience, Category
from forum.services import categories
from profiles.api.serializers import PersonSerializer


class KeptCategorySerializer(CategorySerializer):
    """A category with what moderators decide about it."""

    moderators = PersonSerializer(many=True, read_only=True)
    course: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)

    class Meta(CategorySerializer.Meta):
        fields: tuple[str, ...] = (
            *CategorySerializer.Meta.fields, "audience", "course", "staff_only_topics", "min_trust_level",
            "slow_mode_seconds", "moderators",
        )  # fmt: skip
        read_only_fields = fields


class CategoryEditInput(serializers.Serializer[Any]):
    """What is left out stays. `moderators` are user names, `course` an id or a slug."""

    name = SourceField(required=False)
    slug = SourceField(required=False, help_text="Made of the name when empty.")
    description = SourceField(required=False)
    icon = serializers.CharField(required=False, max_length=40)
    order_index = serializers.IntegerField(required=False)
    audience = serializers.ChoiceField(choices=Audience.choices, required=False)
    course = IdOrSlugField(required=False, allow_null=True)
    staff_only_topics = serializers.BooleanField(required=False)
    min_trust_level = serializers.IntegerField(required=False)
    slow_mode_seconds = serializers.IntegerField(required=False)
    moderators = serializers.ListField(child=SourceField(max_length=150), required=False, max_length=50)


class CategoryInput(CategoryEditInput):
    name = SourceField()


class CategoriesView(topics.CategoriesView):
    @extend_schema(
        operation_id="forum_category_create", request=CategoryInput, responses={201: KeptCategorySerializer}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a category. Moderators."""
        made = categories.create_category(actor=request.user, **validated(request, CategoryInput))
        return Response(KeptCategorySerializer(made).data, status=201)


class CategoryView(ApiView):
    @extend_schema(
        operation_id="forum_category_edit", request=CategoryEditInput, responses={200: KeptCategorySerializer}
    )
    def put(self, request: Request, category: int) -> Response:
        """Change a category. Moderators."""
        row = get_or_404(Category.objects.visible_to(request.user), pk=category)
        fields = validated(request, CategoryEditInput)
        return Response(
            KeptCategorySerializer(categories.edit_category(actor=request.user, category=row, **fields)).data
        )
