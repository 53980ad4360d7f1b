"""The doors to what is no page: pictures, documents, originals, batches, followings."""

import io
from functools import partial

from django.urls import reverse
from PIL import Image as Picture

from covenants.models import ImportRow

from .doors import MISSING, Way, door, list_door, number_door, query_door


class Upload:
    """A file that each request sends anew; `name` says which kind."""

    def __init__(self, name, content_type, content):
        self.name, self.content_type, self.content = name, content_type, content

    def read(self):
        return self.content


def a_picture():
    drawn = io.BytesIO()
    Picture.new("RGB", (12, 9), "teal").save(drawn, "PNG")
    return Upload("huodong.png", "image/png", drawn.getvalue())


UPLOADS = {"picture": a_picture(), "document": Upload("jilu.txt", "text/plain", "会议".encode())}


def media_form(word, file=None):
    def form(world, thing):
        known = {"title": f"新的{word}", "collection": thing.media.collection_id, "tags": ""}
        return known | ({"file": file} if file else {})

    return form


def in_collection(world, thing):
    return type(thing.media).objects.filter(collection=thing.media.collection_id).count()


def media_row(world, thing):
    return type(thing.media).objects.filter(pk=thing.media.pk).values_list("title").first()


for word, prefix, argument, usage in (
    ("picture", "wagtailimages", "image_id", "image_usage"),
    ("document", "wagtaildocs", "document_id", "document_usage"),
):
    number = lambda thing: thing.media.pk  # noqa: E731
    media_door = partial(number_door, number=number, argument=argument)
    media_door(f"{word} edit", f"{prefix}:edit")
    media_door(f"{word} usage", f"{prefix}:{usage}")
    media_door(f"{word} delete question", f"{prefix}:delete")
    media_door(f"{word} delete", f"{prefix}:delete", "post", effect=media_row)
    media_door(f"{word} save", f"{prefix}:edit", "post", data=media_form(word), effect=media_row)
    query_door(
        f"{word} upload",
        f"{prefix}:add",
        "",
        "post",
        number=number,
        data=media_form(word, UPLOADS[word]),
        effect=in_collection,
    )
    media_door(f"{word} chosen", f"{prefix}_chooser:chosen", argument="pk")
    query_door(f"{word}s chosen", f"{prefix}_chooser:chosen_multiple", "?id={pk}", number=number)
    list_door(f"{word}s", f"{prefix}:index")
    list_door(f"{word} rows", f"{prefix}:index_results", "?q={ask}")
    list_door(f"{word} chooser", f"{prefix}_chooser:choose")
    list_door(f"{word} chooser rows", f"{prefix}_chooser:choose_results", "?q={ask}")
    api = "images" if word == "picture" else "documents"
    list_door(f"{word} API", f"wagtailadmin_api:{api}:listing", "?limit=20")
    number_door(f"{word} API detail", f"wagtailadmin_api:{api}:detail", number=number)
    query_door(
        f"bulk {word}s",
        "wagtail_bulk_action",
        "?id={pk}",
        "post",
        number=number,
        app_label=prefix,
        model_name=lambda world, thing: type(thing.media)._meta.model_name,
        action="delete",
        effect=media_row,
        data=lambda world, thing: {},
    )

number_door(
    "picture format", "wagtailimages_chooser:select_format", number=number, argument="image_id"
)
number_door("picture url", "wagtailimages:url_generator", number=number, argument="image_id")
number_door(
    "picture sized url",
    "wagtailimages:url_generator_output",
    number=number,
    argument="image_id",
)
number_door(
    "picture preview",
    "wagtailimages:preview",
    number=number,
    argument="image_id",
    filter_spec="width-20",
)


@door("document file", "wagtaildocs_serve", r"^documents/(*")
def document_file(world, thing):
    own = f"/documents/{thing.media.pk}/{thing.media.filename}"
    return Way(own, f"/documents/{MISSING}/{thing.media.filename}", own=(thing.media.pk,))


source_door = partial(number_door, number=lambda thing: thing.source.pk, argument="source_id")
source_door("original file", "covenants_original")
source_door("original desk", "covenants_review_upload")
source_door("original documents", "covenants_documents")
source_door(
    "original desk act",
    "covenants_desk_act",
    "post",
    data=lambda world, thing: {"do": "take", "unit": "1", "version": "0"},
)
number_door("scan", "covenants_scan", number=lambda thing: thing.scan.pk, argument="scan_id")
list_door("handed in", "covenants_handed_in")

batch_door = partial(number_door, number=lambda thing: thing.batch.pk, argument="batch_id")
batch_door("batch report", "covenants_batch")
batch_door("batch sheet", "covenants_batch_sheet")
batch_door("batch start", "covenants_batch_start", "post")
batch_door("batch revoke", "covenants_batch_revoke", "post")
batch_door(
    "batch row",
    "covenants_batch_row",
    "post",
    row_id=lambda world, thing: thing.row.pk,
    data=lambda world, thing: {"state": ImportRow.LEFT_OUT},
)
list_door("batches", "covenants_batches")

number_door(
    "following batch",
    "covenants_following_batch",
    number=lambda thing: thing.followings.pk,
    argument="followings_id",
)

number_door("removal request", "editorial_removal_request", number=lambda thing: thing.request.pk)
list_door("removal inbox", "editorial_removal_inbox")


@door("tag", "wagtailadmin_tag_autocomplete", "wagtailadmin_tag_model_autocomplete")
def tag(world, thing):
    address = reverse("wagtailadmin_tag_autocomplete")
    return [Way(f"{address}?term={thing.tag[:-1]}", word=f'"{thing.tag}"')]


number_door(
    "lift withdrawal",
    "editorial_lift_withdrawal",
    "post",
    number=lambda thing: thing.withdrawal.pk,
    effect=lambda world, thing: type(thing.withdrawal).objects.get().lifted_at,
)
person_door = partial(number_door, number=lambda thing: thing.person.pk, argument="user_id")
person_door("person", "editorial_recovery_person")
person_door(
    "new password", "editorial_recovery_person", "post", data=lambda *_: {"step": "password"}
)
