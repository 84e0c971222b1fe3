"""Reads of analytics. Each takes a course that came from `scope.course_for()`."""
