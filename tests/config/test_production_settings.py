"""Production refuses to start on missing or unsafe values, and says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "kq3v9w-8zp!2m5x7c1b4n6a0s9d8f7g6h5j4k3l2q1w0e9r8t7y6",
    "ALLOWED_HOSTS": "cunyue.example.org",
    "PUBLIC_BASE_URL": "https://cunyue.example.org",
    "TRUSTED_PROXIES": "1",
}


def start(tmp_path, **changes):
    environment = {**GOOD, "DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"], **changes}
    environment = {key: value for key, value in environment.items() if value is not None}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_good_values_pass_the_deployment_check(tmp_path):
    result = start(tmp_path)
    assert result.returncode == 0, result.stderr


def test_a_proxy_that_was_not_counted_is_warned_of(tmp_path):
    result = start(tmp_path, TRUSTED_PROXIES=None)
    assert "TRUSTED_PROXIES" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "0" * 60),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "*"),
        ("PUBLIC_BASE_URL", None),
        ("PUBLIC_BASE_URL", "http://cunyue.example.org"),
        ("DATA_DIR", None),
        ("DEBUG", "true"),
    ],
)
def test_missing_or_unsafe_values_stop_the_start(tmp_path, name, value):
    result = start(tmp_path, **{name: value})
    assert result.returncode != 0
    assert name in result.stderr
