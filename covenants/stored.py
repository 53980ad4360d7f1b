"""Stored files follow their rows: gone when the transaction fails, gone when the row goes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models, transaction


@contextmanager
def undone_on_failure() -> Iterator[list]:
    """A list for stored files (FieldFile); those in it are deleted when the block raises.

    Goes around the transaction, so that a commit that fails counts as well.
    """
    written: list = []
    try:
        yield written
    except BaseException:
        for file in written:
            file.storage.delete(file.name)
        raise


def delete_files(sender, instance, **kwargs) -> None:
    """Receiver of `post_delete`: the row's files go once the deletion is committed.

    However a row is deleted (with its page, with its village, by a query), Django sends this.
    """
    for field in sender._meta.concrete_fields:
        if isinstance(field, models.FileField) and (file := getattr(instance, field.name)):
            transaction.on_commit(lambda file=file: file.storage.delete(file.name), robust=True)
