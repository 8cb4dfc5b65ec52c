"""Readers' comments below a story: invented, each with a date of its own, which is not the story's."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

from .stock import Article

STOCK = (
    ("Zubair K.", "Finally somebody wrote about this. We have been saying it in our street for years."),
    ("Old Reader", "I remember the same promise in 1994. The signboard is still there, the road is not."),
    ("Mehwish", "Well reported. Please follow it up next month, when everybody has forgotten."),
    ("S. Daud", "With respect, the figures do not add up. Where did the rest of the money go?"),
    ("Nighat from Kohpur", "My uncle works there and he says the half of it has not been told."),
    ("Tariq", "Good news for once."),
    ("Engineer sahib", "The design was sound. Nobody cleaned the drains, that is the whole story."),
    ("Ayaz", "Why is this on the front page and not the price of flour?"),
    ("Farida B.", "To the person above: because flour does not fall on people's heads."),
    ("Quiet One", "Let us wait for the inquiry before we hang anyone."),
    ("Rafi", "Bravo to the girls. The whole town stood on the roofs to watch."),
    ("Student", "Our teacher read this out in class today."),
    ("Haroon", "The minister should travel by that bus once."),
    ("Gul", "Sad. May they find peace."),
)
CLOSED = ("Editorial", "Letters")


def comments(article: Article, moment: datetime) -> str:
    """The comment box of a story's page: up to four comments, fewer the younger the story."""
    if article.section in CLOSED:
        return ""
    written = [
        (STOCK[(article.id * 5 + number * 3) % len(STOCK)], at)
        for number in range(article.id % 5)
        if (at := article.published + timedelta(minutes=41 + 173 * number)) <= moment
    ]
    lines = "".join(
        f'<div class="comment"><h5 class="comment__author">{escape(name)}</h5>'
        f'<span class="comment__time timestamp--time" title="{at.isoformat()}">{at:%b %d, %Y %I:%M%p}</span>'
        f'<div class="comment__body"><p>{escape(words)}</p></div></div>\n'
        for (name, words), at in written
    )
    return f'<div class="comments" id="comments"><h4>Comments ({len(written)})</h4>\n{lines}</div>'
