"""Where figures came from, and imports that were taken back."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0009_what_an_import_leaves"),
        ("stores", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="storedaychange",
            name="act",
            field=models.CharField(choices=[("replaced", "replaced by a file"), ("undone", "changed back"), ("removed", "vanished")], db_default="replaced", default="replaced", max_length=8),
        ),
        migrations.CreateModel(
            name="ImportSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sheet", models.CharField(blank=True, max_length=120, verbose_name="sheet")),
                ("metrics", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None, verbose_name="metrics given")),
                ("headings", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=140), default=list, size=None, verbose_name="headings")),
                ("written_at", models.DateTimeField(db_index=True, verbose_name="figures written at")),
                ("upload", models.ForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="sources", to="metrics.import", verbose_name="import")),
            ],
            options={
                "verbose_name": "source of figures",
                "verbose_name_plural": "sources of figures",
            },
        ),
        migrations.CreateModel(
            name="SourceDays",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), size=None, verbose_name="days")),
                ("rows", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None, verbose_name="row numbers")),
                ("until_rows", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ("source", models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name="days", to="metrics.importsource", verbose_name="sheet")),
                ("store", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stores.store", verbose_name="store")),
            ],
            options={
                "verbose_name": "figures' origin",
                "verbose_name_plural": "figures' origins",
            },
        ),
        migrations.CreateModel(
            name="Reversal",
            fields=[
                ("upload", models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name="reversal", serialize=False, to="metrics.import")),
                ("reverted_at", models.DateTimeField(db_index=True, verbose_name="taken back at")),
                ("store_days", models.PositiveIntegerField(verbose_name="store-days")),
                ("removed", models.PositiveIntegerField(verbose_name="vanished")),
                ("changed", models.PositiveIntegerField(verbose_name="changed back")),
                ("unchanged", models.PositiveIntegerField(verbose_name="as they were")),
                ("kept_newer", models.PositiveIntegerField(verbose_name="values of later imports kept")),
                ("stores", models.PositiveIntegerField(verbose_name="stores touched")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="taken back by")),
            ],
            options={
                "verbose_name": "import taken back",
                "verbose_name_plural": "imports taken back",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("store_days", django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F("removed"), "+", models.F("changed")), "+", models.F("unchanged")))),
                        name="reversal_counts_add_up",
                    ),
                ],
            },
        ),
    ]
