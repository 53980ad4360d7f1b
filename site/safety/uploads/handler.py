"""Stands before every file input of the site: who sends how much.

The first of Django's upload handlers. It reads nothing; what a file is, `checks` finds out.
"""

import shutil

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from safety.models import UploadedBytes


class UploadRefused(SuspiciousOperation):
    """Files that are not taken at all; the message tells the person who sends them."""


def disk_has_room(size: int) -> bool:
    """Whether so many bytes leave free what must stay free on the disk of DATA_DIR."""
    return shutil.disk_usage(settings.DATA_DIR).free - size >= settings.UPLOAD_FREE_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Refuses files by person, size, day's allowance and free disk. Raises UploadRefused."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.files = 0
        self.request_length = content_length
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self._refuse_amount()

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files == 1:
            self._refuse_person()

    def _refuse_amount(self):
        most = settings.UPLOAD_REQUEST_BYTES
        try:
            view = resolve(self.request.path_info).view_name
        except Resolver404:
            view = ""
        most = settings.UPLOAD_REQUEST_BYTES_OF_VIEWS.get(view, most)
        if self.request_length > most:
            raise UploadRefused(
                _("一次上传的内容超过 %(n)d MB，没有接收。请分几次上传。") % {"n": most // 1024**2}
            )
        self._refuse_person()

    def _refuse_person(self):
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise UploadRefused(_("没有登录，不能上传文件。请先登录。"))
        if not disk_has_room(self.request_length):
            raise UploadRefused(_("服务器快没有地方放文件了，暂时不能上传。请告诉管理员。"))
        if not UploadedBytes.has_room(user, self.request_length):
            raise UploadRefused(
                _("您今天上传的文件已经到上限（%(n)d 个或 %(gb)d GB）。请明天再传，或请别人代传。")
                % {"n": settings.UPLOADS_PER_DAY, "gb": settings.UPLOAD_BYTES_PER_DAY // 1024**3}
            )

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None

    def upload_complete(self):
        if self.files:
            UploadedBytes.note(self.request.user, self.files, self.request_length)
