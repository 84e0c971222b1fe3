import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0005_merged_post'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchentry',
            name='topic',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.topic'),
        ),
        migrations.RunSQL(
            'UPDATE forum_searchentry SET topic_id = (SELECT topic_id FROM forum_post WHERE forum_post.id = post_id) WHERE post_id IS NOT NULL',
            migrations.RunSQL.noop,
        ),
    ]
