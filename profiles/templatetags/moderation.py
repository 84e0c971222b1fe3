"""Words of the review queue and the moderation log."""

from collections import Counter

from django import template
from django.utils.translation import gettext as _

from profiles import moderation
from profiles.models import CaseState, Flag, ReviewCase
from profiles.selectors import moderation as selectors

register = template.Library()
register.filter("reason_words", selectors.reason_words)
register.filter("action_words", selectors.action_words)
register.filter("decision", selectors.decision_words)


@register.simple_tag
def reported_kind(name: str) -> str:
    """Return what a kind of text is called; a person in lines about people."""
    labels = {kind.name: kind.label for kind in moderation.kinds()}
    return str(labels.get(name) or selectors.OTHER_KINDS.get(name, name))


@register.filter
def reason_counts(case: ReviewCase) -> list[tuple[str, int]]:
    """Return the reasons of the loaded reports of a case with how often each, the most frequent first."""
    return Counter(str(flag.get_reason_display()) for flag in case.flags.all()).most_common()


@register.filter
def outcome(flag: Flag) -> str:
    """Say to who reported a text what became of it."""
    return {
        CaseState.OPEN.value: _("Moderators have not looked at it yet."),
        CaseState.AGREED.value: _("You were right. Thank you: it is taken care of."),
        CaseState.DISAGREED.value: _("Moderators looked at it and kept it."),
        CaseState.IGNORED.value: _("Moderators looked at it and saw nothing to do."),
    }[flag.case.state]
