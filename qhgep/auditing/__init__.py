"""Auditing a published table: every line, sum and share recomputed from the printed digits.

A table has one line per printed row. Its columns, in any order; those that are not used may be absent:

- `row`: the name of the row, unique, without blanks. Required.
- `quantity`, `quantity_unit`, `price`, `price_unit`, `value`, `value_unit`: value = quantity x price (x
  factor). Numbers are typed **as printed**: `0.0380` stands for 0.0380 ± 0.00005, `7000` for 7000 ± 0.5 and
  `3.08e4` for 30800 ± 50. Units are spellings of qhgep (`1e4 t`, `亿元`, `元/m3`). Empty: nothing is printed.
  `[X]` is the value of row X, `[X quantity]` its quantity.
- `factor`: stated factors of the line with their units, parted by `;`, a divisor led by `/`: `/ 1.28 t/m3; / 0.1 m`
  makes an area of a mass; `0.37 %` makes nitrogen of soil; `44/12` and changes of unit (`10000 m2/hm2`) are exact.
- `total_of`: for a total, the rows that it adds, parted by blanks; `-row` is taken off; `*` is every row
  that is no total. A second way to the same total follows after `|`. Where the total prints a quantity, the
  quantities must add up too.
- `share`, `share_of`: a printed percentage, and the row of whose value it is the share.
- `exact`, `rounded`: columns whose figures are exact, or rounded; `value:100` is rounded to hundreds. In a row named
  `*` they hold for all rows.
- `low`, `high`, `reason`: plausible limits of the quantity in its printed unit, and where they come from.
- `name`, `note`: for the reader.

A stipulated price (and a stated factor) is exact as printed unless `prices="rounded"` is asked for; a whole number of
people or things (个, 户, 人, 县) is exact. A value that is not printed is computed from its line, its members, or the
total that leaves it. Habits of printing that explain many lines at once (padded zeros, derived prices) are told first.

An account that names files of printed figures (`published` in account.toml; their columns: `qhgep.auditing.published`)
is performed again by `qhgep.auditing.account.audit_account`: the engine's values against the printed ones.
"""

from qhgep.auditing.result import Audit, Finding, Repair, RowFindings
from qhgep.auditing.run import audit_table

__all__ = ["Audit", "Finding", "Repair", "RowFindings", "audit_table"]
