"""/api/gamification/badges, points, levels, and the badges of a person."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.pagination import OnePage, PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic
from community_platform.core.errors import NotFound
from gamification.limits import PINS
from gamification.models import Bucket, Rarity, UserBadge
from gamification.selectors import badges as selectors
from gamification.selectors import points
from gamification.selectors.badges import Card
from gamification.selectors.preferences import is_shown
from gamification.services import goals, showcase
from profiles import privacy
from profiles.api.people import found
from profiles.api.serializers import PersonSerializer


class ProgressSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField()
    target = serializers.FloatField()

    def to_representation(self, instance: Any) -> Any:
        return instance  # whole numbers stay whole


class BadgeSerializer(serializers.Serializer[Card]):
    """A badge of the catalogue. `progress` is null for visitors, once it is held, and where none can be shown."""

    slug = serializers.SlugField(source="badge.slug")
    name = serializers.CharField(source="badge.name")
    description = serializers.CharField(source="badge.description")
    category = serializers.CharField(source="badge.category")
    rarity = serializers.ChoiceField(choices=Rarity.choices, source="badge.rarity")
    points = serializers.IntegerField(source="badge.points")
    icon = serializers.CharField(source="badge.icon", help_text="A Lucide name.")
    progress = ProgressSerializer(allow_null=True)
    earned_at = serializers.DateTimeField(source="award.earned_at", default=None, allow_null=True)
    holders_count = serializers.IntegerField(source="badge.holders_count")
    rarity_percent = serializers.FloatField(help_text="Of the people of the school, how many hold it.")
    url = serializers.CharField(source="badge.get_absolute_url")


class HeldBadgeSerializer(serializers.Serializer[UserBadge]):
    """A badge that a person holds."""

    slug = serializers.SlugField(source="badge.slug")
    name = serializers.CharField(source="badge.name")
    description = serializers.CharField(source="badge.description")
    category = serializers.CharField(source="badge.category")
    rarity = serializers.ChoiceField(choices=Rarity.choices, source="badge.rarity")
    points = serializers.IntegerField(source="badge.points")
    icon = serializers.CharField(source="badge.icon")
    earned_at = serializers.DateTimeField()
    scope = serializers.CharField(source="scope_key", help_text="The seasonal event, empty for others.")
    pin = serializers.IntegerField(allow_null=True, help_text="The place in the showcase.")


class HolderSerializer(serializers.Serializer[UserBadge]):
    user = PersonSerializer()
    earned_at = serializers.DateTimeField()


class PinsInput(serializers.Serializer[Any]):
    badges = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=100, help_text=f"Slugs in order, at most {PINS}."
    )


class PinsSerializer(serializers.Serializer[Any]):
    badges = HeldBadgeSerializer(many=True)


class PointsItemSerializer(serializers.Serializer[points.Line]):
    """A row of the ledger: what it added (negative: took back), and for what."""

    amount = serializers.IntegerField(source="row.amount")
    reason = serializers.CharField(source="row.reason")
    created_at = serializers.DateTimeField(source="row.occurred_at")
    text = serializers.CharField(source="label")
    title = serializers.CharField()
    url = serializers.CharField()
    bucket = serializers.ChoiceField(choices=Bucket.choices, source="row.bucket")
    is_capped = serializers.BooleanField(source="row.is_capped")
    is_reversal = serializers.SerializerMethodField()

    def get_is_reversal(self, line: points.Line) -> bool:
        return line.row.reverses_id is not None


class PointsLevelSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField()
    threshold = serializers.IntegerField(help_text="Points at which it begins.")


class PlayView(ApiView):
    """A view of the game: not there for who turned it off."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not is_shown(request.user):
            raise NotFound


class BadgesView(PlayView):
    """All badges with one's own progress, held ones first; secret ones are absent until they are held."""

    permission_classes = (ReadsArePublic,)
    pagination_class = OnePage

    @extend_schema(operation_id="gamification_badges_list", responses=BadgeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.paginate(selectors.cards(request.user), BadgeSerializer, pagination=OnePage)


class BadgeView(PlayView):
    permission_classes = (ReadsArePublic,)

    @extend_schema(operation_id="gamification_badges_retrieve", responses={200: BadgeSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """One badge; a secret one is 404 until it is held."""
        return Response(BadgeSerializer(_card(request, slug)).data)


class HoldersView(PlayView):
    """Who holds a badge, the first holders first; people who hide their badges are absent."""

    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(operation_id="gamification_badges_holders", responses=HolderSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return self.paginate(selectors.holders(request.user, _card(request, slug).badge), HolderSerializer)


class SeenView(PlayView):
    @extend_schema(
        operation_id="gamification_badges_seen",
        request=None,
        responses={200: PinsSerializer},
    )
    def post(self, request: Request) -> Response:
        """Take the badges that were not celebrated yet: whoever asks first shows them, the others get none."""
        new = showcase.mark_seen(actor=request.user, account=request.user)
        return Response(PinsSerializer({"badges": new}).data)


class PinsView(PlayView):
    @extend_schema(operation_id="gamification_pins_update", request=PinsInput, responses={200: PinsSerializer})
    def put(self, request: Request) -> Response:
        """Choose the badges of one's showcase, in order."""
        body = PinsInput(data=request.data)
        body.is_valid(raise_exception=True)
        pinned = showcase.set_pins(actor=request.user, account=request.user, badges=body.validated_data["badges"])
        return Response(PinsSerializer({"badges": pinned}).data)


class GoalView(PlayView):
    """The badge whose progress stays in sight; one at a time."""

    @extend_schema(operation_id="gamification_goal_update", request=None, responses={200: BadgeSerializer})
    def put(self, request: Request, slug: str) -> Response:
        """Make this badge one's goal; 400 where it is held or has nothing to count."""
        card = goals.set_goal(actor=request.user, account=request.user, slug=slug)
        return Response(BadgeSerializer(card).data)

    @extend_schema(operation_id="gamification_goal_destroy", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Have no goal."""
        _card(request, slug)
        goals.set_goal(actor=request.user, account=request.user, slug="")
        return Response(status=204)


class PointsView(PlayView):
    """One's own ledger, the newest first."""

    pagination_class = PageNumberPagination

    @extend_schema(operation_id="gamification_points_history", responses=PointsItemSerializer(many=True))
    def get(self, request: Request) -> Response:
        paginator = PageNumberPagination()
        page = paginator.paginate_queryset(points.history(request.user), request, view=self)
        lines = points.explained(page or [])
        return paginator.get_paginated_response(PointsItemSerializer(lines, many=True).data)


class LevelsView(PlayView):
    """Levels and the points at which they begin."""

    permission_classes = (ReadsArePublic,)
    pagination_class = OnePage

    @extend_schema(operation_id="gamification_levels_list", responses=PointsLevelSerializer(many=True))
    def get(self, request: Request) -> Response:
        mine = points.standing(request.user) if request.user.is_authenticated else None
        return self.paginate(points.levels(mine), PointsLevelSerializer, pagination=OnePage)


class BadgesOfPersonView(PlayView):
    """The badges of a person, pinned ones first; 404 where they hide them."""

    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="users_badges",
        parameters=[OpenApiParameter("username", str, "path")],
        responses=HeldBadgeSerializer(many=True),
    )
    def get(self, request: Request, username: str) -> Response:
        person = found(request, username, privacy.Facet.BADGES)
        return self.paginate(selectors.held_by(request.user, person), HeldBadgeSerializer)


def _card(request: Request, slug: str) -> Card:
    card = selectors.card(request.user, slug)
    if card is None:
        raise NotFound
    return card
