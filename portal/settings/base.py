"""Every setting, driven by the environment (or a `.env` file) and working without one."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from portal.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.FileAwareEnv()
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

# --- Where things are kept ------------------------------------------------------------------------
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
MEDIA_ROOT = DATA_DIR / "files"
MAIL_DIR = DATA_DIR / "mail"
BROKER_DIR = DATA_DIR / "broker"
for folder in (MEDIA_ROOT, MAIL_DIR, BROKER_DIR):
    folder.mkdir(parents=True, exist_ok=True)

# --- How it runs ----------------------------------------------------------------------------------
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])
PERSONS_BEHIND_A_GO = env.int("PERSONS_BEHIND_A_GO", default=3)
"""Three persons stand behind a go (prepared, signed, decided); with 2 a signer may decide. Printed on every pack."""
POST_MORTEM_DAYS = {1: env.int("POST_MORTEM_DAYS_SEV1", default=5), 2: env.int("POST_MORTEM_DAYS_SEV2", default=10)}
"""By severity: the working days after an incident is resolved within which its post-mortem is published."""
ALERT_POST_DAYS = env.int("ALERT_POST_DAYS", default=14)
"""How long a post of an alert source is kept as it came, after it was worked off."""
ALERT_DAYS = env.int("ALERT_DAYS", default=400)
"""How long an alert is kept that is over and belongs to no incident; one in an incident is kept with it."""
ORGANISATION = env.str("ORGANISATION", default="")
"""Whose portal this is. Printed on every audit pack."""
TEAM_STORAGE_BYTES = env.int("TEAM_STORAGE_BYTES", default=2 * 1024**3)
EVIDENCE_FILE_BYTES = 25 * 1024**2

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "readiness.apps.ReadinessConfig",
    "incidents.apps.IncidentsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "knox",
    "rest_framework",
]

MIDDLEWARE = [
    "portal.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "portal.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.session_rules.end_after_twelve_hours",
    "portal.middleware.viewer",
    "portal.session_rules.ask_for_second_factor",
    "portal.middleware.domain_errors",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.static",
                "portal.templatetags.portal_ui",
                "portal.templatetags.portal_lists",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.shell",
            ],
        },
    }
]
FORM_RENDERER = "portal.forms.rendering.Renderer"

# --- Database: SQLite unless DATABASE_URL says otherwise ------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
        ),
    }
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
"""PostgreSQL only: the role that owns the tables and migrates, when another serves (portal/append_only/roles.py)."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People and sign-in ---------------------------------------------------------------------------
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the others end by themselves: they are bound to the old password
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  a path
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip"}  # wrong ones are counted in portal/guessing.py, per account and address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"change_password": "portal.forms.passwords.ChangePasswordForm"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ADAPTER = "portal.second_factor.MFAAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up; accounts are made by somebody who knows the address
MFA_FORMS = {
    "authenticate": "portal.second_factor.AuthenticateForm",
    "reauthenticate": "portal.second_factor.ReauthenticateForm",
}
SECOND_FACTOR_REQUIRED = not DEMO
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.error_pages.forged"
CSRF_COOKIE_HTTPONLY = False  # the page's script reads it to sign its htmx requests

# --- Transport and browser defences ---------------------------------------------------------------
SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Static files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_files.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["portal.uploads.InMemory", "portal.uploads.OnDisk"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
# Twice what a form takes (uploads.MOST_FILES), so that a form can say at its field that there are too many; the size up
# to which a file is kept in memory is so much smaller, and all of them together hold no more of it than is usual.
DATA_UPLOAD_MAX_NUMBER_FILES = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024**2

# --- Language and time: stored in UTC, shown in the viewer's zone ---------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = False
FORMAT_MODULE_PATH = "portal.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# --- Background work ------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 7200}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CELERY_BROKER_URL = "filesystem://localhost"  # the name means nothing; without one kombu warns
    CELERY_BROKER_TRANSPORT = "portal.file_broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ROUTES = {
    "readiness.tasks.build_pack_part": {"queue": "pdf"},
    "readiness.tasks.finish_pack": {"queue": "pdf"},
}
CELERY_TASK_DEFAULT_QUEUE = "celery"
_OURS = {app.partition(".")[0] for app in INSTALLED_APPS}
CELERY_BEAT_SCHEDULE = {name: job for name, job in BEAT_SCHEDULE.items() if str(job["task"]).partition(".")[0] in _OURS}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- Mail: kept as files under var/mail until EMAIL_URL names a server ----------------------------
MAIL_SERVER_SET = bool(env.str("EMAIL_URL", default=""))
if MAIL_SERVER_SET:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Gatehouse <gatehouse@localhost>")
EMAIL_TIMEOUT = 15

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.api.authentication.TokenAuthentication",
        "portal.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.authentication.Door"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsers.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.exceptions.problem_response",
    "DEFAULT_PAGINATION_CLASS": "portal.api.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_MODEL": "portal.ApiToken", "AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "gh_"}
KNOX_TOKEN_MODEL = "portal.ApiToken"  # noqa: S105  the name of a model
SPECTACULAR_SETTINGS = {
    "TITLE": "Gatehouse API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "DESCRIPTION": "What the pages do, for other tools: the same rules, through the same code. Signatures are given by "
    "a person at a page, with a fresh proof of who they are, and by no token: signing an item, deciding on a release, "
    "also in an emergency, withdrawing a decision, keeping or rolling back what is live, approving a waiver.",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "portal.api.examples.add"],
    "ENUM_NAME_OVERRIDES": {
        "ServiceState": "readiness.choices.ServiceState.values",
        "ReviewState": "readiness.choices.ReviewState.values",
        "PointState": "readiness.choices.PointState.values",
        "PackState": "readiness.choices.PackState.values",
        "ReviewKind": "readiness.choices.TemplateKey.values",
        "EvidenceKind": "readiness.choices.EvidenceKind.values",
        "CheckResult": "readiness.api.serializers.recurring_checks.RESULTS",
        "DrillKind": "readiness.choices.DrillKind.values",
        "DrillResult": "readiness.choices.DrillResult.values",
        "ModelVersionKind": "readiness.choices.ModelVersionKind.values",
        "EnvironmentKind": "readiness.choices.EnvironmentKind.values",
        "ItemState": "readiness.choices.ItemState.values",
        "ActionItemState": "readiness.choices.ActionState.values",
        "FindingState": "readiness.choices.FindingState.values",
        "DecisionRecordState": "readiness.choices.DecisionRecordState.values",
        "Verdict": "readiness.choices.Verdict.values",
        "DecisionState": "readiness.choices.DecisionState.values",
        "DecisionStanding": "readiness.api.serializers.services.STANDINGS",
        "OpenTriggerState": "readiness.api.serializers.services.OPEN_STATES",
        "GateVerdict": "readiness.api.serializers.gate.ANSWERS",
        "ImportKind": "readiness.forms.imports.KINDS",
    },
}

# --- Tables ---------------------------------------------------------------------------------------
DJANGO_TABLES2_TEMPLATE = "components/_table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"pikepdf": {"level": "WARNING"}},  # announces itself at its first import
}
