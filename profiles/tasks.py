"""What accounts do outside the request: mail, for its server may be down; copies of data; the end of accounts."""

from celery import shared_task
from django.core.mail import EmailMultiAlternatives

from community_platform.core.tasks import recorded
from profiles.services import erasure, export


@shared_task(autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=3600, max_retries=8)
def deliver_mail(*, subject: str, text: str, html: str, to: str) -> None:
    """Send one mail; SMTP errors are OSErrors and are tried again for some hours."""
    mail = EmailMultiAlternatives(subject, text, to=[to])
    if html:
        mail.attach_alternative(html, "text/html")
    mail.send()


@shared_task(time_limit=1800, soft_time_limit=1700)
def make_data_export(export_id: int) -> None:
    """Make one copy of somebody's data. Told twice, it is made once."""
    export.make_export(export_id)


@shared_task
@recorded("tend_personal_data")
def tend_personal_data() -> int:
    """Delete copies whose time is over, queue forgotten ones again, erase the accounts whose days of grace are over."""
    again = export.tend_exports()
    for pk in again:
        make_data_export.delay(pk)
    return len(again) + erasure.erase_due()
