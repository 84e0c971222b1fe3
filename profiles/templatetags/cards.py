"""The picture that a shared link to a profile shows."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from community_platform.templatetags.head import picture
from profiles.views.cards import card_path

register = template.Library()


@register.simple_tag
def person_picture(person: Any) -> SafeString:
    """Name the picture of `person`, that of the site where visitors see no profile. No query."""
    return picture(card_path(person))
