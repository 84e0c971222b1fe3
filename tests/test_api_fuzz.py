"""Random requests, valid and broken, for every operation of the OpenAPI document, answered in this process.

Nothing answers 5xx, and every status, content type and body is one that the document promises. The requests are the
same on every run.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from courses.services.attempts import start_attempt
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from courses.tests.quizzes import make_quiz
from forum.services import comments
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from notifications.models import Notification
from profiles.models import User
from profiles.services.tokens import create_sign_in_token

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 5
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.fixture
def api(db: None, settings: Any) -> Iterator[Any]:
    """Load the schema from the running application, whose requests keep to the test's connection."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    settings.RATE_LIMIT_SCALE = 1_000_000
    generation = GenerationConfig(modes=MODES, deterministic=True, max_examples=EXAMPLES)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    yield schemathesis.openapi.from_wsgi("/api/schema", get_wsgi_application(), config=config)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def rows(admin: User, irina: User, anna: User) -> dict[str, Any]:
    """Return what exists, by the name of its path parameter: random numbers would only ever find 404."""
    topic = TopicFactory(
        author=anna, category=CategoryFactory(slug="general"), kind="question", tags=["python"]
    )
    post = reply(topic, irina)
    course = CourseFactory(instructor=irina)
    lesson = LessonFactory(course=course)
    EnrollmentFactory(course=course, user=admin)
    quiz = make_quiz(course=course)
    attempt, _ = start_attempt(actor=admin, quiz=make_quiz(course=course))
    comment = comments.post_comment(actor=anna, target=course, content="How long does it take?")
    comments.reply(actor=irina, comment=comment, content="An hour.")
    Notification.objects.create(
        user=admin, kind="topic_reply", actor=anna, subject="A talk", url="/", key="k"
    )
    return {
        "topic": topic.pk, "post": post.pk, "category": topic.category_id, "course": str(course.pk),
        "lesson": lesson.pk, "comment": comment.pk, "username": "anna",
        "quiz": quiz.pk, "attempt": attempt.pk,
    }  # fmt: skip


@pytest.mark.parametrize("role", ["visitor", "admin"])
def test_no_request_breaks_anything(api: Any, rows: dict[str, Any], admin: User, role: str) -> None:
    key = create_sign_in_token(account=admin)[1]
    headers = {"Authorization": f"Token {key}"} if role == "admin" else {}
    operations = [result.ok() for result in api.get_all_operations()]
    assert len(operations) > 40
    broken = []
    for operation in operations:
        for mode in MODES:
            if error := _fuzz(operation.as_strategy(generation_mode=mode), headers, rows):
                broken.append(f"{operation.label}: {error}")
    assert not broken, "\n\n".join(broken)


def _fuzz(cases: Any, headers: dict[str, str], rows: dict[str, Any]) -> str:
    """Send requests until one is answered wrongly; tell which and how."""

    @BOUNDED
    @given(case=cases)
    def send(case: schemathesis.Case) -> None:
        case.headers.pop("Authorization", None)
        for known in (False, True):
            if known:
                case.path_parameters = {
                    name: rows.get(name, value) for name, value in case.path_parameters.items()
                }
            with transaction.atomic():
                case.call_and_validate(headers=headers, checks=CHECKS)
                transaction.set_rollback(True)

    try:
        send()
    except Unsatisfiable:  # an operation without input cannot be asked wrongly
        return ""
    except FailureGroup as group:
        return _summary(group)
    return ""


def _summary(group: FailureGroup) -> str:
    """Say what was wrong, and the request to repeat."""
    wrong = [f"{failure.title}: {failure.message[:300]}" for failure in group.exceptions]
    return "\n".join([*wrong, str(group.message)[-600:]])
