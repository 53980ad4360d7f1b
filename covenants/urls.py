"""Files to download, below the pages of rules and places."""

from django.urls import re_path

from covenants.export import views

app_name = "covenants"
_PAGE = r"^(?P<path>(?:[^/]+/){1,12})"
urlpatterns = [
    re_path(_PAGE + r"(?P<format_name>docx|txt|json)/$", views.rule_file, name="rule_file"),
    re_path(_PAGE + r"zip/$", views.place_zip, name="place_zip"),
]
