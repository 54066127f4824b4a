"""A statutory plan by hand: three counties share 1,000.00 yuan by area; one got something already, one nothing, one is not told."""

from qhgep.compensation.allocation import Allocation
from tests.support.step_plans import AREA, plan_text, run_text

BUDGET = """\
[budget]
project_code = "100000000001"
direct = true
already_issued = { "632222" = "300.00", "632323" = "0.00" }
[previous]
period = "2022"
document = "某字〔2022〕2号 附件"
amounts = { "632222" = "500.00", "632323" = "0.00", "632621" = "250.00" }
[[event]]
kind = "received"
date = 2023-04-01
document = "某字〔2023〕1号"
amount = "1000.00"
"""
TOLD = BUDGET.replace('"632323" = "0.00" }', '"632323" = "0.00", "632621" = "0.00" }', 1)
"""The same where the third county is told to have got nothing."""


def issued(budget: str = BUDGET) -> Allocation:
    """Areas 7, 1 and 2: 700.00, 100.00 and 200.00 yuan."""
    return run_text(plan_text(budget + AREA, layer="statutory"))
