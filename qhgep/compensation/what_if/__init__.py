"""Inverse questions about a plan: which pool, how much more for whom, and how far weights may move.

Each answer is exact: pools are tried in whole payable units and proved by computing the plan there, ranges of weights
are ends of linear inequalities in Fractions. What a question does not fit is said by a problem, not by a guess.
"""
