"""What the vendor's admin is made of: pages to read, buttons that call verbs, runs that move, schedules in words."""

from portal.kit.admin.buttons import Button, Buttons, PlainChoices, Reason
from portal.kit.admin.pages import ReadPage
from portal.kit.admin.runs import RunPage
from portal.kit.admin.schedules import SchedulePage
from portal.kit.admin.shows import badge, link, mark, row_link
from portal.kit.admin.tables import Table

__all__ = [
    "Button",
    "Buttons",
    "PlainChoices",
    "ReadPage",
    "Reason",
    "RunPage",
    "SchedulePage",
    "Table",
    "badge",
    "link",
    "mark",
    "row_link",
]
