"""Makes villager groups, and notes official numbers of groups, from a CSV file."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from villages.group_import import import_groups
from villages.management.table_command import TableCommand


class Command(TableCommand):
    help = (
        "Make villager groups from a CSV file: village (division code), number and/or name; or "
        "note a village's official number of groups: village, official_groups, counted_on. Safe "
        "to repeat; deletes nothing. Refused rows are reported by line; the exit code is 0 as "
        "long as the file could be read, 1 where nothing could be."
    )
    step = gettext_lazy("村（社区）")

    def read(self, content, **options):
        return import_groups(content, **options)

    def summary(self, report):
        lines = [_("试运行，没有改动。")] if report.dry_run else []
        return [
            *lines,
            _(
                "新增小组%(created)d；更名%(renamed)d；未变%(unchanged)d；"
                "更新小组数的村（社区）%(counted)d；拒收%(refused)d行。"
            )
            % {**report.as_dict(), "refused": len(report.problems)},
        ]
