"""Who may do what in the forum and in comments. Predicates read loaded fields only.

"Course" of a topic is the course it is about; an instructor has rights in topics and comments of own courses.
"""

from typing import Any

import rules

from community_platform.core.permissions import about
from forum.models import Category, Comment, Topic
from profiles.rules import is_moderator


@rules.predicate
def is_member(user: Any) -> bool:
    return bool(user.is_authenticated)


@about
def is_author(user: Any, thing: Any) -> bool:
    return bool(thing.author_id == user.pk)


@about
def is_asker(user: Any, topic: Topic) -> bool:
    return bool(topic.author_id == user.pk)


@about
def teaches_topic(user: Any, topic: Topic) -> bool:
    return bool(topic.course_id is not None and topic.course is not None and topic.course.is_taught_by(user))


@about
def teaches_comment(user: Any, comment: Comment) -> bool:
    target = comment.target
    course: Any = getattr(target, "course", target)
    return bool(course.is_taught_by(user))


@about
def opens_topics(user: Any, category: Category) -> bool:
    return not category.staff_only_topics or bool(user.is_moderator)


rules.add_perm("forum.create_topic", is_member & opens_topics)  # on the category
rules.add_perm("forum.announce", is_moderator)
rules.add_perm("forum.reply", is_member)
rules.add_perm("forum.reply_when_locked", is_moderator)
rules.add_perm("forum.edit_topic", is_author | is_moderator)
rules.add_perm("forum.delete_topic", is_author | is_moderator)
rules.add_perm("forum.edit_post", is_author | is_moderator)
rules.add_perm("forum.delete_post", is_author | is_moderator)
rules.add_perm("forum.like", is_member)
rules.add_perm("forum.pin_topic", is_moderator | teaches_topic)
rules.add_perm("forum.lock_topic", is_moderator | teaches_topic)
rules.add_perm("forum.accept_answer", is_asker | is_moderator | teaches_topic)
rules.add_perm("forum.restore", is_moderator)
rules.add_perm("forum.see_deleted", is_moderator)
rules.add_perm("forum.edit_categories", is_moderator)
rules.add_perm("forum.edit_tags", is_moderator)
rules.add_perm("forum.comment", is_member)
rules.add_perm("forum.edit_comment", is_author | is_moderator)
rules.add_perm("forum.delete_comment", is_author | is_moderator)
rules.add_perm("forum.pin_comment", is_moderator | teaches_comment)
rules.add_perm("forum.lock_comment", is_moderator | teaches_comment)
