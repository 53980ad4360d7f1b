"""The same village as for situations."""

from tests.home.situations.conftest import home, township, village  # noqa: F401
