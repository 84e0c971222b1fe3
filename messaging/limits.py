"""How much there may be of what."""

from datetime import timedelta

TITLE_MAX = 80  # characters
CONTENT_MAX = 10_000
MEMBERS_MAX = 100  # of a group
PAGE = 50  # messages of a page (P3.5)
EDIT_WINDOW = timedelta(minutes=15)
UNREAD_CAP = 100  # counted up to here; shown as 99+
TYPING_MEMBERS = 20  # in larger groups nobody sees who types
ATTACHMENTS_MAX = 10
FILE_BYTES = 10 * 1024 * 1024
PICTURE_PIXELS = 2000  # of the longer side
THUMBNAIL_PIXELS = 480
REACTIONS = ("👍", "❤️", "😂", "🎉", "😮", "😢")
