"""What reports and penalties hold about a person, removed; what is given out stands in `profiles.exports`."""

from profiles.models import Flag, User


def erase_conduct(user: User) -> None:
    """Forget the words of reports and penalties; that they were stays: cases count them, columns follow from them."""
    Flag.objects.filter(user=user).update(note="")
    user.penalties.update(reason="", note="")
