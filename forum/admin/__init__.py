"""Moderators' tools. Every action goes through a service, as everywhere."""

from forum.admin import content, shelves

__all__ = ["content", "shelves"]
