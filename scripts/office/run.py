"""Opens the desk out of the folder that this file lies in, with the libraries beside it and no others."""

import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
sys.path.insert(0, str(HOME / "lib"))

from qhgep.__main__ import main  # noqa: E402 - found in `lib`

sys.argv = ["qhgep", "--lang", "zh", *(sys.argv[1:] or ["desk", str(HOME / "核算")])]
main()
