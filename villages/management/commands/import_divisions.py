"""Makes or updates the area tree from a table of administrative divisions."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from villages.csv_table import UnreadableTable
from villages.division_import import NoHomePage, Report, import_divisions
from villages.management.table_command import TableCommand


class Command(TableCommand):
    help = (
        "Make or update county, township and village pages from a CSV file (columns code, name, "
        "parent, level; UTF-8, UTF-16 or GB18030). Safe to repeat and to interrupt. Renamed and "
        "recoded places keep their page, vanished places are reported, never deleted. Rows that "
        "are refused are reported by line; the exit code is 0 as long as the file could be read, "
        "1 where nothing could be."
    )
    step = gettext_lazy("乡镇")
    refused = (UnreadableTable, NoHomePage)

    def read(self, content, **options) -> Report:
        return import_divisions(content, today=timezone.localdate(), **options)

    def summary(self, report):
        lines = []
        for title, entries in (
            (_("更名"), report.renamed),
            (_("变更代码"), report.recoded),
            (_("调整隶属"), report.moved),
        ):
            lines += [
                f"{title}:{entry['name']} {entry['old']} → {entry['new']}" for entry in entries
            ]
        lines += [_("表中已无（未删除）：%(area)s %(code)s") % place for place in report.vanished]
        lines += report.notes
        if report.dry_run:
            lines.append(_("试运行，没有改动。"))
        counts = {
            **report.created,
            "same": report.unchanged,
            "renamed": len(report.renamed),
            "recoded": len(report.recoded),
            "moved": len(report.moved),
            "gone": len(report.vanished),
            "refused": len(report.problems),
        }
        return [
            *lines,
            _(
                "新增：县（市）%(county)d，乡镇%(township)d，村（社区）%(village)d；未变%(same)d；"
                "更名%(renamed)d；变更代码%(recoded)d；调整隶属%(moved)d；表中已无%(gone)d；"
                "拒收%(refused)d行。"
            )
            % counts,
        ]
