"""Violations are facts: their table goes to the metrics room as it is, with its rows and rights."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def move_to(app_label):
    def move(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """The admin's log of who changed which violation names the model by its room."""
        content_type = apps.get_model("contenttypes", "ContentType")
        content_type.objects.filter(model="violation").update(app_label=app_label)

    return move


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("fees", "0002_marks"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("Violation", "metrics_violation")],
            state_operations=[migrations.DeleteModel("Violation")],
        ),
        migrations.RunPython(move_to("metrics"), move_to("fees")),
    ]
