"""Certificates: issued once, as people were named that day; genuine, tampered with, revoked."""

import io
import json
from collections.abc import Callable
from typing import Any

import jwt
import pypdf
import pytest
from cryptography.hazmat.primitives import serialization
from django.test import override_settings
from django.utils import timezone
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from courses.events import CertificateIssued
from courses.models import Certificate, Course, Enrollment, EnrollmentStatus, LearningEvent, SigningKey, Verb
from courses.selectors import certificates as selectors
from courses.services import certificates, credentials, progress, signing_keys, verification
from courses.services.certificate_pdf import pdf_of
from courses.services.enrollment import enroll, leave
from courses.services.lifecycle import erase_learning
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
Commits = Callable[..., Any]


@pytest.fixture
def course(irina: User) -> Course:
    course = CourseFactory(instructor=irina, title="Линейная алгебра", slug="algebra", language="ru")
    LessonFactory(course=course)
    return course


@pytest.fixture
def certificate(course: Course, anna: User) -> Certificate:
    User.objects.filter(pk=anna.pk).update(display_name="Анна Озола")
    EnrollmentFactory(user=anna, course=course, progress_percent=100, completed_at=timezone.now())
    made = certificates.issue_certificate(user_id=anna.pk, course_id=course.pk)
    assert made is not None
    return made


# Issuing


def test_completing_the_course_issues_one_however_often_it_is_retried(
    course: Course, anna: User, hear: Any, django_capture_on_commit_callbacks: Commits
) -> None:
    heard = hear(CertificateIssued)
    lesson = course.lessons.get()
    for _try in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            enroll(actor=anna, course=course)
            progress.complete(actor=anna, lesson=lesson, shown_here=False)
    row = Certificate.objects.get()
    assert (row.user, row.course, row.course_title, row.language) == (anna, course, "Линейная алгебра", "ru")
    assert [event.certificate_uuid for event in heard] == [row.uuid]
    assert LearningEvent.objects.filter(verb=Verb.CERTIFIED, user=anna).count() == 1


def test_leaving_and_coming_back_issues_no_second_one(certificate: Certificate, course: Course, anna: User) -> None:
    leave(actor=anna, course=course)
    enroll(actor=anna, course=course)
    again = certificates.issue_certificate(user_id=anna.pk, course_id=course.pk)
    assert again == certificate
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("state", ["begun", "refunded", "erased"])
def test_who_did_not_finish_or_is_gone_gets_none(course: Course, anna: User, state: str) -> None:
    done = None if state == "begun" else timezone.now()
    row = EnrollmentFactory(user=anna, course=course, progress_percent=100 if done else 0, completed_at=done)
    if state == "refunded":
        Enrollment.objects.filter(pk=row.pk).update(status=EnrollmentStatus.REFUNDED, ended_at=timezone.now())
        Course.objects.filter(pk=course.pk).update(students_count=0)
    if state == "erased":
        User.objects.filter(pk=anna.pk).update(is_active=False)
    assert certificates.issue_certificate(user_id=anna.pk, course_id=course.pk) is None
    assert certificates.issue_missing() == 0


def test_the_hourly_task_makes_up_for_lost_events(course: Course, anna: User, boris: User) -> None:
    for person in (anna, boris):
        EnrollmentFactory(user=person, course=course, progress_percent=100, completed_at=timezone.now())
    assert certificates.issue_missing() == 2
    assert certificates.issue_missing() == 0


