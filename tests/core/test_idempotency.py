"""`Idempotency-Key`: a repeat is the first answer again, byte for byte; a failure leaves nothing."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from community_platform.core.api import idempotency
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.parsers import StrictJSONParser
from community_platform.core.api.views import ApiView
from community_platform.core.errors import Conflict
from community_platform.core.models import ChannelHead, IdempotencyKey
from profiles.models import User

gate = threading.Event()


class Things(ApiView):
    """Writes one row per call."""

    permission_classes = []
    parser_classes = [StrictJSONParser, MultiPartParser]

    @idempotent
    def post(self, request: Request) -> Response:
        wanted = request.data.get("answer", 201)
        if wanted == "slow":
            gate.set()
            threading.Event().wait(2.0)
        ChannelHead.objects.create(channel=str(uuid.uuid4()))
        if wanted == "conflict":
            raise Conflict("refused")
        if wanted == "boom":
            raise RuntimeError
        status = wanted if isinstance(wanted, int) else 201
        body = {"made": ChannelHead.objects.count(), "random": str(uuid.uuid4())}
        return Response(body, status=status, headers={"Location": "/things/1"})


def post(
    data: Any = None,
    *,
    key: str | None = "k",
    user: User | None = None,
    path: str = "/api/things",
    **extra: Any,
) -> Any:
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    format = extra.pop("format", "json")
    request = APIRequestFactory().post(
        path, data if data is not None else {"a": 1}, format=format, **headers, **extra
    )
    if user is not None:
        force_authenticate(request, user)
    else:
        request.user = AnonymousUser()
    return Things.as_view()(request)


def body(response: Any) -> bytes:
    return response.rendered_content if hasattr(response, "rendered_content") else response.content


@pytest.mark.django_db
def test_a_repeat_is_the_first_answer_byte_for_byte(anna: User) -> None:
    first, second = post(user=anna), post(user=anna)
    assert (first.status_code, second.status_code) == (201, 201)
    assert body(first) == body(second)
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert second["Location"] == first["Location"] == "/things/1"
    assert second["Content-Type"] == first["Content-Type"]
    assert ChannelHead.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_every_call_counts(anna: User) -> None:
    post(key=None, user=anna)
    post(key=None, user=anna)
    assert ChannelHead.objects.count() == 2


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_422(anna: User) -> None:
    post({"a": 1}, user=anna)
    refused = post({"a": 2}, user=anna)
    assert (refused.status_code, refused.data["code"]) == (422, "idempotency_mismatch")
    assert ChannelHead.objects.count() == 1


@pytest.mark.django_db
def test_keys_belong_to_one_person_and_one_path(anna: User, boris: User) -> None:
    post(user=anna)
    assert "Idempotency-Replayed" not in post(user=boris)
    assert "Idempotency-Replayed" not in post(user=anna, path="/api/others")
    assert "Idempotency-Replayed" not in post(user=None, REMOTE_ADDR="10.0.0.1")
    assert "Idempotency-Replayed" not in post(user=None, REMOTE_ADDR="10.0.0.2")
    assert "Idempotency-Replayed" in post(user=None, REMOTE_ADDR="10.0.0.2")
    assert ChannelHead.objects.count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("answer", "status"), [("conflict", 409), (400, 400), (503, 503)])
def test_a_refusal_is_not_kept_and_leaves_no_row(anna: User, answer: Any, status: int) -> None:
    assert post({"answer": answer}, user=anna).status_code == status
    assert (ChannelHead.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    assert post({"answer": 201}, user=anna).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_crash_is_not_kept(anna: User) -> None:
    with pytest.raises(RuntimeError):
        post({"answer": "boom"}, user=anna)
    assert (ChannelHead.objects.count(), IdempotencyKey.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(anna: User, key: str) -> None:
    refused = post(key=key, user=anna)
    assert (refused.status_code, refused.data["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert post(key="x" * 255, user=anna).status_code == 201


@pytest.mark.django_db
def test_a_key_is_forgotten_after_24_hours(anna: User) -> None:
    post(user=anna)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert "Idempotency-Replayed" not in post(user=anna)
    assert ChannelHead.objects.count() == 2


@pytest.mark.django_db
def test_files_are_part_of_the_body(anna: User) -> None:
    def upload(content: bytes) -> Any:
        file = SimpleUploadedFile("a.txt", content)
        return post({"file": file, "name": "a"}, user=anna, format="multipart")

    assert upload(b"one").status_code == 201
    # The boundary is another one each time; the parts are what counts.
    assert upload(b"one")["Idempotency-Replayed"] == "true"
    assert upload(b"two").status_code == 422


@pytest.mark.django_db
def test_the_table_holds_neither_the_key_nor_the_body(anna: User) -> None:
    post({"a": "secret words"}, key="my-very-own-key", user=anna)
    row = IdempotencyKey.objects.get()
    assert "my-very-own-key" not in f"{row.scope}{row.fingerprint}"
    assert b"secret words" not in bytes(row.body or b"")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_parallel_repeat_waits_for_the_first_and_gets_its_answer(anna: User) -> None:
    gate.clear()
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(post({"answer": "slow"}, user=anna))
        finally:
            connection.close()

    first = threading.Thread(target=run)
    first.start()
    assert gate.wait(5)
    others = [threading.Thread(target=run) for _ in range(3)]
    for thread in others:
        thread.start()
    for thread in [first, *others]:
        thread.join()
    assert len({body(answer) for answer in answers}) == 1
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 3
    assert ChannelHead.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_repeat_that_waits_too_long_is_409_with_retry_after(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 1)
    gate.clear()

    def run() -> None:
        try:
            post({"answer": "slow"}, user=anna)
        finally:
            connection.close()

    first = threading.Thread(target=run)
    first.start()
    assert gate.wait(5)
    refused = post({"answer": "slow"}, user=anna)
    first.join()
    assert refused.status_code == 409
    assert int(refused["Retry-After"]) >= 1
    assert ChannelHead.objects.count() == 1
