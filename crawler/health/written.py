"""A file written whole or not at all: whoever reads it meanwhile sees the one before.

In: a path and its text. Out: the file. Raises OSError, and leaves nothing behind.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

READABLE = 0o644  # a temporary file is its owner's alone, but others serve what we write


def write(path: Path, text: str) -> None:
    """Put the text in the place of the file."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".news-morgue-", delete=False
    ) as file:
        made = Path(file.name)
        try:
            file.write(text)
            file.flush()
            made.chmod(READABLE)
            made.replace(path)
        except OSError:
            made.unlink(missing_ok=True)
            raise
