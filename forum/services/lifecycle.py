"""What the forum holds about a person, removed; what is given out stands in `forum.exports`."""

from typing import Any

from forum.models import Draft, ReadMark, SearchEntry, TopicRead, Watch
from forum.services.mentions import rename_mentions
from forum.services.pictures import delete_pictures_of
from profiles.validators import RESERVED_START


def erase_forum(user: Any) -> None:
    """Forget what `user` read, watches and began. Texts, pictures and likes stay: threads and counters need them."""
    names = [user.username, *user.former_usernames.values_list("username", flat=True)]
    rename_mentions(names=names, to=f"{RESERVED_START}{user.pk}")
    Draft.objects.filter(user=user).delete()
    delete_pictures_of(user)
    for model in (TopicRead, ReadMark, Watch):
        model.objects.filter(user=user).delete()
    SearchEntry.objects.filter(person=user).delete()  # it holds the name
