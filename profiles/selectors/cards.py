"""What the picture of a shared profile says."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import override

from community_platform.core.markdown import excerpt
from community_platform.core.markdown.shown import shown_text
from community_platform.core.ogimage import Card
from profiles import privacy
from profiles.models import User

NOTE_CHARS = 120
VISITOR = AnonymousUser()


def person_card(person: User) -> Card | None:
    """Return what the picture of a person says, None where visitors see no profile. Needs the profile loaded.

    Everything on it is in its address (the digest), so that a change of name, picture or text has another address.
    """
    if not privacy.can_see(VISITOR, person):
        return None
    told = excerpt(shown_text(person.profile.bio_html), NOTE_CHARS)
    with override(settings.LANGUAGE_CODE):  # one picture for all networks, whoever asks
        label = person.role_label if person.role != "student" else ""
        note = told or _("Joined in %(year)s") % {"year": person.date_joined.year}
    return Card(title=person.name, note=note, label=label, portrait=person.avatar.name or "")
