"""Settings shared by development, tests and production. Nothing secret stands here."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[3]
SITE = ROOT / "site"

env = environ.Env()

DATA_DIR = Path(env("DATA_DIR", default=str(ROOT / "var")))
PUBLIC_BASE_URL = (env("PUBLIC_BASE_URL", default="") or "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])

INSTALLED_APPS = [
    "home",
    "consultations",
    "covenants",
    "villages",
    "editorial",
    "search",
    "safety",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "safety.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "safety.delivery.TextGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "safety.delivery.PageCacheMiddleware",
    "home.offline.marking.KeepablePagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "home.preferences.InterfaceLanguageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "safety.accounts.gate.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "safety.rate_limits.UploadLimitMiddleware",
    "safety.incoming.IncomingMiddleware",
    "editorial.guard.DraftGuard",
    "safety.withdrawal.middleware.GoneMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "home.preferences.preferences",
                "safety.addresses.site_address",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'cunyue.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock when a transaction
    # begins, so that two editors wait for each other instead of failing half-way. What is deleted
    # is written over, so that a withdrawn text is not to be read out of the file's free pages.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=30000; "
            "PRAGMA secure_delete=ON;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    # Django's 300 would drop the counters of searches as soon as a village is awake.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 10_000)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "safety.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "editorial.backends.MandateBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Wrong passwords: so many by one client for one user, and by one client in all, lock it until it
# was quiet for this long. Behind one address may stand a whole county, hence the second number.
AXES_HANDLER = "safety.accounts.attempts.AttemptsHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES", default=5)
SIGN_IN_FAILURES_PER_CLIENT = env.int("SIGN_IN_FAILURES_PER_CLIENT", default=50)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCK_MINUTES", default=15))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "safety.accounts.attempts.address_of"
AXES_WHITELIST_CALLABLE = "safety.accounts.known_browsers.is_known"
AXES_LOCKOUT_CALLABLE = "safety.accounts.attempts.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
# The Cybersecurity Law (art. 21 of 2016) wants logs kept for six months at least.
SIGN_IN_LOG_DAYS = env.int("SIGN_IN_LOG_DAYS", default=190)

# Whether those who publish or administer must show a code from their phone when they sign in.
TWO_FACTOR_REQUIRED = env.bool("TWO_FACTOR_REQUIRED", default=True)
OTP_TOTP_ISSUER = "村约"

SESSION_ENGINE = "safety.accounts.sessions"
# Seconds after signing in, and after the last use, when a session ends.
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=7 * 24) * 3600
SESSION_IDLE_AGE = env.int("SESSION_IDLE_HOURS", default=12) * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
# How long a link that lets somebody choose a new password works.
PASSWORD_RESET_TIMEOUT = 24 * 3600

LANGUAGE_CODE = "zh-hans"
# The interface speaks the first two. Content may be in all: Wagtail wants them in one list.
LANGUAGES = [
    ("zh-hans", _("简体中文")),
    ("en", "English"),
    ("ii", _("彝语")),
    ("lis", _("傈僳语")),
    ("hmn", _("苗语")),
]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [SITE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "config.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# Where the bundles of static files are put together before they are served or collected.
BUNDLE_ROOT = DATA_DIR / "bundles"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Originals of uploads: never below MEDIA_ROOT, so that no web server hands them out.
PRIVATE_ROOT = DATA_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "safety.uploads.handler.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Bytes of one request with files. The desk takes a text and ten scans; a county's zip is larger.
UPLOAD_REQUEST_BYTES = 250 * 1024 * 1024
UPLOAD_REQUEST_BYTES_OF_VIEWS = {"covenants_batches": 1100 * 1024 * 1024}
# What one person may send in a day, and what must stay free on the disk of DATA_DIR.
UPLOADS_PER_DAY = env.int("UPLOADS_PER_DAY", default=1000)
UPLOAD_BYTES_PER_DAY = env.int("UPLOAD_BYTES_PER_DAY", default=5 * 1024**3)
UPLOAD_FREE_BYTES = env.int("UPLOAD_FREE_BYTES", default=1024**3)

# Mail is written to the log until a server is named, as smtp+tls://user:password@host:587.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="cunyue@localhost")
# Seconds: whoever pressed a button waits no longer than this for a mail server that is silent.
EMAIL_TIMEOUT = 10
# For how long an invitation to an account can be used.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)
# How notices reach people: classes with the `send` of editorial.notices.Sender.
NOTICE_SENDERS = ["editorial.inbox.SiteSender", "editorial.notices.MailSender"]
# For how many days people find a notice in the list on the site.
NOTICES_KEPT_DAYS = env.int("NOTICES_KEPT_DAYS", default=90)
# From which hour on, local time, those who want one mail a day get it.
DIGEST_HOUR = env.int("DIGEST_HOUR", default=7)

WAGTAIL_SITE_NAME = "村约"
WAGTAILADMIN_BASE_URL = PUBLIC_BASE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "editorial.finishing.publish_text"
# Turning a typed address into a page link would answer with the title of a neighbour's draft.
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "none"
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_USER_LOGIN_FORM = "safety.accounts.forms.SignInForm"
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 10
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# No archives: nobody could say what readers find in them.
WAGTAILDOCS_EXTENSIONS = ["docx", "pdf", "xlsx", "txt", "mp3", "m4a", "ogg", "wav"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "safety.uploads.forms.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "safety.uploads.forms.ImageForm"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "gif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
# Small on a weak line; grain and fine print of a photograph count for less.
WAGTAILIMAGES_AVIF_QUALITY = 50
WAGTAILIMAGES_WEBP_QUALITY = 72
WAGTAILIMAGES_JPEG_QUALITY = 74
TAGGIT_CASE_INSENSITIVE = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]

WAGTAILSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "search.backend",
        "PATH": env("SEARCH_INDEX_DIR", default=str(DATA_DIR / "index")),
    },
}

# How often one client may ask, as (requests, seconds); 0 requests for no bound. Many residents
# share one address of a mobile network, so the bounds are for scripts, not for people.
RATE_LIMITS = {
    "search": (env.int("SEARCHES_PER_MINUTE", default=120), 60),
    "suggest": (env.int("SUGGESTIONS_PER_MINUTE", default=600), 60),
    "compare": (env.int("COMPARISONS_PER_MINUTE", default=120), 60),
    # One text as a file; all texts of a place in an archive.
    "export": (env.int("EXPORTS_PER_MINUTE", default=120), 60),
    "archive": (env.int("ARCHIVES_PER_HOUR", default=60), 3600),
    # Forms that anybody may send.
    "request": (env.int("PUBLIC_FORMS_PER_HOUR", default=20), 3600),
    # Passwords tried where one is signed in already; by a browser that signed in before; links
    # for a new password.
    "password": (10, 900),
    "known_browser": (10, 900),
    "password_link": (30, 900),
    # Passwords of single pages, and of collections of documents.
    "page_password": (30, 900),
    # Links that let somebody into a new account.
    "invitation": (env.int("INVITATIONS_PER_HOUR", default=300), 3600),
    # Requests with files in them, of one user.
    "upload": (env.int("UPLOADS_PER_HOUR", default=600), 3600),
}
# How long the numbers of villages on /compare/ may be old, in seconds.
COMPARISON_COUNTS_KEPT = 600
# Proxies of ours in front of the site: so many entries at the end of X-Forwarded-For are true.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# How many old Word files LibreOffice converts at once on this machine, in all processes together,
# and how many seconds an upload waits for its turn.
CONVERSIONS_AT_ONCE = max(
    1, env.int("CONVERSIONS_AT_ONCE", default=(os.cpu_count() or 1) // 2 or 1)
)
CONVERSION_WAIT = 20

# Content marked 示例 (two fictional counties) is shown only where this is on.
CUNYUE_SAMPLE = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
}
# Wagtail's admin writes scripts of its own into its pages (dates, choosers, rows to add) and inline
# styles, but no event handlers: those, which an injected tag would bring, run nowhere.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "script-src-attr": ["'none'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "media-src": ["'self'", "blob:"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "frame-src": ["'self'"],
    "object-src": ["'none'"],
    "form-action": ["'self'"],
    "base-uri": ["'self'"],
    "frame-ancestors": ["'self'"],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CROSS_ORIGIN_RESOURCE_POLICY = "same-origin"
# Pages ask for nothing but the clipboard (an article copied with its address) and sharing it.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
X_FRAME_OPTIONS = "SAMEORIGIN"
# Wagtail's preview shows pages of this site in a frame of this site, and safety.headers does what
# XFrameOptionsMiddleware would do.
SILENCED_SYSTEM_CHECKS = ["security.W002", "security.W019"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
