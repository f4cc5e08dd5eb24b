"""Addresses of the frame itself."""

from django.urls import path

from finetune_portal import views

urlpatterns = [
    path("preferences/language/", views.set_language, name="set_language"),
    path("preferences/theme/", views.set_theme, name="set_theme"),
    path("healthz", views.health, name="health"),
]
