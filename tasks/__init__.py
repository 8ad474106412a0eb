"""WHEN: the Celery app, the wiring of events to tasks, the schedule, and thin tasks."""
