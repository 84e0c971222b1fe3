"""How the forum looks as JSON, and what is read from bodies."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from community_platform.core.api.fields import IdOrSlugField, SourceField
from forum.models import Category, Post, Topic, TopicKind
from profiles.api.serializers import PersonSerializer


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ("id", "slug", "name", "description", "icon", "order_index", "topics_count", "posts_count")
        read_only_fields = fields


class TopicSerializer(serializers.ModelSerializer[Topic]):
    """A topic; `content` is that of its body, post number 1."""

    category: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    author = PersonSerializer(read_only=True)
    course: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    lesson: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    tags = serializers.SerializerMethodField()
    content = serializers.SerializerMethodField()
    content_html = serializers.SerializerMethodField()
    best_answer: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    is_pinned = serializers.BooleanField(read_only=True, source="is_pinned_now")
    is_solved = serializers.BooleanField(read_only=True)
    is_liked = serializers.BooleanField(read_only=True, default=False)
    is_edited = serializers.BooleanField(read_only=True)
    is_deleted = serializers.BooleanField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Topic
        fields: tuple[str, ...] = (
            "id", "title", "kind", "category", "author", "course", "lesson", "lesson_second", "tags", "content",
            "content_html", "is_pinned", "pinned_until", "is_locked", "lock_reason", "slow_mode_seconds",
            "slow_mode_until", "is_solved", "best_answer", "views_count", "replies_count", "likes_count", "is_liked",
            "is_edited", "is_deleted", "last_post_at", "created_at", "updated_at", "url",
        )  # fmt: skip
        read_only_fields = fields

    def get_tags(self, topic: Topic) -> list[str]:
        return [tag.name for tag in topic.tags.all()]

    def get_content(self, topic: Any) -> str:
        return str(topic.bodies[0].content)

    def get_content_html(self, topic: Any) -> str:
        return str(topic.bodies[0].content_html)


class PostSerializer(serializers.ModelSerializer[Post]):
    """A post. Expects `topic`, `author` and `is_liked` loaded."""

    topic: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    author = PersonSerializer(read_only=True)
    reply_to: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    is_liked = serializers.BooleanField(read_only=True, default=False)
    is_edited = serializers.BooleanField(read_only=True)
    is_deleted = serializers.BooleanField(read_only=True)
    is_best_answer = serializers.SerializerMethodField()
    is_endorsed = serializers.BooleanField(read_only=True)
    endorsed_by: Any = PersonSerializer(read_only=True, allow_null=True)
    updated_at = serializers.DateTimeField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Post
        fields = (
            "id", "number", "topic", "content", "content_html", "author", "reply_to", "likes_count", "is_liked",
            "is_edited", "is_best_answer", "is_endorsed", "endorsed_by", "endorsed_at", "is_deleted", "created_at",
            "updated_at", "url",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_best_answer(self, post: Post) -> bool:
        return post.topic.best_answer_id == post.pk


class PostPageSerializer(serializers.Serializer[Any]):
    """One page of a topic's posts: a fixed window of ten numbers, so deleted posts leave it shorter."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = PostSerializer(many=True)


class TopicDetailSerializer(TopicSerializer):
    posts = serializers.SerializerMethodField()

    class Meta(TopicSerializer.Meta):
        fields = (*TopicSerializer.Meta.fields, "posts")
        read_only_fields = fields

    @extend_schema_field(PostPageSerializer)
    def get_posts(self, topic: Topic) -> Any:
        return self.context["posts"]


class LikedSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField()
    likes_count = serializers.IntegerField()


class TopicInput(serializers.Serializer[Any]):
    title = SourceField()
    content = SourceField()
    category = IdOrSlugField()
    tags = serializers.ListField(child=SourceField(), required=False)
    kind = serializers.ChoiceField(choices=TopicKind.choices, required=False)
    course = IdOrSlugField(required=False, allow_null=True)
    lesson = serializers.IntegerField(required=False, allow_null=True)
    lesson_second = serializers.IntegerField(required=False, allow_null=True)


class TopicEditInput(serializers.Serializer[Any]):
    """`category` and `tags` stay as they are when left out."""

    title = SourceField()
    content = SourceField()
    category = IdOrSlugField(required=False)
    tags = serializers.ListField(child=SourceField(), required=False)
    reason = SourceField(required=False)


class PostInput(serializers.Serializer[Any]):
    content = SourceField()
    reply_to = serializers.IntegerField(required=False, allow_null=True)


class PostEditInput(serializers.Serializer[Any]):
    """`reason` stands in the history of the text."""

    content = SourceField()
    reason = SourceField(required=False)


class TopicPinInput(serializers.Serializer[Any]):
    """`until` null means for good."""

    is_pinned = serializers.BooleanField()
    until = serializers.DateTimeField(required=False, allow_null=True)


class TopicLockInput(serializers.Serializer[Any]):
    is_locked = serializers.BooleanField()
    reason = SourceField(required=False)


class BestAnswerInput(serializers.Serializer[Any]):
    post = serializers.IntegerField()
