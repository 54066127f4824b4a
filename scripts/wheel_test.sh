#!/usr/bin/env bash
# Does the wheel work away from the checkout? Builds sdist and from it the wheel, installs that with its dependencies
# (the files that the lock names, and no others) into an empty venv, and accounts a copy of the pilot example in a scratch
# folder.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset PYTHONPATH

echo "Building the wheel ..."
"$root/.venv/bin/python" -m build --no-isolation --outdir "$scratch/dist" "$root" >"$scratch/build.log" 2>&1 ||
  { cat "$scratch/build.log" >&2; exit 1; }
echo "Installing it into an empty venv ..."
"$root/.venv/bin/python" -m venv "$scratch/venv"
"$root/.venv/bin/python" "$root/scripts/locked.py" qhgep >"$scratch/locked.txt"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps \
  --require-hashes -r "$scratch/locked.txt"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$scratch"/dist/*.whl
"$scratch/venv/bin/python" -m pip check --disable-pip-version-check

cp -R "$root/examples/pilot" "$scratch/pilot"
cd "$scratch"
PATH="$scratch/venv/bin:$PATH"
python - <<'CHECK'
import sysconfig
from pathlib import Path

import qhgep
from qhgep import *  # every public name is there without an extra

home = Path(qhgep.__file__).parent
if not home.is_relative_to(Path(sysconfig.get_path("purelib"))):
    raise SystemExit(f"qhgep was imported from {home}, not from site-packages")
if not (home / "py.typed").is_file():
    raise SystemExit("the wheel has no py.typed: type checkers would pass over qhgep")
for folder in ("coefficients", "templates"):
    if not any((home / "_data" / folder).rglob("*.*")):
        raise SystemExit(f"the wheel has no {folder}")
CHECK

try() {
  echo "qhgep $*"
  qhgep "$@" >output.txt 2>&1 || { cat output.txt >&2; exit 1; }
}
try --help
try formats account.toml
try rulesets
try coefficients
try account pilot/account.toml -o account.xlsx
python - <<'CHECK'
from openpyxl import load_workbook

book = load_workbook("account.xlsx")
if not any(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
    raise SystemExit("account.xlsx holds no formula")
CHECK
echo "The wheel works outside the checkout."
