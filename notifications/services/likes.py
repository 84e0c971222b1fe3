"""Likes in the inbox: one line for a text, which counts until it is read."""

from forum.models import Comment, Like, Post
from notifications.catalogue import LIKE
from notifications.services import lines
from notifications.services.telling import tell


def tell_like(*, text: Post | Comment, like_id: int, liker_id: int, subject: str, url: str) -> None:
    """Tell the author of `text` that somebody likes it, unless the like was taken back meanwhile."""
    if Like.objects.filter(pk=like_id).exists():
        group = f"like:{type(text).__name__.lower()}:{text.pk}"
        about = {"actor_id": liker_id, "subject": subject, "url": url, "group": group}
        tell(text, [text.author_id], LIKE, key=f"like:{like_id}", **about)


def forget_like(*, like_id: int) -> None:
    """Count it no more in a line that is unread; a line that counts none goes."""
    lines.take_back(key=f"like:{like_id}")
