"""What tells a kept page or worker that it is out of date."""

import hashlib
from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static

from config.bundles import BUILDERS

WORKER = settings.ROOT / "static" / "worker" / "worker.js"
SHELL_FILES = ("css/site.css", "js/site.js", "js/kept.js", "icon.svg")


def stamp(*parts) -> str:
    """Twelve characters that change when a part does (by its `repr`)."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def site_version() -> str:
    """Changes with the style sheet and the scripts of public pages, and with the worker."""
    return _version_of_files() if settings.DEBUG else _remembered_version()


def _version_of_files() -> str:
    folder = settings.ROOT / "static"
    bundles = [build(folder) for build in BUILDERS.values()]
    alone = [(folder / "js" / "kept.js").read_bytes(), WORKER.read_bytes()]
    return stamp(*bundles, *alone, [static(name) for name in SHELL_FILES])


_remembered_version = lru_cache(maxsize=1)(_version_of_files)
