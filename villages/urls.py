"""Permanent short addresses."""

from django.urls import path

from . import views

app_name = "villages"
urlpatterns = [
    path("v/<str:code>/", views.by_code, name="by_code"),
]
