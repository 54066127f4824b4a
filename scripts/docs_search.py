"""A hook of the documentation's build: the search finds words inside Chinese sentences, which have no spaces.

Between two Chinese characters of the index stands a space of no width, at which the search parts words; what a reader
types is parted by the words that the index holds.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_BETWEEN = re.compile(r"(?<=[一-鿿])(?=[一-鿿])")


def on_post_build(config: Any, **_: Any) -> None:  # noqa: ANN401 - mkdocs hands over its own
    """Part the words of the index that the search plugin has written."""
    path = Path(config["site_dir"]) / "search" / "search_index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    for item in index["docs"]:
        item["title"], item["text"] = (_BETWEEN.sub("\u200b", item[name]) for name in ("title", "text"))
    path.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
