"""Plans computed a second time, in plain Fractions, from what a plan says and nothing else.

Written from the rules as documents print them, one function for each rule; nothing here is imported from the product, and
no column, score or part of a unit is used. `plan.settle` computes a whole plan; `draws` makes plans at random.
"""
