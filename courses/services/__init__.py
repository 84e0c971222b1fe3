"""Writes of courses, by area; call them as `enrollment.enroll(...)`."""
