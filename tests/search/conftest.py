"""An index of its own for every test that asks for one."""

import pytest
from django.core.cache import cache
from modelsearch.backends import get_search_backend

from tests.search import processes


@pytest.fixture(autouse=True)
def empty_cache():
    """A test that rolls back takes its synonyms along; the cache would keep them."""
    cache.clear()


@pytest.fixture
def backend(tmp_path, settings):
    """The configured backend on an empty folder."""
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}
    }
    return get_search_backend("default")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A database on disk with all tables, copied for each test."""
    scratch = tmp_path_factory.mktemp("migrated")
    processes.run(
        scratch,
        "from django.core.management import call_command; call_command('migrate', verbosity=0)",
    )
    return scratch / "db.sqlite3"


@pytest.fixture
def scratch(tmp_path, migrated):
    (tmp_path / "db.sqlite3").write_bytes(migrated.read_bytes())
    return tmp_path
