"""Moderators' tools. Every action goes through a service, as everywhere."""

from forum.admin import comments, content, shelves

__all__ = ["comments", "content", "shelves"]
