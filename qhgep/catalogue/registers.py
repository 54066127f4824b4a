"""What the tables of counties hold and stated figures are compared with: areas, people, rain. Never values of an account."""

from __future__ import annotations

from qhgep.quantities import quantity

registered_area = quantity("registered_area", "ha", axes="county", zh="有出处的县域面积", tex="A_{0}")
"""The area of a county in county_areas.csv."""
registered_population = quantity(
    "registered_population", "person", axes="county", zh="有出处的人口（2010 年普查）", tex="N_{0}"
)
"""The population of a county in county_population.csv."""
station_precipitation = quantity(
    "station_precipitation", "mm/year", axes="county", zh="本县站点的多年平均降水量", tex=r"\overline{P}"
)
wettest_station = quantity(
    "wettest_station", "mm/year", axes="county", zh="本省各站多年平均降水量的最大者", tex=r"\overline{P}_{\max}"
)
"""Means of county_climate.csv."""
