"""The service worker of web push, from an address that stays."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from notifications.services import push


@require_safe
@cache_control(max_age=3600)
def push_worker(request: HttpRequest) -> HttpResponse:
    if not push.is_configured():
        raise Http404
    source = (settings.BASE_DIR / "static" / "js" / "push_worker.js").read_bytes()
    return HttpResponse(source, content_type="text/javascript; charset=utf-8")
