"""Files to download, below the pages of rules and places; the form for opinions."""

from django.urls import path, re_path

from covenants.export import views
from covenants.opinion_form import opinions

app_name = "covenants"
_PAGE = r"^(?P<path>(?:[^/]+/){1,12})"
urlpatterns = [
    path("opinions/<int:procedure_id>/", opinions, name="opinions"),
    re_path(_PAGE + r"(?P<format_name>docx|txt|json)/$", views.rule_file, name="rule_file"),
    re_path(_PAGE + r"zip/$", views.place_zip, name="place_zip"),
]
