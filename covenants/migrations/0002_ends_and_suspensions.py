from django.db import migrations, models


class Migration(migrations.Migration):
    """Why an edition ended, how long and why an article is suspended."""

    dependencies = [("covenants", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="ended_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="终止的缘由"),
        ),
        migrations.AddField(
            model_name="provision",
            name="suspended_until",
            field=models.DateField(blank=True, null=True, verbose_name="恢复适用自"),
        ),
        migrations.AddField(
            model_name="provision",
            name="suspended_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="暂停适用的缘由"),
        ),
    ]
