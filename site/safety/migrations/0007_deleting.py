from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("safety", "0006_redaction"),
    ]

    operations = [
        migrations.RenameField("erasure", "made_at", "due_at"),
        migrations.AddField("erasure", "media", models.JSONField(default=dict)),
        migrations.AddField("erasure", "tags", models.JSONField(default=list)),
    ]
