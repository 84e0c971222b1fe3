"""What must hold between the rows of gamification; one module a subject."""

from gamification.consistency import boards, points, streaks

__all__ = ["boards", "points", "streaks"]
