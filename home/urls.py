"""Lists for the whole site."""

from django.urls import path

from . import views

app_name = "home"
urlpatterns = [
    path("find/", views.find_place, name="find_place"),
    path("rules/", views.rule_list, name="rules"),
    path("consultations/", views.consultation_list, name="consultations"),
    path("households/", views.household_list, name="households"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
]
