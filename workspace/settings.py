"""All settings, in one file, read from the environment.

Without a variable set this is the embedded demo: SQLite, an in-memory channel layer, e-mail to files, people that
anyone may sign in as. Setting any of the variables in ``SERIOUS`` ends the demo (``DEMO=1`` brings it back), and
then what is missing or unsafe stops the start with a message that says what to set. docs/configuration.md lists
every variable.
"""

import contextlib
import logging
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def _whole_number(name: str, default: int) -> int:
    """A variable's number from 0; ImproperlyConfigured names the variable where its value is none."""
    value = os.environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,9}", value.strip()):
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    return int(value)


def _switch(name: str, *, default: bool) -> bool:
    """A variable that is on or off."""
    value = (os.environ.get(name) or ("1" if default else "0")).strip().lower()
    if value not in {"1", "true", "on", "yes", "0", "false", "off", "no"}:
        raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off: set it to 1 or to 0.")
    return value in {"1", "true", "on", "yes"}


def _address(name: str, default: str, example: str, *schemes: str) -> str:
    """A variable's URL of one of these schemes. It may hold a password: what is wrong is said without showing it."""
    value = os.environ.get(name) or default
    try:
        parts = urlsplit(value)
        is_one = not value or (parts.scheme in schemes and (parts.port is None or parts.port > 0))
    except ValueError:
        is_one = False
    if not is_one:
        raise ImproperlyConfigured(f"{name} is not an address that can be used. It looks like {example}")
    return value


ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(ROOT / "var"))).resolve()

SERIOUS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS")
DEMO = _switch("DEMO", default=not any(os.environ.get(name) for name in SERIOUS))
DEMO_PASSWORD = env("DEMO_PASSWORD", default="demo")
DEBUG = False


def _demo_secret_key() -> str:
    """The demo's own key, made once and kept beside its database so that a restart signs nobody out."""
    path = DATA_DIR / "secret_key"
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.touch(mode=0o600)
        scratch.write_text(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(scratch, path)
        scratch.unlink()
    return path.read_text().strip()


SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEMO:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Outside the demo the workspace needs a long random value of its own, for example "
            'from: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
        )
    SECRET_KEY = _demo_secret_key()

# Hosts and transport security.
PORT = _whole_number("PORT", default=8000)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the hosts that people reach the workspace under.")
HTTPS = _switch("HTTPS", default=not DEMO)
SITE_URL = env("SITE_URL", default=f"http://localhost:{PORT}" if DEMO else f"https://{ALLOWED_HOSTS[0]}")
# Pages and sockets of these origins may act with a session cookie. "same" is the host that was asked.
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if HTTPS else [])
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "groups.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

INSTALLED_APPS = [
    "workspace",
    "plans",
    "visits",
    "forums",
    "groups",
    "notices",
    "collab",
    "live",
    "files",
    "markup",
    "sockets",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "ninja",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "workspace.tracing.trace",
    "workspace.health.healthz",
    "django.middleware.security.SecurityMiddleware",
    "workspace.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "groups.middleware.PersonMiddleware",
    # Behind the first link that is synchronous, where it costs no hop to another thread.
    "workspace.compression.CompressedPages",
    "workspace.preloads.Preloads",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "workspace.urls"
ASGI_APPLICATION = "workspace.asgi.application"
CSRF_FAILURE_VIEW = "workspace.views.csrf_failure"
# Forms are drawn by workspace/templates/django/forms.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "workspace.context.shell",
            ],
        },
    }
]

# The database is the truth. SQLite: one writer at a time, told so at the start of its transaction rather than
# in the middle, and a commit is on the disk before it is reported.
DATABASE_URL = _address(
    "DATABASE_URL",
    f"sqlite:///{DATA_DIR / 'workspace.sqlite3'}",
    "postgres://user:password@host/name",
    *("sqlite", "postgres", "postgresql"),
)
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
EMBEDDED_DATABASE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if EMBEDDED_DATABASE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
DATABASES["default"]["CONN_MAX_AGE"] = _whole_number("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = _address("REDIS_URL", "", "redis://host:6379/0", "redis", "rediss", "unix")
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_connect_timeout": 2}]},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
# Only counts of attempts are cached. Redis may be away: then each process counts for itself.
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "workspace.cache.RedisOrMemory",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }

