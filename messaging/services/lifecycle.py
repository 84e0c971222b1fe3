"""What messages hold about a person, removed; what is given out stands in `messaging.exports`."""

from typing import Any

from django.db import transaction

from messaging.models import Attachment, Message, MessagingPreference, Participant


def erase_messaging(user: Any) -> None:
    """Forget drafts, choices and files that no message took. What was sent stays with who received it. Repeatable."""
    with transaction.atomic():
        Participant.objects.filter(user=user).update(draft="", draft_at=None)
        Message.objects.filter(sender=user).update(fingerprint="", client_id=None)
        MessagingPreference.objects.filter(user=user).delete()
        for waiting in Attachment.objects.filter(uploader=user, message=None):
            _delete_files_on_commit(waiting)
            waiting.delete()


def _delete_files_on_commit(row: Attachment) -> None:
    storage = row.file.storage
    names = [file.name for file in (row.file, row.thumbnail) if file and file.name]

    def delete() -> None:
        for name in names:
            storage.delete(name)

    transaction.on_commit(delete, robust=True)
