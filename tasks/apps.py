"""Installs the wiring table when Django starts: in web, worker and commands alike."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from core.outbox.services import subscribe  # noqa: PLC0415 - models must be loaded first
        from tasks.doorbell import announce  # noqa: PLC0415
        from tasks.wiring import WIRING  # noqa: PLC0415

        subscribe(WIRING, bell=announce)
