"""The demo agency's commands."""

from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    name = "assessments.showcase"
