"""The one settings file: everything that differs between machines comes from the environment."""

from pathlib import Path

import django_stubs_ext
import environ

from core.local.urls import resolve_urls

# Lets Django's classes be written with their type parameters, as mypy wants them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

URLS = resolve_urls()

DEBUG = env.bool("KAOHE_DEBUG", default=False)
# Without a key in the environment every start makes a new one: sessions end at a restart, nothing is guessable.
SECRET_KEY = env.str("KAOHE_SECRET_KEY", default="") or URLS.secret_key
# The domain under which agencies live: demo.<BASE_DOMAIN>. The bare domain is the platform's own host.
BASE_DOMAIN = env.str("KAOHE_BASE_DOMAIN", default="localhost")
PLATFORM_HOSTS = env.list("KAOHE_PLATFORM_HOSTS", default=[BASE_DOMAIN, "127.0.0.1"])
PORT = env.int("KAOHE_PORT", default=8000)
ALLOWED_HOSTS = [f".{BASE_DOMAIN}", *PLATFORM_HOSTS, *env.list("KAOHE_EXTRA_HOSTS", default=[])]
USE_X_FORWARDED_HOST = False
HTTPS = env.bool("KAOHE_HTTPS", default=False)

PLATFORM_APPS = [
    "tenants",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.admin",
    # After the admin: its own list of apps, which hides what is not the public schema's, must not replace Django's.
    "django_tenants",
    "core.people",
    "core.outbox",
    "core.api",
]
AGENCY_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.admin",
    "core.people",
    "core.outbox",
    "core.api",
    "assessments.stores",
    "assessments.metrics",
    "assessments.rulebooks",
    "assessments.periods",
    "assessments.fees",
    "assessments.backtests",
]
# Names that django-tenants reads.
SHARED_APPS, TENANT_APPS = PLATFORM_APPS, AGENCY_APPS
INSTALLED_APPS = [
    *dict.fromkeys(PLATFORM_APPS + AGENCY_APPS),
    # Without tables: `auth` because the admin asks for it (people and roles are our own, in core.people).
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "assessments.showcase",
    "core.local",
    "tasks",
]
TENANT_MODEL = "tenants.Agency"
TENANT_DOMAIN_MODEL = "tenants.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
# False: with it, django-tenants trusts a cached search path across a rolled-back savepoint.
TENANT_LIMIT_SET_CALLS = False
# What a new agency gets, called inside it; this floor names the rooms above only as strings.
AGENCY_SEEDS = ["assessments.rulebooks.services.sync_shipped_rulebooks"]
ACCESS_TABLE = "assessments.access.ACCESS"
NARROWED_TABLE = "assessments.access.WITH_A_NARROWED_TOKEN"

DATABASES = {
    "default": {
        **env.db_url_config(URLS.database),
        "ENGINE": "tenants.postgres",
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        # A worker or request that hangs must not hold its rows for ever.
        "OPTIONS": {"options": "-c idle_in_transaction_session_timeout=900000"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "core.urls"
PUBLIC_SCHEMA_URLCONF = "core.urls_platform"
WSGI_APPLICATION = "core.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.arrival.ArrivalMiddleware",
    "tenants.middleware.DoorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.people.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "core" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "people.User"
KNOX_TOKEN_MODEL = "people.ApiToken"  # noqa: S105 - a model, not a secret
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
SESSION_COOKIE_DOMAIN = None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
# With HTTPS, a proxy ends TLS before the web server, which listens on loopback only, and says so in this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# Business days are Beijing days; the database keeps UTC.
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# An upload may be 20 MB (docs/imports.md); above 2.5 MB Django spools it to a temporary file.
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.TokenAuthentication",
        "core.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.paging.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["core.api.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "core.api.errors.answer",
    "COERCE_DECIMAL_TO_STRING": True,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_PREFIX": "kaohe_", "AUTH_HEADER_PREFIX": "Bearer"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kaohe 考核 API",
    "DESCRIPTION": "Assessment desk for agencies. The agency is the host name; no request names one.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "OutcomeEnum": "assessments.periods.models.Outcome.choices",
        "RulebookKindEnum": "assessments.rulebooks.models.RulebookKind.choices",
        "FileKindEnum": "assessments.metrics.api.KINDS",
    },
}

# The role that web and worker log in as: whom the owner lets into each agency's role.
APP_ROLE = URLS.app_role
BROKER_URL = URLS.broker
# How long a message's first ring may be on its way before the sweep rings again.
RING_SECONDS = env.int("KAOHE_RING_SECONDS", default=20)
# How many messages of one agency are worked on at once. One less than the worker has processes keeps one for others.
AGENCY_SLOTS = env.int("KAOHE_AGENCY_SLOTS", default=2)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("KAOHE_LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"level": "WARNING"}},
}
