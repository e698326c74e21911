"""All settings, read from the environment; docs/settings.md explains each and a test keeps the two alike."""

import logging
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import broker, logs
from portal.kit import env

BASE_DIR = Path(__file__).resolve().parent.parent
FAIRWAY_HOME = env.folder("FAIRWAY_HOME", BASE_DIR / "var")

# -- Who we are -------------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False)
DEMO = env.flag("FAIRWAY_DEMO", default=False)
INSECURE_KEY = "insecure-development-key: set SECRET_KEY before anyone else can reach this server"
SECRET_KEY = env.text("SECRET_KEY", INSECURE_KEY)
ARTEFACT_KEY = env.text("FAIRWAY_ARTEFACT_KEY") or SECRET_KEY
VAULT_KEY = env.text("FAIRWAY_VAULT_KEY") or SECRET_KEY
VAULT_KEYS_BEFORE = env.words("FAIRWAY_VAULT_KEYS_BEFORE")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HTTPS = env.flag("FAIRWAY_HTTPS", default=False)
BRAND = env.text("FAIRWAY_BRAND", "Fairway")
SITE_URL = env.text("FAIRWAY_SITE_URL", f"http://localhost:{env.number('FAIRWAY_PORT', 8000)}").rstrip("/")

# -- What is installed ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "partners",
    "training",
    "predictions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_structlog",
    "csp",
]
MIDDLEWARE = [
    "portal.requestlog.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "partners.middleware.PreferredLanguage",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.PrivatePages",
    "partners.middleware.AdminScope",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "partners.context.partner",
            ],
        },
    }
]

# -- Where things are kept --------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", f"sqlite:///{FAIRWAY_HOME / 'db.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    FAIRWAY_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Readers never wait for the writer (WAL); a writer queues at BEGIN instead of failing half-way (IMMEDIATE).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
CACHES = {
    # Sign-in limits must hold across processes and survive a broker restart, so they live in the database.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},  # a flood of made-up addresses must not push real counters out
    }
}
BROKER_FOLDER = FAIRWAY_HOME / "broker"
BROKER_BINARY = env.text("FAIRWAY_BROKER_BINARY")
REDIS_URL = env.text("REDIS_URL") or broker.url(BROKER_FOLDER)
PORT = env.number("FAIRWAY_PORT", 8000, low=1, high=65535)

# -- Workers ----------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the run row, not the message, says what is still to do (portal/kit/runs.py)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_IMPORTS = ["portal.pulse"]
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "visibility_timeout": 3600,
    # A page that wakes a worker gives up at once when the broker is away (the default waits six seconds).
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "relay-and-reap": {"task": "fairway.tick", "schedule": 5.0, "options": {"expires": 5}},
    "training-schedules": {"task": "training.schedules", "schedule": 20.0, "options": {"expires": 20}},
    "fresh-lists": {"task": "predictions.follow", "schedule": 5.0, "options": {"expires": 5}},
    "scoring-schedules": {"task": "predictions.schedules", "schedule": 20.0, "options": {"expires": 20}},
    "retention": {"task": "partners.retention", "schedule": 1800.0, "options": {"expires": 1800}},
    "persons": {"task": "partners.persons", "schedule": 300.0, "options": {"expires": 300}},
    "scheduled-pulls": {"task": "partners.feeds", "schedule": 20.0, "options": {"expires": 20}},
    "pulse": {"task": "fairway.pulse", "schedule": 30.0, "options": {"expires": 30}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(FAIRWAY_HOME / "beat-schedule")
TRAIN_QUEUE = env.text("FAIRWAY_TRAIN_QUEUE", "train")
KERAS_BACKEND = env.choice("KERAS_BACKEND", "tensorflow", ("tensorflow", "jax", "torch"))  # children read it themselves
RUN_LEASE_SECONDS = env.number("FAIRWAY_RUN_LEASE", 60, low=2)
RUN_RESEND_SECONDS = env.number("FAIRWAY_RUN_RESEND", 20, low=1)
CHILD_MEMORY_MB = env.number("FAIRWAY_CHILD_MEMORY_MB", 6000, low=256)
INTAKE_MEMORY_MB = env.number("FAIRWAY_INTAKE_MEMORY_MB", 960, low=128)
INTAKE_SECONDS = env.number("FAIRWAY_INTAKE_SECONDS", 1800, low=10)
CHILD_SECONDS = env.number("FAIRWAY_CHILD_SECONDS", 4 * 3600, low=10)
UPLOAD_MAX_MB = env.number("FAIRWAY_UPLOAD_MAX_MB", 500, low=1)
PULL_HOSTS = env.hosts("FAIRWAY_PULL_HOSTS", env.words("FAIRWAY_PULL_HOSTS"))
UNDO_DAYS = env.number("FAIRWAY_UNDO_DAYS", 30, low=1, high=3650)
ORIGINAL_DAYS = env.number("FAIRWAY_ORIGINAL_DAYS", 30, low=1, high=3650)

# -- Sign-in ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "partners.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "8/5m/ip,5/5m/key",
    "login": "30/m/ip",
    "reset_password": "10/h/ip,3/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = BRAND
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
USERSESSIONS_TRACK_ACTIVITY = False  # else every page view takes the write lock to note the time

# -- Protection -------------------------------------------------------------------------------------------------
SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.flag("FAIRWAY_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whose address limits count: the one our single proxy saw, or the connection's own. Never one a visitor made up.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# -- Mail -------------------------------------------------------------------------------------------------------
_mail = env.text("EMAIL_URL")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if _mail else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(FAIRWAY_HOME / "mail")
if _mail:
    from environ import Env

    vars().update(Env.email_url_config(_mail))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("FAIRWAY_MAIL_FROM", "Fairway <fairway@localhost>")

# -- Language, time, static files -------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# From source: nothing to collect or compress at a start. In production collectstatic runs once, when an image is built.
WHITENOISE_USE_FINDERS = env.flag("FAIRWAY_STATIC_FROM_SOURCE", default=True)
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else env.folder("FAIRWAY_STATIC_ROOT", FAIRWAY_HOME / "static")
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- API --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.keys.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["partners.keys.KeyOpensPartner"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["partners.keys.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"key": env.text("FAIRWAY_API_RATE", "300/min")},
    "EXCEPTION_HANDLER": "portal.api.problems.handler",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": int(BEHIND_PROXY),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fairway API",
    "DESCRIPTION": "Uploads, customers, churn scores, recommendations and outcomes of one partner, by API key.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "UploadState": "partners.models.upload.Upload.State",
        "RunState": "portal.kit.runs.model.State",
        "OfferRuleKind": "predictions.models.offers.OfferRule.Kind",
        "UploadKind": "partners.models.upload.Upload.Kind",
    },
}

# -- Logs -------------------------------------------------------------------------------------------------------
LOGGING = logs.config(debug=DEBUG)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line a request, when it is answered
LOGGING_CONFIG = "logging.config.dictConfig"
