"""The project package: settings, URLs, servers, and `core/`, the kernel that knows no app."""

from community_platform.celery import app as celery_app

__all__ = ["celery_app"]
