"""The one style sheet and the one script of public pages, put together from the files in static/.

A telephone on a weak network pays for every request, so pages link `css/site.css` and `js/site.js`
alone. Where a new file belongs: name it in STYLES or SCRIPTS below; order matters for styles only.
The bundles are found like any other static file: by `runserver`, by tests and by `collectstatic`,
which names them by their content in production. Never edit a bundle.
"""

import os
import tempfile
from pathlib import Path

import rcssmin
import rjsmin
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STYLES = (
    "tokens",
    "base",
    "components",
    "states",
    "forms",
    "pages",
    "reading",
    "search",
    "diff",
    "limits",
    "beside",
    "finder",
    "situations",
    "offline",
    "print",
)
SCRIPTS = (
    "offline",
    "preferences",
    "suggest",
    "waiting",
    "unfold",
    "read",
    "copy",
    "terms",
)
STYLE_SHEET = "css/site.css"
SCRIPT = "js/site.js"


def build_style_sheet(folder):
    """All STYLES below `folder`/css in their order, without comments and blanks."""
    sheets = [_read(folder / "css" / f"{name}.css") for name in STYLES]
    return rcssmin.cssmin("\n".join(sheets), keep_bang_comments=False) + "\n"


def build_script(folder):
    """All SCRIPTS below `folder`/js, each in a block of its own so that no name meets another."""
    scripts = [_read(folder / "js" / f"{name}.js") for name in SCRIPTS]
    return "\n".join(f"{{{rjsmin.jsmin(script)}}}" for script in scripts) + "\n"


def _read(path):
    return path.read_text(encoding="utf-8")


BUILDERS = {STYLE_SHEET: build_style_sheet, SCRIPT: build_script}


class BundleFinder(BaseFinder):
    """Finds the bundles, written anew below BUNDLE_ROOT whenever their content has changed."""

    def find(self, path, find_all=False, **kwargs):
        # Django 5.2 renames `all` to `find_all` and passes whichever its caller gave.
        wanted_all = kwargs.get("all", find_all)
        if path not in BUILDERS:
            return []
        found = str(write_bundle(path))
        return [found] if wanted_all else found

    def list(self, ignore_patterns):
        storage = FileSystemStorage(location=settings.BUNDLE_ROOT)
        for path in BUILDERS:
            write_bundle(path)
            yield path, storage


def write_bundle(path):
    """Build one bundle and return where it lies. Several processes may do so at once."""
    content = BUILDERS[path](settings.ROOT / "static").encode()
    target = Path(settings.BUNDLE_ROOT) / path
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).chmod(0o644)
        Path(draft).replace(target)
    return target
