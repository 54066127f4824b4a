"""Importers of other tools' tables: InVEST, Earth Engine, ArcGIS, QGIS and the land survey, into the long input table."""
