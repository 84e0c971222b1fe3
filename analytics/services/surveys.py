"""The survey: an answer, or "not now"; either way the member is left alone for a while."""

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.limits import COMMENT_MAX
from analytics.models import NpsResponse
from analytics.selectors.nps import NOT_DUE_SECONDS, asked_lately
from community_platform.core import text
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.permissions import ensure
from profiles.models import User


def answer_survey(*, actor: Any, score: int | None, comment: str = "") -> NpsResponse:
    """Keep an answer, 0-10; without a score, "not now", which is kept as well so that nobody is asked again soon.

    Raises: NotSignedIn, Invalid on `score` or `comment`, Conflict `answered_already` within the time of rest.
    """
    ensure(actor, "analytics.answer_survey")
    if score is not None and not 0 <= score <= 10:
        raise Invalid(_("Choose a number from 0 to 10."), field="score")
    comment = text.clean(comment, field="comment", low=0, high=COMMENT_MAX)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)  # two tabs answer once
        if asked_lately(actor):
            raise Conflict(_("You have answered already. Thank you!"), code="answered_already")
        made = NpsResponse.objects.create(user=actor, score=score, comment=comment if score is not None else "")
        transaction.on_commit(lambda: cache.set(f"nps-not-due:{actor.pk}", 1, NOT_DUE_SECONDS))
    return made
