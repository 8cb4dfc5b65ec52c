"""How well sidebars are found: precision, recall and F1 of entries on the pages labelled by hand, and their time.

Run as `python -m benchmarks.sidebars`; BENCH names the folder of pages. The committed weights were learnt from these
pages: the figure to believe is the one by cross-validation over sites.
"""

from __future__ import annotations

import time

from benchmarks.sidebar_pages import BENCH, labelled_pages, score, total
from benchmarks.train_sidebars import FOLDS, cross_validate, examples, report
from crawler.extraction import sidebars


def main() -> None:
    """Print the scores; what stands in the way, where there is no page to score on."""
    pages = list(labelled_pages())
    if not pages:
        print(f"sidebars: skipped, no labelled page in {BENCH}: set BENCH to the benchmark folder")
        return
    started = time.process_time()
    found = [sidebars.find(page.document) for page in pages]
    milliseconds = (time.process_time() - started) * 1000 / len(pages)
    print(f"sidebars: {len(pages)} pages, {sum(len(page.truth) for page in pages)} lists, {milliseconds:.2f} ms a page")
    unseen = cross_validate(examples(pages))
    report(f"sites not learnt from, {FOLDS} folds", [score(unseen.get(page.name, []), page.truth) for page in pages])
    scores = [score(lists, page.truth) for page, lists in zip(pages, found, strict=True)]
    report("the committed weights", scores)
    everything = total(scores)
    print(f"headlines as labelled {everything.exact / max(1, everything.right):.3f}, ", end="")
    print(f"headings as printed {everything.headings[True]} of {everything.headings.total()}")
    for role in sorted({role for role, _ in everything.roles}):
        right, wrong = everything.roles[role, True], everything.roles[role, False]
        print(f"role {role}: {right} of {right + wrong}")


if __name__ == "__main__":
    main()
