"""/api/users/: profiles, and who follows whom."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.pagination import OnePage, PageNumberPagination
from community_platform.core.api.parsers import StrictJSONParser
from community_platform.core.api.views import ApiView, ReadsArePublic, get_or_404
from community_platform.core.errors import Invalid, NotFound
from community_platform.core.images import MIDDLE, Focus
from profiles import privacy
from profiles.api import profile_serializers as serializers
from profiles.models import User
from profiles.selectors import feed, people
from profiles.services import graph, pictures, profile

CHANGE = {"application/json": serializers.ProfileInput, "multipart/form-data": serializers.ProfileInput}
PICTURES = ("avatar", "cover_image")


class OwnProfileView(ApiView):
    """One's own profile. JSON, or multipart with `avatar` and `cover_image`: PNG, JPEG, WebP or GIF, at most 4 MB."""

    parser_classes = (StrictJSONParser, MultiPartParser)

    @extend_schema(operation_id="users_profile_retrieve", responses={200: serializers.OwnProfileSerializer})
    def get(self, request: Request) -> HttpResponse:
        return self._answer(request)

    @extend_schema(
        operation_id="users_profile_update", request=CHANGE, responses={200: serializers.OwnProfileSerializer}
    )
    def put(self, request: Request) -> HttpResponse:
        body = serializers.ProfileInput(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        focus = {name: _focus(given.pop(f"{name.removesuffix('_image')}_focus", "")) for name in PICTURES}
        for name in ("birth_month", "birth_day"):
            if name in given and given[name] is None:
                given[name] = 0
        account: User = request.user
        revision = expected_revision(request, "profile", account.pk)
        with transaction.atomic():
            for name in PICTURES:
                if name in given:
                    revision = _set_picture(name, given.pop(name), focus[name], account, revision).revision
            profile.update_profile(actor=account, account=account, expected_revision=revision, **given)
        return self._answer(request)

    @extend_schema(
        operation_id="users_profile_partial_update",
        request=CHANGE,
        responses={200: serializers.OwnProfileSerializer},
    )
    def patch(self, request: Request) -> HttpResponse:
        return self.put(request)

    def _answer(self, request: Request) -> HttpResponse:
        account = User.objects.visible_to(request.user).select_related("profile").get(pk=request.user.pk)
        seen = people.seen(account, account)
        body = serializers.OwnProfileSerializer(account, context={"seen": seen}).data
        return stamp(Response(body), "profile", account.pk, account.revision)


def _set_picture(name: str, file: Any, focus: Focus, account: User, revision: int | None) -> User:
    whose: dict[str, Any] = {"actor": account, "account": account, "expected_revision": revision}
    if name == "avatar":
        if file is None:
            return pictures.remove_avatar(**whose)
        return pictures.set_avatar(**whose, upload=file, focus=focus)
    if file is None:
        return pictures.remove_cover(**whose)
    return pictures.set_cover(**whose, upload=file, focus=focus)


def _focus(value: str) -> Focus:
    x, _comma, y = value.partition(",")
    return (float(x), float(y)) if value else MIDDLE


class ProfileView(ApiView):
    """A person's public profile, by user name in any case."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(
        operation_id="users_public_profile_retrieve", responses={200: serializers.ProfileSerializer}
    )
    def get(self, request: Request, username: str) -> Response:
        person = found(request, username)
        seen = people.seen(request.user, person)
        return Response(serializers.ProfileSerializer(person, context={"seen": seen}).data)


class FollowersView(ApiView):
    """Who follows a person, the newest first. `?q=` finds names."""

    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination
    rows = staticmethod(people.followers)

    @extend_schema(
        operation_id="users_followers",
        parameters=[OpenApiParameter("q", str)],
        responses=serializers.ListedPersonSerializer(many=True),
    )
    def get(self, request: Request, username: str) -> Response:
        person = found(request, username, privacy.Facet.PROFILE)
        rows = self.rows(request.user, person, request.query_params.get("q", "")[:60])
        return self.paginate(rows, serializers.ListedPersonSerializer)


class FollowingView(FollowersView):
    """Whom a person follows, the newest first. `?q=` finds names."""

    rows = staticmethod(people.following)

    @extend_schema(
        operation_id="users_following",
        parameters=[OpenApiParameter("q", str)],
        responses=serializers.ListedPersonSerializer(many=True),
    )
    def get(self, request: Request, username: str) -> Response:
        return super().get(request, username)


class FollowView(ApiView):
    @extend_schema(
        operation_id="users_follow", request=None, responses={200: serializers.FollowingSerializer}
    )
    def post(self, request: Request, user: int) -> Response:
        """Follow a person; again changes nothing."""
        count = graph.follow(actor=request.user, person=by_id(request, user))
        return Response({"following": True, "followers_count": count})


class UnfollowView(ApiView):
    @extend_schema(operation_id="users_unfollow", responses={200: serializers.FollowingSerializer})
    def delete(self, request: Request, user: int) -> Response:
        """Stop following a person; again changes nothing."""
        count = graph.unfollow(actor=request.user, person=by_id(request, user))
        return Response({"following": False, "followers_count": count})


class BlockView(ApiView):
    @extend_schema(
        operation_id="users_block",
        request=serializers.BlockInput,
        responses={200: serializers.BlockSerializer},
    )
    def post(self, request: Request, user: int) -> Response:
        """Block a person (no following, messages, mentions either way) or merely ignore them."""
        body = serializers.BlockInput(data=request.data)
        body.is_valid(raise_exception=True)
        barrier = graph.block(actor=request.user, person=by_id(request, user), **body.validated_data)
        return Response({"blocked": True, "kind": barrier.kind})

    @extend_schema(operation_id="users_unblock", responses={204: None})
    def delete(self, request: Request, user: int) -> Response:
        """Take it back; again changes nothing."""
        graph.unblock(actor=request.user, person=by_id(request, user))
        return Response(status=204)


class ActivityView(ApiView):
    """What a person did, newest first."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(
        operation_id="users_activity",
        parameters=[OpenApiParameter("cursor", str)],
        responses={200: serializers.ActivityPage},
    )
    def get(self, request: Request, username: str) -> Response:
        person = found(request, username, privacy.Facet.ACTIVITY)
        return activity_page(self, feed.activities_of(request.user, person))


