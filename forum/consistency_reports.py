"""What must hold between reports and the texts of the forum: they refer to each other by kind and number only."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from community_platform.core.consistency import alarm, register
from forum.models import Comment, Post, Topic
from profiles.models import ReviewCase


def _without(kind: str, model: Any) -> QuerySet[ReviewCase]:
    texts = model._default_manager.filter(pk=OuterRef("object_id"))
    rows: QuerySet[ReviewCase] = ReviewCase.objects.filter(~Exists(texts), kind=kind)
    return rows


register(
    alarm("forum.case.topic", "a reported topic exists", lambda: _without("topic", Topic), stored="object_id"),
    alarm("forum.case.post", "a reported post exists", lambda: _without("post", Post), stored="object_id"),
    alarm("forum.case.comment", "a reported comment exists", lambda: _without("comment", Comment), stored="object_id"),
)
