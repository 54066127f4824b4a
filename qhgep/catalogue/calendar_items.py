"""日期: the days and months of a year, over which formulas of weather add up."""

from qhgep.quantities import ItemList

SERVICE = "日期"

months = ItemList("month", "月份", {f"m{number:02}": f"{number}月" for number in range(1, 13)})
calendar_days = ItemList("calendar_day", "日序", {f"d{number:03}": f"第{number}日" for number in range(1, 367)})
"""The days of a year by number. A common year has no d366: state it as not applicable there."""
