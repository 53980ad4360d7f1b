"""A PostgreSQL of one's own for a test: the server of DATABASE_URL, or a private cluster.

The cluster lives in a temporary folder, answers on a socket there only and belongs to an
unprivileged account, as `initdb` refuses the administrator.
"""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"
OWNER = "cunyue"
START_SECONDS = 60


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`: Debian's newest, else what the path has."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def server():
    """The address of a database to make test databases beside, as DATABASE_URL has it."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="cunyue-pg-", dir="/tmp"))
    account = {"user": UNPRIVILEGED, "extra_groups": []} if os.getuid() == 0 else {}
    if account:
        shutil.chown(folder, UNPRIVILEGED)
    data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "cwd": folder, **account}
    make = [programs() / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8"]
    subprocess.run([*make, "--locale=C.UTF-8", "--no-sync"], check=True, **quiet)
    options = [f"unix_socket_directories={folder}", "listen_addresses=", "fsync=off"]
    run = [programs() / "postgres", "-D", data, *(x for o in options for x in ("-c", o))]
    process = subprocess.Popen(run, stderr=subprocess.DEVNULL, **quiet)
    try:
        _wait_for(process, folder / ".s.PGSQL.5432")
        yield f"postgres://{OWNER}@/postgres?host={folder}"
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(process, socket: Path) -> None:
    for _ in range(START_SECONDS * 10):
        if socket.exists():
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL does not start")
