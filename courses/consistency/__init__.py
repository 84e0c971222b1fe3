"""What must hold in courses; registered by `apps.py`."""

from courses.consistency import commerce, learning, people, progress, quizzes, watching

__all__ = ["commerce", "learning", "people", "progress", "quizzes", "watching"]
