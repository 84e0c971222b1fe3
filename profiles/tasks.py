"""Mail about accounts, sent outside the request: a mail server that is down must not stop a registration."""

from celery import shared_task
from django.core.mail import EmailMultiAlternatives


@shared_task(autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=3600, max_retries=8)
def deliver_mail(*, subject: str, text: str, html: str, to: str) -> None:
    """Send one mail; SMTP errors are OSErrors and are tried again for some hours."""
    mail = EmailMultiAlternatives(subject, text, to=[to])
    if html:
        mail.attach_alternative(html, "text/html")
    mail.send()
