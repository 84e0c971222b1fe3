"""/api/orders, /api/coupons, and what a course costs. Amounts are decimal strings beside their currency."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers as drf
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import IdOrSlugField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, by_key, get_or_404
from community_platform.core.errors import Invalid, NotFound
from courses.api.views import COURSE, visible_course
from courses.models import Coupon, Course, EntryKind, LedgerEntry, Order, OrderStatus
from courses.selectors import orders as selectors
from courses.selectors.orders import Quote
from courses.services import coupons, orders, payments, refunds

MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "coerce_to_string": True}


class EntrySerializer(drf.ModelSerializer[LedgerEntry]):
    """A movement of money: a payment is positive, a refund negative."""

    kind = drf.ChoiceField(EntryKind.choices)
    amount = drf.DecimalField(**MONEY, read_only=True)

    class Meta:
        model = LedgerEntry
        fields = ("kind", "amount", "currency", "note", "booked_at")
        read_only_fields = fields


class OrderSerializer(drf.ModelSerializer[Order]):
    """An order; `payment_url` is where it is paid, null unless it waits for that."""

    course = drf.SerializerMethodField()
    coupon = drf.SerializerMethodField()
    list_price = drf.DecimalField(**MONEY, read_only=True)
    discount = drf.DecimalField(**MONEY, read_only=True)
    amount = drf.DecimalField(**MONEY, read_only=True)
    refunded = drf.DecimalField(**MONEY, read_only=True)
    payment_url = drf.SerializerMethodField()
    entries = EntrySerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = (
            "number", "course", "coupon", "list_price", "discount", "amount", "refunded", "currency", "status",
            "provider", "payment_url", "created_at", "paid_at", "entries",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": "object",
            "properties": {"id": {"type": "integer"}, "slug": {"type": "string"}, "title": {"type": "string"}},
        }
    )
    def get_course(self, order: Order) -> dict[str, Any]:
        return {"id": order.course_id, "slug": order.course.slug, "title": order.course.title}

    @extend_schema_field({"type": ["string", "null"]})
    def get_coupon(self, order: Order) -> str | None:
        return order.coupon.code if order.coupon else None

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_payment_url(self, order: Order) -> str | None:
        if order.status != OrderStatus.PENDING or not order.payment_url:
            return None
        return str(self.context["request"].build_absolute_uri(order.payment_url))


class OrderInput(drf.Serializer[Any]):
    coupon = drf.CharField(required=False, allow_blank=True, max_length=60, default="")


class QuoteSerializer(drf.Serializer[Quote]):
    """What a course costs now."""

    list_price = drf.DecimalField(**MONEY)
    discount = drf.DecimalField(**MONEY)
    amount = drf.DecimalField(**MONEY)
    currency = drf.CharField()


class RefundInput(drf.Serializer[Any]):
    """`amount` null or absent: all that is left."""

    amount = drf.DecimalField(12, 2, required=False, allow_null=True, default=None)
    reason = drf.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)


class CouponSerializer(drf.ModelSerializer[Coupon]):
    course: Any = drf.SlugRelatedField("slug", read_only=True, allow_null=True)

    class Meta:
        model = Coupon
        fields = (
            "id", "code", "course", "percent", "amount", "currency", "starts_at", "ends_at", "uses_max", "uses_count",
            "is_active",
        )  # fmt: skip
        read_only_fields = fields


class CouponInput(drf.Serializer[Any]):
    """`percent` or `amount` with `currency`; without `course` it is for all courses."""

    code = drf.CharField(max_length=60)
    course: Any = IdOrSlugField(required=False, allow_null=True, default=None)
    percent = drf.IntegerField(required=False, allow_null=True, default=None)
    amount = drf.DecimalField(12, 2, required=False, allow_null=True, default=None)
    currency = drf.CharField(required=False, allow_blank=True, max_length=3, default="")
    starts_at = drf.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = drf.DateTimeField(required=False, allow_null=True, default=None)
    uses_max = drf.IntegerField(required=False, allow_null=True, default=None)


class CouponSwitchInput(drf.Serializer[Any]):
    is_active = drf.BooleanField()


class CourseOrdersView(ApiView):
    """Buy a course."""

    @extend_schema(
        operation_id="orders_create",
        parameters=[COURSE],
        request=OrderInput,
        responses={201: OrderSerializer, 200: OrderSerializer},
    )
    @idempotent
    def post(self, request: Request, course: str) -> Response:
        """Order a course (201); an order that is open already on the same terms is answered again (200)."""
        body = OrderInput(data=request.data)
        body.is_valid(raise_exception=True)
        row, is_new = orders.place_order(
            actor=request.user, course=visible_course(request.user, course), code=body.validated_data["coupon"]
        )
        return _answer(request, row, 201 if is_new else 200)


class QuoteView(ApiView):
    """What a course costs, with a coupon if one is named; a coupon that cannot be used is 400."""

    @extend_schema(
        operation_id="courses_quote",
        parameters=[COURSE, OpenApiParameter("coupon", str)],
        responses={200: QuoteSerializer},
    )
    def get(self, request: Request, course: str) -> Response:
        row = visible_course(request.user, course)
        coupon, discount = None, 0
        if code := request.query_params.get("coupon", ""):
            coupon = coupons.usable_coupon(code=code, course=row)
            discount = coupons.discount_of(coupon, selectors.price_of(row))
        return Response(QuoteSerializer(selectors.quote(row, coupon, discount)).data)


class OrdersView(ApiView):
    """One's own orders, newest first."""

    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="orders_list",
        parameters=[OpenApiParameter("page", int)],
        responses={200: OrderSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        rows = selectors.orders_of(request.user).select_related("course", "coupon").prefetch_related("entries")
        return self.paginate(rows, OrderSerializer)


class OrderView(ApiView):
    """An order of one's own; any for administrators."""

    @extend_schema(operation_id="orders_retrieve", responses={200: OrderSerializer})
    def get(self, request: Request, number: str) -> Response:
        return _answer(request, _order(request, number))

    @extend_schema(operation_id="orders_cancel", responses={204: None})
    def delete(self, request: Request, number: str) -> Response:
        """Cancel an order that nobody has paid; a paid one is 409."""
        orders.cancel_order(actor=request.user, order=_order(request, number))
        return Response(status=204)


class RefundsView(ApiView):
    """Give money back: administrators."""

    @extend_schema(operation_id="orders_refund", request=RefundInput, responses={201: OrderSerializer})
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        body = RefundInput(data=request.data)
        body.is_valid(raise_exception=True)
        row = refunds.refund_order(actor=request.user, order=_order(request, number), **body.validated_data)
        return _answer(request, row, 201)


class CouponsView(ApiView):
    """The coupons of one's own courses; all for administrators."""

    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="coupons_list",
        parameters=[OpenApiParameter("page", int)],
        responses={200: CouponSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        return self.paginate(selectors.coupons_for(request.user), CouponSerializer)

    @extend_schema(operation_id="coupons_create", request=CouponInput, responses={201: CouponSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a coupon."""
        body = CouponInput(data=request.data)
        body.is_valid(raise_exception=True)
        data = dict(body.validated_data)
        data["course"] = _course(request, data["course"])
        return Response(CouponSerializer(coupons.create_coupon(actor=request.user, **data)).data, status=201)


class CouponView(ApiView):
    """Let a coupon be used, or no longer."""

    @extend_schema(operation_id="coupons_update", request=CouponSwitchInput, responses={200: CouponSerializer})
    def patch(self, request: Request, coupon: int) -> Response:
        row = get_or_404(Coupon.objects.visible_to(request.user).select_related("course"), pk=coupon)
        body = CouponSwitchInput(data=request.data)
        body.is_valid(raise_exception=True)
        row = coupons.set_coupon_active(actor=request.user, coupon=row, **body.validated_data)
        return Response(CouponSerializer(row).data)


class PaymentMessagesView(ApiView):
    """Where a payment provider tells what happened, signed. Told again, it changes nothing."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="payments_message",
        request={"application/json": {"type": "object"}},
        responses={200: {"type": "object", "properties": {"status": {"type": "string"}}}},
    )
    def post(self, request: Request, provider: str) -> Response:
        payments.get(provider)
        row = orders.receive(provider=provider, body=request._request.body, headers=request.headers)
        return Response({"status": row.status})


def _order(request: Request, number: str) -> Order:
    return get_or_404(Order.objects.visible_to(request.user).for_page(), number=number)


def _answer(request: Request, row: Order, status: int = 200) -> Response:
    row = Order.objects.visible_to(request.user).for_page().filter(pk=row.pk).first() or row
    return Response(OrderSerializer(row, context={"request": request}).data, status=status)


def _course(request: Request, key: int | str | None) -> Course | None:
    if key is None:
        return None
    try:
        return get_or_404(Course.objects.visible_to(request.user), **by_key(key))
    except NotFound:
        raise Invalid(code="does_not_exist", field="course") from None
