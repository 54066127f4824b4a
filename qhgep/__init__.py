"""qhgep: gross ecosystem product and ecological compensation for Chinese counties.

Eight names: `read_account` and `compute` give the result of an account, `explain` follows one value back to its
sources, `allocate` divides money by a plan, `write_workbook` and `verify_workbook` make and check Excel files,
`rulesets` and `coefficients` list what there is to choose from. `write_result` writes any result as JSON and
`read_result` reads it back; `seal` and `verify_seal` say which files belong together and whether they still are what was sealed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qhgep._version import __version__

if TYPE_CHECKING:
    from qhgep.account.read import read_account
    from qhgep.compensation.allocate import allocate
    from qhgep.engine import compute
    from qhgep.explaining import explain
    from qhgep.packs.library import coefficients
    from qhgep.result_files.read import read_result
    from qhgep.result_files.write import write_result
    from qhgep.ruleset_store.ruleset import rulesets
    from qhgep.seals import seal, verify_seal
    from qhgep.workbook.files import write_workbook
    from qhgep.workbook.verify.verify import verify_workbook

_PLACES = {
    "read_account": "qhgep.account.read",
    "compute": "qhgep.engine",
    "explain": "qhgep.explaining",
    "allocate": "qhgep.compensation.allocate",
    "write_workbook": "qhgep.workbook.files",
    "verify_workbook": "qhgep.workbook.verify.verify",
    "rulesets": "qhgep.ruleset_store.ruleset",
    "coefficients": "qhgep.packs.library",
    "read_result": "qhgep.result_files.read",
    "write_result": "qhgep.result_files.write",
    "seal": "qhgep.seals",
    "verify_seal": "qhgep.seals",
}

__all__ = [  # noqa: RUF022 - in the order of use
    "__version__", "read_account", "compute", "explain", "allocate", "write_workbook", "verify_workbook", "rulesets", "coefficients",
    "read_result", "write_result", "seal", "verify_seal",
]  # fmt: skip


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the public name is
    """Import a public name when it is first asked for: `import qhgep` costs nothing."""
    if name not in _PLACES:
        message = f"module 'qhgep' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_PLACES[name]), name)