class FeedView(ApiView):
    """What the people do whom you follow, newest first."""

    @extend_schema(
        operation_id="feed", parameters=[OpenApiParameter("cursor", str)], responses={200: serializers.ActivityPage}
    )
    def get(self, request: Request) -> Response:
        return activity_page(self, feed.feed(request.user))


class DirectoryView(ApiView):
    """The people of the school who can be found."""

    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="users_directory",
        parameters=[
            OpenApiParameter("q", str),
            OpenApiParameter("role", str, enum=["instructor", "staff"]),
            OpenApiParameter("sort", str, enum=list(people.DIRECTORY_SORTS)),
        ],
        responses=serializers.ListedPersonSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "")[:60] for name in ("q", "role", "sort")}
        return self.paginate(people.directory(request.user, **asked), serializers.ListedPersonSerializer)


class SuggestionsView(ApiView):
    """People whom you might follow: who learns beside you, who answered you. The nearest first, all on one page."""

    pagination_class = OnePage

    @extend_schema(operation_id="users_suggestions", responses=serializers.SuggestedPersonSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.paginate(people.suggestions(request.user, limit=20), serializers.SuggestedPersonSerializer)


def found(request: Request, username: str, facet: privacy.Facet | None = None) -> User:
    """Return the person of this name, or raise NotFound: also where they hide `facet` from who asks."""
    person = people.find(request.user, username)
    if person is None or (facet and not privacy.can_see(request.user, person, facet)):
        raise NotFound
    return person


def by_id(request: Request, pk: int) -> User:
    return get_or_404(User.objects.visible_to(request.user), pk=pk)


def activity_page(view: ApiView, stream: feed.Stream) -> Response:
    """Answer one page of activities as a cursor list. Raises Invalid for a cursor that we did not make."""
    cursor = view.request.query_params.get("cursor", "")
    if cursor and feed.parse_cursor(cursor) is None:
        raise Invalid(_("This is no cursor of ours."), code="invalid", field="cursor")
    rows, more = stream.page(cursor)
    address = view.request.build_absolute_uri()
    following = replace_query_param(address, "cursor", more) if more else None
    shown = serializers.ActivitySerializer(rows, many=True).data
    return Response({"next": following, "previous": None, "results": shown})
