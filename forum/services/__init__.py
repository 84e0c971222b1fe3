"""All writes of the forum; call them as `services.reply(actor=…, …)`."""

from forum.services.answers import accept_answer, unaccept_answer
from forum.services.likes import like_comment, like_post, unlike_comment, unlike_post
from forum.services.moderation import lock_topic, pin_topic
from forum.services.posts import delete_post, edit_post, reply, restore_post
from forum.services.reading import count_visit, mark_read, visitor_key
from forum.services.topics import create_topic, delete_topic, edit_topic, restore_topic

__all__ = [
    "accept_answer",
    "count_visit",
    "create_topic",
    "delete_post",
    "delete_topic",
    "edit_post",
    "edit_topic",
    "like_comment",
    "like_post",
    "lock_topic",
    "mark_read",
    "pin_topic",
    "reply",
    "restore_post",
    "restore_topic",
    "unaccept_answer",
    "unlike_comment",
    "unlike_post",
    "visitor_key",
]
