"""OpenAPI 3.1 document and the page that shows it."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class ApiSchema(SpectacularJSONAPIView):
    """The schema, JSON."""

    permission_classes = (AllowAny,)
    authentication_classes = ()


@method_decorator(csp_replace({"style-src": [SELF, UNSAFE_INLINE], "default-src": [NONE]}), name="dispatch")
class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger UI from our own host; its script is a separate request, so only its styles are inline."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    url_name = "api-schema"
