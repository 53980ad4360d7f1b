"""modelsearch's ``BackendTests`` against our backend, with one name changed: its path."""

from django.test import TestCase
from modelsearch.tests.test_backends import BackendTests


class SearchBackendTests(BackendTests, TestCase):
    backend_path = "search.backend"
