"""Addresses of the site. Wagtail's pages come last and take what is left."""

from django.conf import settings
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from safety import page_passwords
from safety.recordings import serve_document

urlpatterns = [
    path("admin/account/", include("safety.accounts.urls")),
    path("admin/", include(wagtailadmin_urls)),
    re_path(r"^documents/(\d+)/(.*)$", serve_document),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        page_passwords.authenticate_for_documents,
        name="wagtaildocs_authenticate_with_password",
    ),
    path("documents/", include(wagtaildocs_urls)),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        page_passwords.authenticate,
        name="wagtailcore_authenticate_with_password",
    ),
    path("search/", include("search.urls")),
    path("", include("editorial.urls")),
    path("privacy/", include("safety.removal.urls")),
    path("", include("villages.urls")),
    path("", include("home.urls")),
    path("", include("covenants.urls")),
]

if settings.DEBUG:
    urlpatterns += staticfiles_urlpatterns()
    # Sized pictures only: pages never link an original, and documents go through Wagtail's view,
    # which asks for the right to see them.
    urlpatterns += [
        re_path(
            r"^media/images/(?P<path>.*)$",
            serve,
            {"document_root": settings.MEDIA_ROOT / "images"},
        )
    ]

urlpatterns += [path("", include(wagtail_urls))]
