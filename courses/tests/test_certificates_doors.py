"""Certificates through pages and API: who sees what, what programs are told, and at what cost."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from courses.models import Certificate, Course
from courses.services import certificates
from courses.tests.factories import CourseFactory, EnrollmentFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
Api = Callable[..., APIClient]
Count = Callable[[Client, str], int]


def certify(person: User, course: Course) -> Certificate:
    EnrollmentFactory(user=person, course=course, progress_percent=100, completed_at=timezone.now())
    made = certificates.issue_certificate(user_id=person.pk, course_id=course.pk)
    assert made is not None
    return made


@pytest.fixture
def certificate(irina: User, anna: User) -> Certificate:
    return certify(anna, CourseFactory(instructor=irina, title="Linear algebra", slug="algebra"))


# Pages


def test_anybody_with_the_code_sees_the_proof(certificate: Certificate, as_html: Html) -> None:
    answer = as_html().get(certificate.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "confirms this certificate" in page
    assert "Linear algebra" in page
    assert "noindex" in page
    assert "og:image" in page
    assert "linkedin.com" not in page  # only its holder shares it
    assert as_html().get("/certificates/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert as_html().get("/certificates/nothing/").status_code == 404


def test_its_holder_shares_it(certificate: Certificate, anna: User, as_html: Html) -> None:
    page = as_html(anna).get(certificate.get_absolute_url()).content.decode()
    assert "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&amp;name=Linear+algebra" in page
    assert "https://x.com/intent/post?" in page
    listed = as_html(anna).get("/certificates/").content.decode()
    assert certificate.get_absolute_url() in listed
    assert certificate.get_absolute_url() in as_html(anna).get("/courses/algebra/").content.decode()
    assert as_html().get("/certificates/").status_code == 302


def test_the_profile_shows_certificates_only_where_courses_are_shown(
    certificate: Certificate, anna: User, boris: User, as_html: Html, as_api: Api
) -> None:
    address = certificate.get_absolute_url()
    assert address in as_html(boris).get("/profile/anna/").content.decode()
    assert str(certificate.uuid) in as_api(boris).get("/api/users/anna/courses").content.decode()
    User.objects.filter(pk=anna.pk).update(show_courses=False)
    assert address not in as_html(boris).get("/profile/anna/").content.decode()
    assert as_api(boris).get("/api/users/anna/courses").status_code == 404
    page = as_html(boris).get(address).content.decode()  # who has the code may check it, but is led nowhere
    assert "confirms this certificate" in page
    assert "/profile/anna/" not in page
    assert "/profile/anna/" in as_html(anna).get(address).content.decode()


def test_a_record_that_was_changed_is_said_to_be_false(certificate: Certificate, as_html: Html) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(course_title="Rocket science")
    page = as_html().get(certificate.get_absolute_url()).content.decode()
    assert "not what the school signed" in page
    assert "confirms this certificate" not in page


def test_files_of_a_certificate(certificate: Certificate, as_html: Html) -> None:
    client, address = as_html(), certificate.get_absolute_url()
    pdf = client.get(f"{address}pdf/")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:4]) == (200, "application/pdf", b"%PDF")
    assert pdf["Content-Disposition"] == 'inline; filename="linear-algebra.pdf"'
    badge = client.get(f"{address}credential.json")
    assert badge["Content-Type"] == "application/vc+ld+json"
    assert badge.json() == certificate.credential
    page = client.get(address).content.decode()
    picture = page.split('og:image" content="http://127.0.0.1:8000')[1].split('"')[0]
    assert client.get(picture)["Content-Type"] == "image/png"
    assert client.get(f"{address}card-0.png").status_code == 302


def test_the_school_publishes_its_keys(certificate: Certificate, as_html: Html) -> None:
    did = as_html().get("/.well-known/did.json")
    assert did["Content-Type"] == "application/did+json"
    assert did.json()["id"] == certificate.credential["issuer"]["id"]
    assert as_html().get("/.well-known/jwks.json").json()["keys"][0]["crv"] == "Ed25519"
    assert "d" not in as_html().get("/.well-known/jwks.json").json()["keys"][0]


def test_staff_revokes_with_a_reason_that_strangers_do_not_read(
    certificate: Certificate, irina: User, anna: User, boris: User, as_html: Html
) -> None:
    address = certificate.get_absolute_url()
    assert as_html(boris).get(f"{address}revoke/").status_code == 403
    assert as_html(boris).post(f"{address}revoke/", {"reason": "No"}).status_code == 403
    teacher = as_html(irina)
    assert teacher.post(f"{address}revoke/", {"reason": ""}).status_code == 400
    assert teacher.post(f"{address}revoke/", {"reason": "Copied answers"}).status_code == 302
    assert teacher.post(f"{address}revoke/", {"reason": "Copied answers"}).status_code == 409
    stranger = as_html(boris).get(address).content.decode()
    assert "was revoked on" in stranger
    assert "Copied answers" not in stranger
    assert "Copied answers" in as_html(anna).get(address).content.decode()
    assert as_html(boris).get(f"{address}pdf/").status_code == 302
    listed = as_html().get("/certificates/revoked.json").json()
    assert listed["revokedCredential"] == [{"id": certificate.credential["id"], "revoked": True}]
    assert address not in as_html(boris).get("/profile/anna/").content.decode()


def test_the_page_that_checks_what_was_handed_in(certificate: Certificate, irina: User, as_html: Html) -> None:
    client, address = as_html(), "/certificates/check/"
    assert client.get(address).status_code == 200
    text = json.dumps(certificate.credential)
    assert "Genuine and valid" in client.post(address, {"text": text}).content.decode()
    assert "Genuine and valid" in client.post(address, {"text": certificate.proof}).content.decode()
    file = SimpleUploadedFile("c.json", text.encode())
    assert "Genuine and valid" in client.post(address, {"file": file}).content.decode()
    forged = text.replace("Linear algebra", "Rocket science")
    assert "Not genuine" in client.post(address, {"text": forged}).content.decode()
    assert "Unknown" in client.post(address, {"text": "hello"}).content.decode()
    for empty in ({}, {"text": " "}, {"text": "x" * 100_001}):
        assert client.post(address, empty).status_code == 400
    too_large = SimpleUploadedFile("c.json", b"x" * 100_001)
    assert client.post(address, {"file": too_large}).status_code == 400
    certificates.revoke_certificate(actor=irina, certificate=certificate, reason="x")
    assert "Genuine, but revoked" in client.post(address, {"text": text}).content.decode()


# API


def test_the_api_answers_by_accept(certificate: Certificate, as_api: Api) -> None:
    address = f"/api/certificates/{certificate.uuid}"
    body = as_api().get(address).json()
    assert body["uuid"] == str(certificate.uuid)
    assert (body["holder"], body["is_valid"], body["revoked_at"]) == ("anna", True, None)
    assert body["course"] == {"id": certificate.course_id, "slug": "algebra", "title": "Linear algebra"}
    for accept in ("application/vc+ld+json", "application/vc"):
        badge = as_api().get(address, HTTP_ACCEPT=accept)
        assert badge["Content-Type"].startswith(accept)
        assert json.loads(badge.content) == certificate.credential
    token = as_api().get(address, HTTP_ACCEPT="application/vc+jwt")
    assert (token["Content-Type"], token.content.decode()) == ("application/vc+jwt", certificate.proof)
    assert as_api().get(address, HTTP_ACCEPT="text/html").status_code == 406
    assert as_api().get("/api/certificates/00000000-0000-4000-8000-000000000000").status_code == 404
    missing = as_api().get(
        "/api/certificates/00000000-0000-4000-8000-000000000000", HTTP_ACCEPT="application/vc+ld+json"
    )
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")
    assert as_api().get("/api/certificates/nothing").status_code == 404


def test_ones_own_are_listed(certificate: Certificate, anna: User, boris: User, as_api: Api) -> None:
    assert as_api(anna).get("/api/certificates").json()["results"][0]["uuid"] == str(certificate.uuid)
    assert as_api(boris).get("/api/certificates").json()["count"] == 0
    assert as_api().get("/api/certificates").status_code == 401


def test_revoking_by_the_api(certificate: Certificate, irina: User, anna: User, as_api: Api) -> None:
    address = f"/api/certificates/{certificate.uuid}"
    assert as_api().post(f"{address}/revoke", {"reason": "x"}, format="json").status_code == 401
    assert as_api(anna).post(f"{address}/revoke", {"reason": "x"}, format="json").status_code == 403
    assert as_api(irina).post(f"{address}/revoke", {"reason": ""}, format="json").status_code == 400
    assert as_api(irina).post(f"{address}/revoke", {}, format="json").status_code == 400
    done = as_api(irina).post(f"{address}/revoke", {"reason": "Copied"}, format="json")
    assert (done.status_code, done.json()["is_valid"]) == (200, False)
    assert as_api(irina).post(f"{address}/revoke", {"reason": "Copied"}, format="json").status_code == 409
    body = as_api().get(address)
    assert body.json()["revoked_at"].endswith("Z")
    assert "Copied" not in body.content.decode()


def test_checking_by_the_api(certificate: Certificate, as_api: Api) -> None:
    def status(credential: Any) -> Any:
        return as_api().post("/api/certificates/check", {"credential": credential}, format="json").json()

    assert status(certificate.credential)["status"] == "valid"
    assert status(certificate.proof)["certificate"]["uuid"] == str(certificate.uuid)
    assert status({**certificate.credential, "name": "Rocket science"})["status"] == "tampered"
    assert status("nonsense") == {"status": "unknown", "certificate": None}
    refused: list[Any] = [5, [], None]
    for bad in refused:
        answer = as_api().post("/api/certificates/check", {"credential": bad}, format="json")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "credential"


def test_cost_is_the_same_for_three_and_thirty(
    anna: User, as_html: Html, count_own_queries: Count, irina: User
) -> None:
    client: Any = as_html(anna)
    costs: dict[str, set[int]] = {}
    for number in (3, 27):
        for _n in range(number):
            made = certify(anna, CourseFactory(instructor=irina))
        costs.setdefault("list", set()).add(count_own_queries(client, "/certificates/"))
        costs.setdefault("one", set()).add(count_own_queries(client, made.get_absolute_url()))
        costs.setdefault("api", set()).add(count_own_queries(client, "/api/certificates"))
    assert costs == {"list": {4}, "one": {4}, "api": {4}}
