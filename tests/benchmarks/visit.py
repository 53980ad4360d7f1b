"""What a first visit to every kind of page costs, and how long it takes on a slow line.

    DATA_DIR=var .venv/bin/python tests/benchmarks/visit.py

Serves the content of DATA_DIR with gunicorn as in production (sample content included), opens each
page in Chromium with an empty store, once on a fast line for bytes, requests and layout shift, once
at 50 kB/s with 300 ms of delay for times, and prints a table in Markdown.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "tests.benchmarks.visit_settings"
HEAD = (
    "| page | HTML | HTML, CSS, JS | requests | first text | largest part | shift |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def environment(folder):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "site")])
    data = str(Path(os.environ.get("DATA_DIR", ROOT / "var")).resolve())
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PYTHONPATH": paths,
        "DATA_DIR": data,
        "VISIT_STATIC_ROOT": str(folder),
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(folder):
    """The site's address while gunicorn serves it."""
    surroundings = environment(folder)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=surroundings, check=True)  # noqa: S603
    port = free_port()
    serve = [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "4"]
    serve += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", "config.wsgi"]
    process = subprocess.Popen(serve, cwd=ROOT, env=surroundings)  # noqa: S603
    url = f"http://localhost:{port}"
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(url):
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{url}/offline/")  # noqa: S310
        except urllib.error.URLError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The site did not start.")


def row(driver, url, kind, address):
    from tests.visits import SLOW_LINE, first_visit

    first_visit(driver, url + address)
    size = first_visit(driver, url + address)
    slow = first_visit(driver, url + address, SLOW_LINE)
    cells = [
        kind,
        f"{size.page / 1024:.1f} KB",
        f"{size.bytes / 1024:.1f} KB",
        str(size.requests),
        f"{slow.first / 1000:.1f} s",
        f"{slow.largest / 1000:.1f} s",
        f"{max(size.shift, slow.shift):.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def main():
    with tempfile.TemporaryDirectory(prefix="cunyue-visit-") as folder:
        os.environ.update(environment(folder))
        sys.path[:0] = [str(ROOT), str(ROOT / "site")]
        import django

        django.setup()
        from tests.browser.conftest import telephone
        from tests.visits import kinds_of_pages

        wanted = sys.argv[1:]
        kinds = {k: a for k, a in kinds_of_pages().items() if not wanted or k in wanted}
        with served(folder) as url, telephone() as driver:
            print("\n".join(HEAD))
            for kind, address in kinds.items():
                print(row(driver, url, kind, address), flush=True)


if __name__ == "__main__":
    if not shutil.which("chromium"):
        raise SystemExit("chromium is not installed; see .ci/system-packages")
    main()
