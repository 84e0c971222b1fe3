"""All writes of the forum; call them as `services.reply(actor=…, …)`."""

from forum.services.answers import accept_answer, unaccept_answer
from forum.services.drafts import close_draft, discard_draft, save_draft
from forum.services.endorsements import endorse, unendorse
from forum.services.history import restore_revision
from forum.services.likes import like_comment, like_post, unlike_comment, unlike_post
from forum.services.merging import merge_topic
from forum.services.moderation import lock_topic, pin_topic
from forum.services.moving import move_topic
from forum.services.pictures import add_picture
from forum.services.posts import delete_post, edit_post, reply, restore_post
from forum.services.reading import count_visit, mark_all_read, mark_read, mark_topics_read, visitor_key
from forum.services.revisions import hide_revision
from forum.services.slow_mode import set_slow_mode
from forum.services.splitting import split_topic
from forum.services.tagging import edit_tag, merge_tags
from forum.services.topics import create_topic, delete_topic, edit_topic, restore_topic
from forum.services.watching import watch_category, watch_course, watch_tag, watch_topic

__all__ = [
    "accept_answer",
    "add_picture",
    "close_draft",
    "count_visit",
    "create_topic",
    "delete_post",
    "delete_topic",
    "discard_draft",
    "edit_post",
    "edit_tag",
    "edit_topic",
    "endorse",
    "hide_revision",
    "like_comment",
    "like_post",
    "lock_topic",
    "mark_all_read",
    "mark_read",
    "mark_topics_read",
    "merge_tags",
    "merge_topic",
    "move_topic",
    "pin_topic",
    "reply",
    "restore_post",
    "restore_revision",
    "restore_topic",
    "save_draft",
    "set_slow_mode",
    "split_topic",
    "unaccept_answer",
    "unendorse",
    "unlike_comment",
    "unlike_post",
    "visitor_key",
    "watch_category",
    "watch_course",
    "watch_tag",
    "watch_topic",
]
