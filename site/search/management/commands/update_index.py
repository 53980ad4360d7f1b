"""``manage.py update_index``: Wagtail's own, made safe beside writers."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from modelsearch.backends import get_search_backend
from modelsearch.management.commands.rebuild_modelsearch_index import DEFAULT_CHUNK_SIZE
from modelsearch.management.commands.rebuild_modelsearch_index import Command as UpdateIndex

from search import rebuild
from search.index import Defect, IndexBusy, IndexRefused


class Command(UpdateIndex):
    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="only where the index is missing, damaged, incomplete or of another version",
        )

    def handle(self, *, if_needed=False, **options):
        self.if_needed = if_needed
        super().handle(**options)

    def update_backend(self, backend_name, **options):
        """Rebuilds one index; whatever stops it leaves the one in use and no rubbish."""
        directory = getattr(get_search_backend(backend_name), "directory", None)
        if self.if_needed and (directory is None or directory.defect() is Defect.NONE):
            return
        try:
            super().update_backend(backend_name, **options)
        except IndexBusy as error:
            if self.if_needed:
                return
            raise CommandError(_("另一个进程正在重建检索目录，请等它完成。")) from error
        except IndexRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(_("检索目录写不进去：%s") % error) from error
        finally:
            rebuild.abandon_all()

    def queryset_chunks(self, qs, chunk_size=DEFAULT_CHUNK_SIZE):
        """Chunks by primary key: a row deleted meanwhile makes none be passed over."""
        qs = qs.order_by("pk")
        chunk = list(qs[:chunk_size])
        while chunk:
            yield chunk
            chunk = list(qs.filter(pk__gt=chunk[-1].pk)[:chunk_size])
