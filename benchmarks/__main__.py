"""`make bench`: every benchmark in one run, one after another. BENCH names the folder of pages (default ../shared/bench);
STORIES is the size of the database to measure: 20,000 in a minute, 1,000,000, for which the archive is built, in an hour."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import crawl, database, duplicates, memory, sidebars, speed
from benchmarks.sidebar_pages import BENCH, SHARED

ROOT = Path(__file__).resolve().parent.parent
OURS = "ours=benchmarks.adapter:extract"
FIGURES = ROOT / "benchmarks" / "story_figures.json"
STORIES = int(os.environ.get("STORIES", "20000"))


def extraction() -> None:
    """Accuracy beside trafilatura on the same pages; and, on the pages that the committed model was trained on, the
    figures to believe: those of models that had seen no page of the site, from `python -m benchmarks.train_story`."""
    score = BENCH / "score.py"
    if not score.exists():
        print(f"no pages to measure extraction on: {score} is absent; name their folder with BENCH")
        return
    subprocess.run([sys.executable, str(score), OURS, "trafilatura", "trafilatura_precision"], cwd=ROOT, check=True)
    if BENCH.resolve() == (SHARED / "bench").resolve():
        print("The body figures of ours above are of pages that its model was trained on. On sites it has not seen:")
        print("== ours, story's text by cross-validation over sites")
        for corpus, row in json.loads(FIGURES.read_text()).items():
            print(f"   {corpus:13}", "  ".join(f"{name} {value}" for name, value in row.items()))


def main() -> None:
    for title, run in (
        ("Extraction beside trafilatura", extraction),
        ("Time of extraction beside trafilatura", speed.main),
        ("What a site's other pages are worth", memory.main),
        ("Entries of sidebars", sidebars.main),
        ("A crawl with everything on, beside a plain one", crawl.main),
        ("Near copies", duplicates.main),
        (f"The database at {STORIES:,} stories", lambda: database.main(STORIES)),
    ):
        print(f"\n=== {title}", flush=True)
        run()


if __name__ == "__main__":
    main()
