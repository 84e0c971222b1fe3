"""Who may do what in the forum and in comments. Predicates read loaded fields only.

An instructor has rights in topics about own courses or in the category of one, and in comments on them; the moderators
of a category have a moderator's rights in it. (Who moderates what is kept in the cache: `forum.models.moderators`.)
"""

from typing import Any

import rules

from community_platform.core.permissions import about
from community_platform.core.rates import level_of
from forum.models import Category, Comment, Post, Topic
from forum.models.moderators import looked_after
from profiles.rules import is_admin, is_moderator


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
    if topic.course_id is not None and topic.course is not None and topic.course.is_taught_by(user):
        return True
    return _teaches(user, topic.category)


@about
def teaches_comment(user: Any, comment: Comment) -> bool:
    target = comment.target
    course: Any = getattr(target, "course", target)
    return bool(course.is_taught_by(user))


@about
def looks_after(user: Any, thing: Category | Topic | Post | Comment) -> bool:
    if isinstance(thing, Category):
        return thing.pk in looked_after(user)
    topic = thing.topic if isinstance(thing, Post) else thing
    return isinstance(topic, Topic) and topic.category_id in looked_after(user)


def _teaches(user: Any, category: Category) -> bool:
    return bool(category.course_id is not None and category.course.is_taught_by(user))  # type: ignore[union-attr]


@about
def opens_topics(user: Any, category: Category) -> bool:
    if not category.staff_only_topics and level_of(user) >= category.min_trust_level:
        return True
    return bool(user.is_moderator or category.pk in looked_after(user) or _teaches(user, category))


@about
def leads_text(user: Any, text: Topic | Post | Comment) -> bool:
    """Tell whether the text stands in a course that `user` teaches or in a category that they moderate."""
    if isinstance(text, Comment):
        return bool(teaches_comment.test(user, text))
    topic = text.topic if isinstance(text, Post) else text
    return bool(teaches_topic.test(user, topic) or looks_after.test(user, topic))


@about
def teaches_category(user: Any, category: Category) -> bool:
    return _teaches(user, category)


moderates = is_moderator | looks_after
leads = moderates | teaches_topic

rules.add_perm("forum.create_topic", is_member & opens_topics)  # on the category
rules.add_perm("forum.announce", is_moderator)
rules.add_perm("forum.reply", is_member)
rules.add_perm("forum.reply_when_locked", leads)
rules.add_perm("forum.edit_topic", is_author | moderates)
rules.add_perm("forum.delete_topic", is_author | moderates)
rules.add_perm("forum.edit_post", is_author | moderates)
rules.add_perm("forum.delete_post", is_author | moderates)
rules.add_perm("forum.like", is_member)
rules.add_perm("forum.keep_draft", is_member)
rules.add_perm("forum.add_picture", is_member)
rules.add_perm("forum.watch", is_member)
rules.add_perm("forum.pin_topic", leads)
rules.add_perm("forum.lock_topic", leads)
rules.add_perm("forum.slow_topic", leads)
rules.add_perm("forum.move_topic", leads)
rules.add_perm("forum.split_topic", leads)
rules.add_perm("forum.merge_topic", leads)  # on both topics
rules.add_perm("forum.lead_category", moderates | teaches_category)  # many of its topics at once
rules.add_perm("forum.accept_answer", is_asker | leads)
rules.add_perm("forum.endorse_answer", leads)
rules.add_perm("forum.export", is_admin)
rules.add_perm("forum.import", is_admin)
rules.add_perm("forum.restore", moderates)
rules.add_perm("forum.hide", is_moderator | leads_text)  # and show again what is hidden
rules.add_perm("forum.see_deleted", moderates)
rules.add_perm("forum.edit_categories", is_moderator)
rules.add_perm("forum.edit_tags", is_moderator)
rules.add_perm("forum.hide_revision", moderates)
rules.add_perm("forum.comment", is_member)
rules.add_perm("forum.edit_comment", is_author | is_moderator)
rules.add_perm("forum.delete_comment", is_author | is_moderator)
rules.add_perm("forum.pin_comment", is_moderator | teaches_comment)
rules.add_perm("forum.lock_comment", is_moderator | teaches_comment)
