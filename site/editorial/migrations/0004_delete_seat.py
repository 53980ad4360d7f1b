from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("editorial", "0003_mandate")]

    operations = [migrations.DeleteModel(name="Seat")]
