"""Asks PyPI whether a locked version has a known vulnerability; part of `make lint`.

Exit 1 names package, version, advisory and the versions that mend it. Where the registry does not
answer (no network, a mirror without this service) one line says so and nothing fails. pip-audit
asks the same service, but fails without it and brings fourteen packages of its own.

`audit-ignored.toml` beside this file holds [[ignored]] tables with `id`, `package` and `reason`.
"""

import json
import os
import re
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
SERVICE = os.environ.get("AUDIT_SERVICE", "https://pypi.org/pypi")
SECONDS = 5
AT_ONCE = 8
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)


def pins(folder: Path) -> list[tuple[str, str]]:
    """(package, version) of every lock file in `folder`, once each."""
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("*.lock"))
    return sorted({pin for text in texts for pin in PIN.findall(text)})


def known_vulnerabilities(pin: tuple[str, str]) -> list[dict] | None:
    """PyPI's advisories for this version that were not withdrawn; None where it does not answer."""
    package, version = pin
    try:
        with urlopen(f"{SERVICE}/{package}/{version}/json", timeout=SECONDS) as answer:  # noqa: S310
            found = json.load(answer)["vulnerabilities"]
    except (URLError, OSError, ValueError, KeyError):
        return None
    return [advisory for advisory in found if not advisory.get("withdrawn")]


def ignored(path: Path) -> dict[tuple[str, str], str]:
    """(package, advisory) → reason. An entry without a reason is an error."""
    if not path.exists():
        return {}
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("ignored", [])
    for row in rows:
        if not row.get("reason", "").strip():
            sys.exit(f"{path.name}: {row.get('id')} needs a reason.")
    return {(row["package"], row["id"]): row["reason"] for row in rows}


def main(folder: Path = HERE) -> int:
    wanted, passed_over = pins(folder), ignored(folder / "audit-ignored.toml")
    # One question tells whether anybody answers; only then the others are asked.
    first = known_vulnerabilities(wanted[0])
    if first is None:
        print(f"Advisories not checked: {SERVICE} does not answer.")
        return 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [first, *pool.map(known_vulnerabilities, wanted[1:])]
    bad = 0
    for (package, version), advisories in zip(wanted, answers, strict=True):
        for advisory in advisories or ():
            names = {advisory["id"], *advisory.get("aliases", ())}
            if any((package, name) in passed_over for name in names):
                continue
            bad += 1
            mended = ", ".join(advisory.get("fixed_in", ())) or "no version yet"
            print(f"{package} {version}: {' '.join(sorted(names))}, mended in {mended}")
    silent = answers.count(None)
    if silent:
        print(f"Advisories not checked for {silent} of {len(wanted)} packages: no answer.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
