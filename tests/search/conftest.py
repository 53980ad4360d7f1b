"""An index of its own for every test that asks for one."""

import pytest
from modelsearch.backends import get_search_backend


@pytest.fixture
def backend(tmp_path, settings):
    """The configured backend on an empty folder."""
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}
    }
    return get_search_backend("default")
