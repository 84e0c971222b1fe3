import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from kombu.exceptions import OperationalError

from profiles import tasks
from profiles.models import User

pytestmark = pytest.mark.django_db(transaction=True)
SIGNUP, RESET = "/accounts/signup/", "/accounts/password/reset/"
GOOD = {"username": "newcomer", "email": "new@example.com", "password1": "long-enough-7x"}


def html_of(message):
    [part] = message.alternatives
    assert part.mimetype == "text/html"
    return part.content


def links(text):
    return set(re.findall(r"http://testserver/[^\s\"<]+", text))


def test_the_welcome_mail_has_the_link_as_text_and_as_a_page(as_html):
    as_html().post(SIGNUP, GOOD)
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    assert "Lumen" in message.subject
    [link] = links(message.body)
    assert "/accounts/confirm-email/" in link
    assert links(html_of(message)) == {link}
    assert "newcomer" in message.body


def test_the_reset_mail_has_the_link_as_text_and_as_a_page(anna, as_html):
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    as_html().post(RESET, {"email": anna.email})
    [message] = mail.outbox
    [link] = links(message.body)
    assert "/accounts/password/reset/key/" in link
    assert links(html_of(message)) == {link}


def test_a_mail_loads_nothing_from_outside_and_escapes_names(anna, as_html):
    User.objects.update(display_name="<img src=x>")
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    as_html().post(RESET, {"email": anna.email})
    page = html_of(mail.outbox[0])
    assert "<img" not in page
    assert "&lt;img src=x&gt;" in page
    assert "<img src=x>" in mail.outbox[0].body
    assert "<script" not in page
    assert "<link" not in page


def test_a_change_of_password_is_notified(anna, as_html):
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    browser = as_html()
    old = "correct-horse-battery"
    browser.post("/accounts/login/", {"login": "anna", "password": old})
    new = {"oldpassword": old, "password1": "another-horse-7x", "password2": "another-horse-7x"}
    browser.post("/accounts/password/change/", new)
    [message] = mail.outbox
    assert "127.0.0.1" in message.body
    assert "change your password and end the sessions" in message.body


def test_a_request_thread_queues_to_our_broker():
    """Celery's current app is per thread; a foreign one would queue to a broker that nobody reads."""
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: tasks.deliver_mail.app.main).result() == "community_platform"


def test_a_queue_that_is_down_does_not_stop_a_registration_nor_its_mail(as_html, monkeypatch):
    def refuse(**_mail):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.deliver_mail, "delay", refuse)
    assert as_html().post(SIGNUP, GOOD).status_code == 302
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_does_not_stop_a_registration(as_html, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens
    assert as_html().post(SIGNUP, GOOD).status_code == 302
    assert User.objects.get().username == "newcomer"
