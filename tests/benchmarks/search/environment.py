"""Where the benchmark's processes find the site, on a scratch folder of their own."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

sys.path[:0] = [str(path) for path in (ROOT / "site", ROOT) if str(path) not in sys.path]


def prepare_site(data_dir: Path) -> None:
    """Sets Django up with its data in a folder; opens no database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ["DATA_DIR"] = str(data_dir)
    os.environ["DEBUG"] = "false"
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
