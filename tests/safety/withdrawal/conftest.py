"""Folders of their own for files, index and the list of withdrawals."""

import pytest
from django.core.files.storage import storages

from safety.withdrawal.withdrawing import withdraw


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}
    }
    private = storages["private"]
    before = private._location
    private._location = str(settings.PRIVATE_ROOT)
    for name in ("base_location", "location"):
        private.__dict__.pop(name, None)
    yield tmp_path
    private._location = before
    for name in ("base_location", "location"):
        private.__dict__.pop(name, None)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A context in which what is to follow the commit follows."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def take_down(committed):
    """`withdraw`, with what follows the commit."""

    def withdrawn(page, **arguments):
        with committed():
            return withdraw(page, reason="本人要求删除。", **arguments)

    return withdrawn
