from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("covenants", "0013_letters_of_notices")]

    operations = [
        migrations.AddField(
            model_name="procedure",
            name="override_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
    ]
