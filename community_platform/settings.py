"""All settings, in one file. Each environment variable is read once, here; `.env.example` documents them.

Without any variable the site runs on SQLite with everything inside one process. `DATABASE_URL` and
`REDIS_URL` switch it to PostgreSQL and Redis; the code stays the same (docs/adr/0006).
"""

import os
import secrets
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from community_platform.clock import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- What kind of installation this is ---------------------------------------------------------------------

TESTING = "pytest" in sys.modules
DEBUG = env.bool("DEBUG", default=False)
# HTTPS hardening, strict start-up checks. `make run` and the tests are plain HTTP on loopback.
PRODUCTION = env.bool("PRODUCTION", default=False)
SITE_NAME = env.str("SITE_NAME", default="Lumen")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_HOST = SITE_URL.split("://", 1)[1].split("/", 1)[0]
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[SITE_HOST.rsplit(":", 1)[0]] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"],
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
# Origins that may open a websocket; empty means "the host the page came from" (the demo runs on any port).
WEBSOCKET_ORIGINS = env.list("WEBSOCKET_ORIGINS", default=[SITE_URL] if PRODUCTION else [])
READ_ONLY = env.bool("READ_ONLY", default=False)


def _secret_key() -> str:
    """Return `SECRET_KEY`, or a random key kept in var/ so that a restart keeps people signed in."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    if PRODUCTION:
        raise environ.ImproperlyConfigured("SECRET_KEY must be set when PRODUCTION=1")
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(64))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- Applications -------------------------------------------------------------------------------------------

LOCAL_APPS = [
    "community_platform.core",
    "profiles",
    "courses",
    "forum",
    "messaging",
    "gamification",
    "referrals",
    "notifications",
    "analytics",
]
INSTALLED_APPS = [
    "community_platform",  # first: its runserver serves websockets
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "template_partials",
    "lucide",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    *LOCAL_APPS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "analytics.middleware.timed",
    "community_platform.core.middleware.reject_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "profiles.middleware.user_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "profiles.middleware.user_preferences",
    "referrals.middleware.remember_invitation",
    "allauth.account.middleware.AccountMiddleware",
    "profiles.middleware.session_seen",  # allauth's own writes a row on every request
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "profiles.middleware.good_standing",
    "profiles.middleware.support_view",
    "community_platform.core.middleware.domain_errors",
]
ROOT_URLCONF = "community_platform.urls"
ASGI_APPLICATION = "community_platform.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "community_platform.context.site",
            ],
            "builtins": ["community_platform.templatetags.ui"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database -----------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE and WAL: 8 writers, 0 "database is locked" (without them every second write failed).
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # A file of its own, as in real life: shared memory, Django's default, locks whole tables between threads.
    _database["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
else:
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        "pool": {"min_size": 2, "max_size": env.int("DATABASE_POOL_SIZE", default=10), "timeout": 5},
        "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
    }

# --- Redis: cache, channel layer, queue ---------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
if TESTING and REDIS_URL and (_worker := env.str("PYTEST_XDIST_WORKER", default="").removeprefix("gw")):
    # Tests clear the cache, so each worker has a Redis database of its own, beside the one that is named.
    _server, _slash, _number = REDIS_URL.rpartition("/")
    REDIS_URL = f"{_server}/{(int(_number) + 1 + int(_worker)) % 16}"
# What is published reaches the subscribers of every database, so tests have a prefix of their own, too.
REDIS_PREFIX = env.str("REDIS_PREFIX", default="cp") + (f"-{os.getpid()}" if TESTING else "")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "community_platform.core.cache.FallbackRedisCache",
            "LOCATION": REDIS_URL,
            "TIMEOUT": 300,
            "KEY_PREFIX": REDIS_PREFIX,
            "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "health_check_interval": 15},
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                # The receiving connection blocks for long, so it has no read timeout: with one, idle sockets die.
                "hosts": [{"address": REDIS_URL, "socket_timeout": None, "socket_connect_timeout": 0.5}],
                "prefix": REDIS_PREFIX,
            },
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "community_platform.core.realtime.layers.LocalChannelLayer",
            "CONFIG": {"capacity": 5000},
        }
    }

# Without Redis a server process carries its own worker and beat (asgi.py); commands and tests run tasks in place.
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = TESTING or not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        "health_check_interval": 15,
        "global_keyprefix": f"{REDIS_PREFIX}:",
    }
    if REDIS_URL
    else {"polling_interval": 0.05}
)
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Accounts -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "profiles.User"
AUTHENTICATION_BACKENDS = [
    "profiles.backends.AccountBackend",  # allauth's, loading the role with the user
    "rules.permissions.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
EMAIL_VERIFICATION = env.str("EMAIL_VERIFICATION", default="optional")  # or "mandatory"
ACCOUNT_ADAPTER = "profiles.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "profiles.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = EMAIL_VERIFICATION
ACCOUNT_UNIQUE_EMAIL = ACCOUNT_CHANGE_EMAIL = True
# Off: the API and the form must name the taken e-mail field (contract §2).
ACCOUNT_PREVENT_ENUMERATION = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_CONFIRM_EMAIL_ON_GET = ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_VALIDATORS = "profiles.validators.username_validators"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = SITE_NAME
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "profiles.adapter.SessionsAdapter"
SOCIAL_ORIGINS = {"github": "https://github.com", "google": "https://accounts.google.com"}
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": client_id, "secret": env.str(f"{name.upper()}_SECRET", default="")}]}
    for name in SOCIAL_ORIGINS
    if (client_id := env.str(f"{name.upper()}_CLIENT_ID", default=""))
}
KNOX_TOKEN_MODEL = "profiles.ApiToken"
API_TOKEN_DAYS = env.int("API_TOKEN_DAYS", default=90)

# --- Payments: names of providers and what they are (courses.services.payments) -----------------------------------

PAYMENT_PROVIDERS = {"simulated": "courses.services.payments.simulated.Simulated"}
PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", default="" if PRODUCTION else "simulated")  # "": nothing is sold
PAYMENT_WEBHOOK_SECRET = env.str("PAYMENT_WEBHOOK_SECRET", default="")  # signs messages; default: from SECRET_KEY
PAYMENT_ORIGINS = env.list("PAYMENT_ORIGINS", default=[])  # where providers have their pages, for form-action
REFUND_CLOSES_PERCENT = env.int("REFUND_CLOSES_PERCENT", default=100)  # of the price given back closes the course

# --- Rate limits (the numbers stand in core/rates.py; by address and about accounts in profiles/limits.py) --------

RATE_LIMIT_SCALE = env.float("RATE_LIMIT_SCALE", default=1)
RATE_LIMITS = env.json("RATE_LIMITS", default={})  # action → cell or cells of the table, in place of ours
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT


def _rate(count: int, rest: str) -> str:
    return f"{max(1, int(count * RATE_LIMIT_SCALE))}/{rest}"


ACCOUNT_RATE_LIMITS = {
    "login": _rate(30, "m/ip"),
    "login_failed": f"{_rate(10, 'm/ip')},{_rate(5, '5m/key')}",
    "signup": _rate(20, "m/ip"),
    "reset_password": f"{_rate(20, 'm/ip')},{_rate(5, 'm/key')}",
    "confirm_email": _rate(1, "3m/key"),
}

# --- Sessions, cookies, security ------------------------------------------------------------------------------

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a Redis outage must not sign people out
SESSION_COOKIE_AGE = 14 * 86400
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "community_platform.core.errorpages.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
_websocket_sources = [origin.replace("http", "ws", 1) for origin in WEBSOCKET_ORIGINS]
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],  # unfold needs eval and inline; it gets its own policy in core.middleware
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, *_websocket_sources],
        "manifest-src": [SELF],
        # Browsers hold the redirect that follows a form to this, too: signing in with a provider is one.
        "form-action": [SELF, *(SOCIAL_ORIGINS[name] for name in SOCIALACCOUNT_PROVIDERS), *PAYMENT_ORIGINS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        **({"upgrade-insecure-requests": True} if PRODUCTION else {}),
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Language and time ----------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "vendor"]
FORMAT_MODULE_PATH = "community_platform.formats"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
ANALYTICS_TZ = env.str("ANALYTICS_TZ", default=TIME_ZONE)  # the day that reports count in
USE_TZ = True

# --- Static files, uploads, mail ------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
# assets/ is filled by `manage.py build_assets` (the Inter subset made from the admin theme's wheel).
STATICFILES_DIRS = [BASE_DIR / "static", VAR_DIR / "assets"]
for _folder in (VAR_DIR / "assets", STATIC_ROOT):
    _folder.mkdir(parents=True, exist_ok=True)  # WhiteNoise and the finders want them to exist
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))()
ATTACHMENT_SCANNER = env.str("ATTACHMENT_SCANNER", default="")  # path.to.function(file) -> is it clean
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "community_platform.core.static.HashedStaticFiles"
        if not (DEBUG or TESTING)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # looks files up as they are asked for, not all for every test client
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <community@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")  # 32 bytes, base64url; "": no web push
WEB_PUSH_ORIGINS = env.list("WEB_PUSH_ORIGINS", default=[])  # push services besides those of the browsers

# --- API --------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "profiles.authentication.ApiTokenAuthentication",
        "profiles.authentication.ApiSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["community_platform.core.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "community_platform.core.api.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "community_platform.core.api.schema.ProblemAutoSchema",
    "EXCEPTION_HANDLER": "community_platform.core.api.errors.problem_handler",
    "PAGE_SIZE": 20,
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} community API",
    "DESCRIPTION": "Forum, comments, courses and accounts of the school's community.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "TopicKindEnum": "forum.models.topic.TopicKind",
        "LessonKindEnum": "courses.models.course.LessonKind",
        "FeedbackKindEnum": "courses.models.review.FeedbackKind",
        "QuestionKindEnum": "courses.models.quiz.QuestionKind",
        "CourseLevelEnum": "courses.models.course.Level",
        "WatchLevelEnum": "forum.limits.WATCH_LEVELS",
        "PenaltyKindEnum": "profiles.models.moderation.PenaltyKind",
        "CourseStatusEnum": "courses.models.course.Status",
        "OrderStatusEnum": "courses.models.order.OrderStatus",
        "RoleEnum": "profiles.models.user.Role",
        "StaffRoleEnum": "courses.models.course.StaffRole",
        "BugStateEnum": "gamification.models.badges.BugState",
        "ReferralStatusEnum": "referrals.models.referral.Status",
        "CaseStateEnum": "profiles.models.moderation.CaseState",
    },
}

# --- Admin ------------------------------------------------------------------------------------------------------

_SHADES = {
    "50": "97% .015", "100": "94% .03", "200": "88% .06", "300": "80% .1", "400": "70% .16", "500": "60% .2",
    "600": "53% .21", "700": "46% .19", "800": "39% .16", "900": "33% .12", "950": "25% .09",
}  # fmt: skip
UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "COLORS": {"primary": {step: f"oklch({shade} 278)" for step, shade in _SHADES.items()}},
}

# --- Logging ----------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"console": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "console"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # While Redis is down it logs a traceback a second; the hub says once that the layer failed.
    # A line for every task that went well is noise: reactions run one for each post.
    "loggers": {"channels_redis": {"level": "CRITICAL"}, "celery.app.trace": {"level": "WARNING"}},
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    MEDIA_ROOT = VAR_DIR / "test-media"
    STATIC_ROOT = VAR_DIR / "test-static"
    LOGGING["root"]["level"] = "ERROR"
