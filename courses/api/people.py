"""/api/users/{username}/courses: what a person teaches and takes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic
from courses.selectors.people import courses_of
from profiles.api.people import found
from profiles.privacy import Facet


class CourseOfPersonSerializer(serializers.Serializer[Any]):
    """A course that a person teaches or takes; progress, completion and `certificate` (uuid) are a student's."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    title = serializers.CharField()
    role = serializers.ChoiceField(choices=["student", "instructor"])
    progress_percent = serializers.IntegerField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    certificate = serializers.UUIDField(allow_null=True)
    url = serializers.CharField(source="get_absolute_url")


class CoursesOfPersonView(ApiView):
    """The courses of a person, as far as you may see them; 404 where the person hides them."""

    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(operation_id="users_courses", responses=CourseOfPersonSerializer(many=True))
    def get(self, request: Request, username: str) -> Response:
        person = found(request, username, Facet.COURSES)
        return self.paginate(courses_of(request.user, person), CourseOfPersonSerializer)
