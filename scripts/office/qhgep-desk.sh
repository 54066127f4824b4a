#!/bin/sh
# Opens the desk. Uses a Python that lies beside this file (folder python), or an installed one of version @PYTHON@.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
for python in "$here/python/bin/python@PYTHON@" python@PYTHON@ python3; do
  if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != @TUPLE@)' 2>/dev/null; then
    PYTHONUTF8=1 exec "$python" "$here/run.py" "$@"
  fi
done
cat "$here/need-python.txt"
exit 1
