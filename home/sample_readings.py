"""The sample's recordings and versions in other languages; loaded and removed with the sample."""

import tomllib
from pathlib import Path

from django.core.files import File
from django.core.files.images import ImageFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale

from covenants.models import CovenantPage
from villages.models import VillagePage

FOLDER = Path(__file__).resolve().parent / "sample"
COLLECTION = "示例录音"


def load_readings() -> int:
    """Put recordings and languages beside their covenants where there are none; how many pages."""
    rows = tomllib.loads((FOLDER / "readings.toml").read_text(encoding="utf-8"))
    codes = {row["village"] for kind in ("recording", "version") for row in rows[kind]}
    done = 0
    for code in sorted(codes):
        page = CovenantPage.objects.child_of(VillagePage.objects.get(code=code)).first()
        if page is None or page.renderings():
            continue
        for row in rows["recording"]:
            if row["village"] == code:
                values = {k: v for k, v in row.items() if k not in ("village", "file")}
                page.recordings.create(document=_sound(row["file"]), **values)
        for row in rows["version"]:
            if row["village"] == code:
                page.language_versions.create(**_version(row))
        page.save_revision().publish()
        done += 1
    return done


def remove_readings() -> None:
    """Delete the files; the rows go with their pages."""
    for collection in Collection.objects.filter(name=COLLECTION):
        for model in (get_document_model(), get_image_model()):
            for item in model.objects.filter(collection=collection):
                item.delete()
        collection.delete()


def _version(row) -> dict:
    values = {k: v for k, v in row.items() if k in ("title", "made_by", "edition_number")}
    values |= {name: row.get(name, "").strip() for name in ("text", "picture_text")}
    values["language"] = Locale.objects.get(language_code=row["language"])
    if row.get("picture"):
        values["picture"] = _picture(row["picture"])
    if row.get("recording"):
        values["recording"] = _sound(row["recording"])
    return values


def _collection():
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name=COLLECTION).first()
    return found or root.add_child(name=COLLECTION)


def _sound(name):
    documents, collection = get_document_model().objects, _collection()
    found = documents.filter(collection=collection, title=name).first()
    if found is None:
        with (FOLDER / "recordings" / name).open("rb") as handle:
            found = documents.create(title=name, collection=collection, file=File(handle, name))
    return found


def _picture(name):
    images, collection = get_image_model().objects, _collection()
    found = images.filter(collection=collection, title=name).first()
    if found is None:
        with (FOLDER / "photos" / name).open("rb") as handle:
            found = images.create(title=name, collection=collection, file=ImageFile(handle, name))
    return found
