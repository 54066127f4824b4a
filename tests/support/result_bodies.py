"""The body of a result as JSON values, for tests that look into it."""

import json
from typing import Any

from qhgep.envelope import Envelope
from qhgep.errors import Language
from qhgep.result_files.write import result_file


def body(found: object, language: Language = "zh") -> dict[str, Any]:
    """What a reader of the file finds under `body`: through the text, so that it is JSON and nothing else."""
    made = found if isinstance(found, Envelope) else result_file(found, language=language)
    return dict(json.loads(made.text())["body"])


def whole(found: object, language: Language = "zh") -> dict[str, Any]:
    """The file of a result, whole."""
    return dict(json.loads(result_file(found, language=language).text()))