def test_a_renamed_person_and_course_keep_the_old_names(certificate: Certificate, course: Course, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(display_name="Somebody Else")
    Course.objects.filter(pk=course.pk).update(title="Another title")
    row = Certificate.objects.get()
    assert (row.holder_name, row.course_title) == ("Анна Озола", "Линейная алгебра")
    subject = row.credential["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "Анна Озола"
    assert verification.is_genuine(row)
    assert verification.check(row.credential).status == "valid"


def test_erasing_a_person_removes_their_certificates(certificate: Certificate, anna: User) -> None:
    credential = certificate.credential
    erase_learning(anna)
    assert not Certificate.objects.exists()
    assert verification.check(credential).status == "unknown"  # the signature alone is not enough


# Credentials


def test_the_credential_is_open_badges_3(certificate: Certificate) -> None:
    document = certificate.credential
    assert document["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["issuer"]["id"] == "did:web:127.0.0.1%3A8000"
    assert document["id"].endswith(f"/api/certificates/{certificate.uuid}")
    assert document["validFrom"].endswith("Z")
    achievement = document["credentialSubject"]["achievement"]
    assert (achievement["name"], achievement["inLanguage"]) == ("Линейная алгебра", "ru")
    assert document["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert "anna@example.com" not in json.dumps(document)


def test_both_forms_are_checked_offline_with_the_published_keys_alone(certificate: Certificate) -> None:
    """A stranger has the DID document and the key set, and neither our database nor our code for keys."""
    method = verification.did_document()["verificationMethod"][0]
    raw = credentials.unbase58(method["publicKeyMultibase"][1:])
    assert raw[:2] == b"\xed\x01"
    jwk = verification.key_set()["keys"][0]
    public: Any = jwt.PyJWK(jwk).key
    assert public.public_bytes_raw() == raw[2:]
    claims = jwt.decode(certificate.proof, public, algorithms=["EdDSA"])
    assert claims["credentialSubject"]["identifier"][0]["identityHash"] == "Анна Озола"
    assert jwt.get_unverified_header(certificate.proof)["kid"] == method["id"] == jwk["kid"]
    proof = dict(certificate.credential["proof"])
    assert proof["verificationMethod"] == method["id"]


def test_somebody_elses_verifier_of_open_badges_agrees(certificate: Certificate) -> None:
    public: Any = jwt.PyJWK(verification.key_set()["keys"][0]).key
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    verifier = OB3Verifier(pem)
    assert verifier.verify(certificate.proof).id == certificate.credential["id"]
    head, body, signature = certificate.proof.split(".")
    with pytest.raises(OB3VerificationError):
        verifier.verify(f"{head}.{body[:-3]}AAA.{signature}")


def _with(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of `document` with another value at `path`."""
    copy = json.loads(json.dumps(document))
    place: Any = copy
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in way:
        place = place[step]
    place[last] = value
    return copy  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("credentialSubject/identifier/0/identityHash", "Mallory"),
        ("credentialSubject/achievement/name", "Rocket science"),
        ("name", "Rocket science"),
        ("validFrom", "2020-01-01T00:00:00Z"),
        ("issuer/name", "Another school"),
        ("proof/created", "2020-01-01T00:00:00Z"),
        ("proof/proofValue", "z" + "2" * 87),
        ("proof/proofValue", ""),
        ("proof/proofValue", "z0OIl"),
        ("proof/proofPurpose", "authentication"),
        ("@context/1", "https://evil.example/context"),
        ("extra", 1.5),
        ("extra", json.loads("[" * 900 + "]" * 900)),
    ],
)
def test_a_tampered_credential_fails(certificate: Certificate, path: str, value: Any) -> None:
    forged = _with(certificate.credential, path, value)
    assert verification.check(forged).status == "tampered"
    assert verification.check(json.dumps(forged)).status == "tampered"


def test_a_tampered_token_fails(certificate: Certificate) -> None:
    head, body, signature = certificate.proof.split(".")
    other = jwt.encode({"id": "x"}, "secret" * 8, algorithm="HS256", headers={"kid": "did:web:x#key-1"})
    none = jwt.encode({"id": "x"}, None, algorithm="none", headers={"kid": "did:web:x#key-1"})
    assert verification.check(f"{head}.{body[:-2]}AA.{signature}").status == "tampered"
    assert verification.check(other).status == "tampered"
    assert verification.check(none).status == "tampered"
    assert verification.check(certificate.proof).status == "valid"


@pytest.mark.parametrize(
    "nonsense",
    [
        "", "{", "[]", "null", "a.b.c", "{}", '{"proof": 1}', '{"proof": {}}', "[" * 50_000, "{" * 50_000, "\ud800",
        '{"proof": [{"cryptosuite": "eddsa-jcs-2022", "verificationMethod": 5}]}', "x" * 200_000,
    ],
)  # fmt: skip
def test_nonsense_is_unknown_never_an_error(certificate: Certificate, nonsense: str) -> None:
    assert verification.check(nonsense).status == "unknown"


def test_a_row_changed_behind_the_sites_back_is_not_genuine(certificate: Certificate) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(holder_name="Mallory")
    assert not verification.is_genuine(Certificate.objects.get())


def test_canonical_json_sorts_by_utf16_and_escapes_as_ecmascript() -> None:
    assert credentials.canonical({"b": [True, None, 1], "a": 'ü"\\\n\u2028\x0f'}) == (
        '{"a":"ü\\"\\\\\\n\u2028\\u000f","b":[true,null,1]}'.encode()
    )
    keys = json.loads(credentials.canonical({"\ufb33": 1, "\U0001f600": 2, "1": 3}))
    assert list(keys) == ["1", "\U0001f600", "\ufb33"]  # as RFC 8785 §3.2.3 orders them
    with pytest.raises(ValueError, match="float"):
        credentials.canonical({"a": 1.0})


def test_base58_is_its_own_inverse() -> None:
    for raw in (b"", b"\0", b"\0\0a", bytes(range(64)), b"\xff" * 64):
        assert credentials.unbase58(credentials.base58(raw)) == raw


# Keys


def test_an_old_key_verifies_what_it_signed(certificate: Certificate, course: Course, boris: User) -> None:
    signing_keys.rotate_key()
    EnrollmentFactory(user=boris, course=course, progress_percent=100, completed_at=timezone.now())
    newer = certificates.issue_certificate(user_id=boris.pk, course_id=course.pk)
    assert newer is not None
    assert [key.key_id for key in SigningKey.objects.order_by("pk")] == ["key-1", "key-2"]
    assert (certificate.key_id, newer.key_id) == tuple(SigningKey.objects.order_by("pk").values_list("pk", flat=True))
    assert verification.check(certificate.credential).status == verification.check(newer.credential).status == "valid"


def test_the_private_half_is_not_in_the_database(certificate: Certificate) -> None:
    row = SigningKey.objects.get()
    assert "ENCRYPTED PRIVATE KEY" in row.private_key
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        signing_keys._opened.cache_clear()
        assert signing_keys.private_half(row) is None
        assert signing_keys.signing_key().key_id == "key-2"  # the school goes on
    signing_keys._opened.cache_clear()
    assert verification.check(certificate.credential).status == "valid"


def test_a_key_of_a_stranger_is_unknown(certificate: Certificate) -> None:
    SigningKey.objects.update(key_id="key-9")
    assert verification.check(certificate.credential).status == "unknown"


# Revoking


def test_a_revoked_one_says_so_everywhere(certificate: Certificate, irina: User) -> None:
    revoked = certificates.revoke_certificate(actor=irina, certificate=certificate, reason="Copied answers")
    assert (revoked.is_valid, revoked.revoke_reason, revoked.revoked_by) == (False, "Copied answers", irina)
    for form in (certificate.credential, certificate.proof):
        assert verification.check(form).status == "revoked"
    assert selectors.revoked() == [certificate.uuid]
    with pytest.raises(Conflict) as refused:
        certificates.revoke_certificate(actor=irina, certificate=certificate, reason="Again")
    assert refused.value.code == "already_revoked"


def test_a_revoked_one_is_not_issued_again(certificate: Certificate, anna: User, course: Course, irina: User) -> None:
    certificates.revoke_certificate(actor=irina, certificate=certificate, reason="Copied answers")
    assert certificates.issue_certificate(user_id=anna.pk, course_id=course.pk) == certificate
    assert certificates.issue_missing() == 0


def test_only_the_courses_instructors_and_administrators_revoke(
    certificate: Certificate, anna: User, boris: User, maxim: User, admin: User
) -> None:
    for person in (anna, boris, maxim):
        with pytest.raises(NotAllowed):
            certificates.revoke_certificate(actor=person, certificate=certificate, reason="No")
    for bad in ("", "  ", "x" * 201):
        with pytest.raises(Invalid) as refused:
            certificates.revoke_certificate(actor=admin, certificate=certificate, reason=bad)
        assert refused.value.field == "reason"


# On paper


def test_the_pdf_has_the_cyrillic_name_and_is_the_same_each_time(certificate: Certificate) -> None:
    made = pdf_of(certificate)
    assert made == pdf_of(certificate)
    assert made.startswith(b"%PDF")
    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    said = page.extract_text()
    for words in ("Анна Озола", "Линейная алгебра", str(certificate.uuid)):
        assert words in said
    assert any(str(certificate.uuid) in str(link.get_object()) for link in page["/Annots"])
