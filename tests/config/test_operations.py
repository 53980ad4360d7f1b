"""What whoever runs the site has to know stands in `docs/operations.md`."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.ROOT
OWN = ("home", "consultations", "covenants", "villages", "search", "editorial", "safety")
NOT_FOR_OPERATORS = {"DEBUG", "TEST_DATABASE_FILE"}
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def variables():
    """Names of the environment that the settings read."""
    files = (ROOT / "site" / "config" / "settings").glob("*.py")
    texts = [file.read_text(encoding="utf-8") for file in files]
    named = re.compile(r'env(?:iron)?(?:\.\w+)?[\[(]\s*"([A-Z_]+)"')
    return {name for text in texts for name in named.findall(text)} - NOT_FOR_OPERATORS


@pytest.mark.parametrize("name", sorted(n for n, app in get_commands().items() if app in OWN))
def test_every_command_is_told(name):
    assert f"`{name}" in TEXT or f"manage.py {name}" in TEXT


def test_every_variable_is_told():
    assert len(variables()) > 20
    assert sorted(name for name in variables() if f"`{name}`" not in TEXT) == []
