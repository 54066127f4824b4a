"""Assessments over several years: planning targets, and how GEP and GDP grow together. They read results and change none."""