# Jobs run in a process of their own (manage.py run_huey); its queue is a file beside the demo's database.
HUEY: dict[str, Any] = {
    "huey_class": "huey.PriorityRedisHuey" if REDIS_URL else "huey.SqliteHuey",
    "name": "workspace",
    "immediate": False,
    "consumer": {"workers": 1, "worker_type": "thread"},
    **({"url": REDIS_URL} if REDIS_URL else {"filename": str(DATA_DIR / "jobs.sqlite3")}),
}
INSTALLED_APPS.append("huey.contrib.djhuey")

# People and signing in.
AUTH_USER_MODEL = "groups.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "groups.signing_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "groups.signing_up.NameForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Nobody comes in by an address that they have not confirmed, or that nobody vouches for; one account, one address.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# The session that changes the password stays; every other one ends, because its fingerprint no longer fits.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
# Whether an address has an account shows neither in the answer nor in the work: somebody gets a letter either way.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "login": env("LOGIN_RATE", default="600/m/ip" if DEMO else "30/m/ip"),
    "login_failed": env("LOGIN_FAILED_RATE", default="10/m/ip,5/5m/key"),
    "reset_password": env("RESET_RATE", default="20/m/ip,5/15m/key"),
    "signup": env("SIGNUP_RATE", default="200/m/ip" if DEMO else "20/m/ip"),
}
# Whose attempts are counted: the address that the outermost of our own proxies saw.
ALLAUTH_TRUSTED_PROXY_COUNT = _whole_number("TRUSTED_PROXIES", default=0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
USERSESSIONS_TRACK_ACTIVITY = False
# The second lock: an authenticator app or a passkey, with recovery codes. A passkey alone signs in, too.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Meta-cluster workspace"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# E-mail: files in the demo, a server when told which.
# Seconds after which a mail server that does not answer holds nobody up any more.
EMAIL_TIMEOUT = 10
EMAIL_URL = _address("EMAIL_URL", "", "smtp+tls://user:password@host:587", *environ.Env.EMAIL_SCHEMES)
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Meta-cluster workspace <workspace@localhost>")

# Languages, each by its own name. English is the working language; the others are at home in the network's regions.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("it", "Italiano")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "workspace.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# Static files are collected once, under names that carry their content's hash.
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Uploads are for the workspace alone; these a proxy may read.
    "staticfiles": {
        "BACKEND": "workspace.static_storage.HashedStaticFiles",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
SERVESTATIC_MANIFEST_STRICT = True
MEDIA_ROOT = Path(env("MEDIA_DIR", default=str(DATA_DIR / "files")))
# Requests that a web process works on at once, and those that may wait for that; the next ones are answered with 503.
HTTP_AT_ONCE = max(1, _whole_number("HTTP_AT_ONCE", default=16))
HTTP_WAITING = _whole_number("HTTP_WAITING", default=512)
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# /metrics is for whoever sends this as a bearer token; without it there is no such page.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
if METRICS_TOKEN:
    if (
        len(METRICS_TOKEN) < 20
        or not METRICS_TOKEN.isascii()
        or not METRICS_TOKEN.isprintable()
        or " " in METRICS_TOKEN
    ):
        raise ImproperlyConfigured(
            "METRICS_TOKEN must be a word of at least 20 letters and digits that nobody guesses."
        )
    INSTALLED_APPS.append("django_prometheus")
    MIDDLEWARE.insert(MIDDLEWARE.index("workspace.health.healthz") + 1, "workspace.metrics.metrics")
    MIDDLEWARE.insert(MIDDLEWARE.index("groups.middleware.PersonMiddleware") + 1, "workspace.metrics.RequestMetrics")

LOG_LEVEL = env("LOG_LEVEL", default="WARNING")
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise ImproperlyConfigured(f"LOG_LEVEL={LOG_LEVEL!r} is none of DEBUG, INFO, WARNING, ERROR and CRITICAL.")
# Errors told in full, with what they say, which may be what somebody wrote: the demo's people are invented.
LOG_DETAILS = _switch("LOG_DETAILS", default=DEMO)
LOG_REQUESTS = _switch("LOG_REQUESTS", default=False)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "workspace.logs.Lines", "as_json": not DEMO, "details": LOG_DETAILS}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
        "counted": {"class": "workspace.logs.Counted", "level": "WARNING"},
    },
    "root": {"handlers": ["stderr", "counted"], "level": LOG_LEVEL},
    "loggers": {
        # A refusal (403, 404) is an ordinary answer, not trouble to be looked into.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "workspace.tracing": {"level": "INFO"},
        # Where uvicorn serves: its own lines would show addresses.
        "uvicorn": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
