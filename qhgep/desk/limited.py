"""One verb in a process of its own, with bounds on memory and time; it ends when the desk that began it is gone.

`python limited.py MEMORY_MIB SECONDS PARENT VERB ...`; where the system cannot bound memory (Windows), only time is. It is
run as a file, so that it finds its own program whatever a Python takes from its surroundings.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
import time
from pathlib import Path

OUT_OF_MEMORY, OUT_OF_TIME, ORPHANED = 70, 71, 72
"""Exit codes beside those of the verbs."""
_EVERY = 0.5


def bound_memory(mebibytes: int) -> None:
    """Refuse this process more memory to write in than that; nothing on a system that knows no such bound.

    Address space is not bounded: what draws the charts of a page reserves gigabytes of it and writes in few.
    """
    try:
        import resource
    except ImportError:
        return
    size = mebibytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def watch(seconds: float, parent: int) -> None:
    """End this process when its time is up, or when the process that began it is gone."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(_EVERY)
        if os.getppid() != parent:
            os._exit(ORPHANED)
    os._exit(OUT_OF_TIME)


def main() -> None:
    """Run the verb of the command line."""
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    memory, seconds, parent = (int(word) for word in sys.argv[1:4])
    bound_memory(memory)
    threading.Thread(target=watch, args=(seconds, parent), daemon=True).start()
    sys.argv = ["qhgep", *sys.argv[4:]]
    try:
        runpy.run_module("qhgep", run_name="__main__", alter_sys=True)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main()
