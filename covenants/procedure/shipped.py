"""The figures and profiles as shipped (`shipped.toml`); administrators change them in tables."""

import tomllib
from pathlib import Path

_FILE = Path(__file__).with_name("shipped.toml")


def shipped() -> dict:
    """{"figures": [row, …], "profiles": [{…, "stages": […], "meetings": […]}, …]}."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
