"""Violations come from the fees room; their table is there already (fees/0003)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fees", "0003_violations_move_out"),
        ("metrics", "0002_room_for_corrections"),
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Violation",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("occurred_on", models.DateField(verbose_name="date")),
                        ("points", models.DecimalField(decimal_places=1, max_digits=5, verbose_name="points")),
                        ("severity", models.CharField(choices=[("general", "general (A)"), ("severe", "severe (B)"), ("counterfeit", "counterfeit (C)")], default="general", max_length=12, verbose_name="severity")),
                        ("topic", models.CharField(blank=True, choices=[("", "other"), ("fake_trading", "fake trading"), ("rights_misuse", "misuse of others' rights"), ("data_security", "data security")], default="", max_length=20, verbose_name="topic")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        ("withdrawn", models.BooleanField(default=False, verbose_name="withdrawn on appeal")),
                        ("store", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="violations", to="stores.store", verbose_name="store")),
                    ],
                    options={
                        "verbose_name": "violation",
                        "verbose_name_plural": "violations",
                    },
                ),
                migrations.AddConstraint(
                    model_name="violation",
                    constraint=models.CheckConstraint(condition=models.Q(("points__gte", 0)), name="violation_points_not_negative"),
                ),
            ],
        ),
    ]
