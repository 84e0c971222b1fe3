"""/api/users/: profiles."""

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.parsers import StrictJSONParser
from community_platform.core.api.views import ApiView, ReadsArePublic
from community_platform.core.errors import NotFound
from profiles.api import serializers
from profiles.models import User
from profiles.services import avatar, profile


class OwnProfileView(ApiView):
    """One's own profile. JSON, or multipart with `avatar`: PNG, JPEG, WebP or GIF, at most 4 MB and 24 megapixels."""

    parser_classes = (StrictJSONParser, MultiPartParser)

    @extend_schema(operation_id="users_profile_retrieve", responses={200: serializers.OwnProfileSerializer})
    def get(self, request: Request) -> HttpResponse:
        return self._answer(request.user)

    @extend_schema(
        operation_id="users_profile_update",
        request={
            "application/json": serializers.ProfileInput,
            "multipart/form-data": serializers.ProfileInput,
        },
        responses={200: serializers.OwnProfileSerializer},
    )
    def put(self, request: Request) -> HttpResponse:
        body = serializers.ProfileInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        account: User = request.user
        revision = expected_revision(request, "profile", account.pk)
        with transaction.atomic():
            if "avatar" in given:
                picture = given.pop("avatar")
                if picture is None:
                    account = avatar.remove_avatar(actor=account, account=account, expected_revision=revision)
                else:
                    account = avatar.set_avatar(
                        actor=account, account=account, upload=picture, expected_revision=revision
                    )
                revision = account.revision
            account = profile.update_profile(
                actor=request.user, account=account, expected_revision=revision, **given
            )
        return self._answer(account)

    @extend_schema(
        operation_id="users_profile_partial_update",
        request={
            "application/json": serializers.ProfileInput,
            "multipart/form-data": serializers.ProfileInput,
        },
        responses={200: serializers.OwnProfileSerializer},
    )
    def patch(self, request: Request) -> HttpResponse:
        return self.put(request)

    def _answer(self, account: User) -> HttpResponse:
        return stamp(
            Response(serializers.OwnProfileSerializer(account).data), "profile", account.pk, account.revision
        )


class ProfileView(ApiView):
    """A person's public profile, by user name in any case."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(
        operation_id="users_public_profile_retrieve", responses={200: serializers.ProfileSerializer}
    )
    def get(self, request: Request, username: str) -> Response:
        user = User.objects.visible_to(request.user).by_names([username]).with_roles().first()
        if user is None:
            raise NotFound
        return Response(serializers.ProfileSerializer(user).data)
