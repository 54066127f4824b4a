"""Benchmarks: ratios taken in one run, on one machine. Not tests: these machines are noisy."""
