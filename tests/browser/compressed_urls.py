"""The site's addresses with its static files behind the same middleware, so compressed."""

from django.contrib.staticfiles.views import serve
from django.urls import re_path

from config.urls import urlpatterns as site

urlpatterns = [re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}), *site]
