"""Web push against a real server that decrypts what it gets, as a browser would."""

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.models import Notification, OutboxItem, PushSubscription
from notifications.services import mailing, outbox, push

pytestmark = pytest.mark.django_db
KEY = push.new_private_key()


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """The keys of a browser, and its push service on a port of this machine."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.status = 201
        self.got: list[tuple[dict[str, str], bytes]] = []
        browser = self

        class Service(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                browser.got.append((dict(self.headers), body))
                self.send_response(browser.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Service)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def subscription(self) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": f"{self.origin}/send/abc", "keys": {"p256dh": encode(point), "auth": encode(self.secret)}}

    def read(self, body: bytes) -> dict[str, Any]:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))


@pytest.fixture
def browser(settings: Any) -> Any:
    made = Browser()
    settings.VAPID_PRIVATE_KEY = KEY
    settings.WEB_PUSH_ORIGINS = [made.origin]
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def told(anna: Any, boris: Any) -> Any:
    one = Notification.objects.create(
        user=anna, kind="mention", actor=boris, subject="Почему так?", url="/", key="mention:1"
    )
    outbox.enqueue(channel="push", notifications=[one])
    return one


def test_what_is_pushed_only_the_browser_can_read_and_the_service_knows_who_sent_it(
    as_api: Any, anna: Any, browser: Browser, told: Any
) -> None:
    client = as_api(anna)
    for _again in range(2):
        assert client.post("/api/notifications/push", browser.subscription).status_code == 201
    mailing.send_due()
    [(headers, body)] = browser.got
    shown = browser.read(body)
    assert "Почему так?" in shown["title"]
    assert shown["url"] == f"http://127.0.0.1:8000/notifications/{told.pk}/open/"
    assert "Почему".encode() not in body
    token, key = headers["Authorization"].removeprefix("vapid t=").split(", k=")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.urlsafe_b64decode(key + "="))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=browser.origin)
    assert claims["sub"].startswith("mailto:")
    assert client.get("/api/notifications/push").json() == {"public_key": key}
    assert headers["TTL"] == "86400"
    assert OutboxItem.objects.get().state == "sent"
    mailing.send_due()
    assert len(browser.got) == 1


@pytest.mark.parametrize(
    ("status", "left", "state"),
    [(201, 1, "sent"), (410, 0, "dropped"), (404, 0, "dropped"), (500, 1, "waiting"), (302, 1, "waiting")],
)
def test_a_browser_that_is_gone_is_forgotten_and_a_service_that_fails_is_asked_again(
    anna: Any, browser: Browser, told: Any, status: int, left: int, state: str
) -> None:
    given = browser.subscription
    push.subscribe(actor=anna, endpoint=given["endpoint"], **given["keys"])
    browser.status = status
    mailing.send_due()
    assert len(browser.got) == 1, "no redirect is followed"
    assert PushSubscription.objects.count() == left
    assert OutboxItem.objects.get().state == state


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://evil.example/x", "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com.x/y", "https://fcm.googleapis.com@evil.example/x",
        "https://fcm.googleapis.com:8443/x", "https://evil.example\\@fcm.googleapis.com/x", "https://127.0.0.1/x",
        "https://[::1]/x", "file:///etc/passwd", "https://fcm.googleapis.com/ x", "https://fcm.googleapis.com/a\nb",
        "https://xfcm.googleapis.com/x", "http://127.0.0.1:6379/x",
    ],
)  # fmt: skip
def test_nothing_but_a_push_service_is_called(as_api: Any, anna: Any, settings: Any, endpoint: str) -> None:
    settings.VAPID_PRIVATE_KEY = KEY
    body = {"endpoint": endpoint, "keys": {"p256dh": "x", "auth": "y"}}
    answer = as_api(anna).post("/api/notifications/push", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "endpoint"
    assert not push.is_allowed(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def-_", "https://web.push.apple.com/QGx",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA", "https://wns2-by3p.notify.windows.com/w/?token=B%2b",
    ],
)  # fmt: skip
def test_the_services_of_browsers_are(endpoint: str) -> None:
    assert push.is_allowed(endpoint)


def test_wrong_keys_are_named(as_api: Any, anna: Any, browser: Browser) -> None:
    for name, value in (("p256dh", "AAAA"), ("auth", "AAAA"), ("auth", "!")):
        given = browser.subscription
        given["keys"][name] = value
        answer = as_api(anna).post("/api/notifications/push", given)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


def test_who_leaves_is_not_pushed_and_a_browser_follows_who_signs_in(
    as_api: Any, anna: Any, boris: Any, browser: Browser, told: Any
) -> None:
    as_api(anna).post("/api/notifications/push", browser.subscription)
    as_api(boris).post("/api/notifications/push", browser.subscription)
    assert list(PushSubscription.objects.values_list("user", flat=True)) == [boris.pk]
    body = {"endpoint": browser.subscription["endpoint"]}
    for person in (anna, boris):
        assert as_api(person).delete("/api/notifications/push", body).status_code == 204
    mailing.send_due()
    assert browser.got == []
    assert OutboxItem.objects.get().reason == "no browser to reach"


def test_without_keys_there_is_no_push(as_api: Any, anna: Any, browser: Browser, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    for method in ("get", "post", "delete"):
        assert getattr(as_api(anna), method)("/api/notifications/push").status_code == 404


def test_the_oldest_browser_makes_room(anna: Any, browser: Browser) -> None:
    keys = browser.subscription["keys"]
    for n in range(push.DEVICES_MAX + 2):
        push.subscribe(actor=anna, endpoint=f"{browser.origin}/{n}", **keys)
    assert PushSubscription.objects.count() == push.DEVICES_MAX
    assert PushSubscription.objects.filter(endpoint=f"{browser.origin}/{n}").exists()
