"""Maps: rasters and boundaries into the long input table. An optional wing (the extra `raster`); the account knows nothing of it.

`description` reads maps.toml, `boundaries` the polygons, `grid` and `pixel_area` the pixels on the ellipsoid, `zoning` says which
pixels are whose, `layers` reads rasters in declared units, `model` puts trees of the catalogue together, `counting` counts one
tile, `tiles` walks over them, `rows` makes the table.
"""
