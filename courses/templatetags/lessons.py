"""How lessons are written on pages."""

from django import template

register = template.Library()


@register.simple_tag
def lesson_time(seconds: int) -> str:
    """Write a length as minutes and seconds, with hours where there are any: 4:05, 1:02:00."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
