"""Lists for the whole site, situations (also below places) and comparisons."""

from django.urls import path, re_path

from . import finder, views
from .comparison import views as comparison
from .offline import views as offline
from .reading_settings import reading_settings
from .site_map import site_map
from .situations import views as situations
from .style_page import error_page, style_page

app_name = "home"
_PAGE = r"^(?P<path>(?:[^/]+/){1,12})"
urlpatterns = [
    path("find/", finder.find_place, name="find_place"),
    path("find/suggest/", finder.suggest_place, name="suggest_place"),
    path("my-village/", finder.keep_my_place, name="my_place"),
    path("rules/", views.rule_list, name="rules"),
    path("consultations/", views.consultation_list, name="consultations"),
    path("households/", views.household_list, name="households"),
    path("situations/", situations.situation_list, name="situations"),
    path("situations/<slug:slug>/", situations.situation, name="situation"),
    re_path(_PAGE + r"shiqing/$", situations.place_situations, name="place_situations"),
    re_path(
        _PAGE + r"shiqing/(?P<slug>[-\w]+)/$", situations.place_situation, name="place_situation"
    ),
    path("compare/", comparison.compare, name="compare"),
    path("compare/<slug:key>/", comparison.compare_matter, name="compare_matter"),
    path("site-map/", site_map, name="site_map"),
    path("reading-settings/", reading_settings, name="reading_settings"),
    path("style/", style_page, name="style"),
    path("style/<slug:name>/", error_page, name="style_error"),
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("my-village/keep.json", offline.keep_list, name="pages_to_keep"),
    path("offline/", offline.offline, name="offline"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
]
