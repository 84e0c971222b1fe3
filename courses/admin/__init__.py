"""The learning side for administrators: courses are written, everything else is looked at."""

from courses.admin import catalogue, commerce, learning

__all__ = ["catalogue", "commerce", "learning"]
