"""What `make lint` says of locked versions with known vulnerabilities, against a small registry."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

AUDIT = Path(__file__).resolve().parents[2] / "requirements" / "audit.py"
LOCK = "alpha==1.0 \\\n    --hash=sha256:00\nbeta==2.0 ; python_version < '4'\n"
ADVISORY = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fixed_in": ["2.1"], "withdrawn": None}


@pytest.fixture
def registry():
    """`registry(advisories by package)` → its address. A package left out is answered with 404."""
    servers = []

    def serve(answers):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                found = answers.get(self.path.split("/")[1])
                self.send_response(404 if found is None else 200)
                self.end_headers()
                self.wfile.write(json.dumps({"vulnerabilities": found}).encode())

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def audit(folder, service, ignored=""):
    (folder / "base.lock").write_text(LOCK)
    (folder / "audit-ignored.toml").write_text(ignored)
    return subprocess.run(
        [sys.executable, AUDIT, folder],
        env={"AUDIT_SERVICE": service},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_known_vulnerability_fails_and_is_named(tmp_path, registry):
    result = audit(tmp_path, registry({"alpha": [], "beta": [ADVISORY]}))
    assert result.returncode == 1
    assert "beta 2.0" in result.stdout and "2.1" in result.stdout
    assert "PYSEC-2026-1" in result.stdout and "CVE-2026-1" in result.stdout
    assert "alpha" not in result.stdout


def test_nothing_known_says_nothing(tmp_path, registry):
    withdrawn = ADVISORY | {"withdrawn": "2026-02-01T00:00:00Z"}
    result = audit(tmp_path, registry({"alpha": [], "beta": [withdrawn]}))
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize("service", ["http://127.0.0.1:9", None])
def test_a_registry_that_does_not_answer_is_told_in_one_line(tmp_path, registry, service):
    result = audit(tmp_path, service or registry({}))
    assert result.returncode == 0
    assert result.stdout.count("\n") == 1 and "not checked" in result.stdout


def test_a_part_that_was_not_answered_is_counted(tmp_path, registry):
    result = audit(tmp_path, registry({"alpha": []}))
    assert result.returncode == 0
    assert "1 of 2" in result.stdout


def test_an_advisory_is_passed_over_with_a_reason_only(tmp_path, registry):
    service = registry({"alpha": [], "beta": [ADVISORY]})
    entry = '[[ignored]]\npackage = "beta"\nid = "CVE-2026-1"\n'
    assert audit(tmp_path, service, entry).returncode == 1
    assert audit(tmp_path, service, entry + 'reason = "Not used here."\n').returncode == 0
