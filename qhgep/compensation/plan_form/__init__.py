"""Plans as forms: the cells of a workbook that say what plan.toml says, by the models that read it."""
