"""Other words by which files call a store."""

import django.db.models.deletion
from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('stores', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoreAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name in files')),
                ('key', models.CharField(editable=False, max_length=240)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='stores.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'store alias',
                'verbose_name_plural': 'store aliases',
                'constraints': [models.UniqueConstraint(fields=('key',), name='store_alias_once')],
            },
        ),
    ]
