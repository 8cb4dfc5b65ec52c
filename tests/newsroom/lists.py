"""Where the paper lists its stories: front page, dated indexes, author pages, feeds, the news sitemap.

In: a moment. Out: HTML or XML. Indexes mix in cards of sister sites, as such pages do.
"""

from __future__ import annotations

from datetime import date, datetime
from html import escape

from .markup import body, card, picture
from .pages import author_id, frame
from .sidebars import Entry, shown, teaser
from .stock import HOME, PAPER, Article, articles

SECTIONS = {
    "national": "National",
    "samandar": "Samandar",
    "business": "Business",
    "sport": "Sport",
    "editorial": "Editorial",
    "opinion": "Opinion",
    "letters": "Letters",
}
FEED_LENGTH = {"home": 10, "latest-news": 15}
AUTHOR_PAGE = 5
SITEMAP_LENGTH = 1000

SISTERS = (
    Entry(
        "Seven ways to wear a shawl this spring",
        "https://pictures.samplecourier.example/style/1043",
        "From our pictures desk.",
    ),
    Entry(
        "Quiz: how well do you know your bridges?",
        "https://young.samplecourier.example/quiz/88",
        "For readers under twelve.",
    ),
)


def front(moment: datetime) -> str:
    """The front page: the newest stories and columns."""
    return _index("Home", shown(moment, days=2)[:20], moment)


def latest(day: date, moment: datetime) -> str:
    """/latest-news/<day>: every story of a day, newest first."""
    return _index("Latest News", _present([a for a in shown(moment, days=60) if a.day == day], moment), moment)


def section(slug: str, day: date, moment: datetime) -> str:
    """/newspaper/<section>/<day>: what the printed paper had in a section."""
    name = SECTIONS[slug]
    found = [a for a in shown(moment, days=60) if a.day == day and a.section == name and a.credit_line]
    return _index(name, _present(sorted(found, key=lambda a: a.id), moment), moment)


def author(number: int, page: int, moment: datetime) -> str | None:
    """/authors/<number>/<slug>/<page>: an author's stories; None for nobody or a page too far."""
    found = [a for a in shown(moment, days=60) if number in map(author_id, a.authors)]
    found = found[AUTHOR_PAGE * (page - 1) :][:AUTHOR_PAGE]
    if not found or page < 1:
        return None
    name = next(name for name in found[0].authors if author_id(name) == number)
    return _index(name, found, moment)


def _present(found: list[Article], moment: datetime) -> list[Article]:
    """Without the stories that were withdrawn: an index drops them, the sitemap does not."""
    absences = [(article, article.absence_at(moment)) for article in found]
    return [article for article, absence in absences if absence is None or absence.status == 503]


def _index(title: str, found: list[Article], moment: datetime) -> str:
    cards = [card(_entry(article, moment), "Published") for article in found]
    for place, sister in enumerate(SISTERS[: len(cards) // 3]):
        cards.insert(2 + 4 * place, card(sister))
    main = f'<h1 class="page__title">{escape(title)}</h1>\n<div class="row">\n{"".join(cards)}</div>'
    return frame(f"{title} - {PAPER.upper()}", '<meta name="robots" content="index,follow">', main, moment)


def _entry(article: Article, moment: datetime) -> Entry:
    version = article.version_at(moment)
    at = version.updated or article.published
    return Entry(version.headline, article.url, teaser(article, moment), f"{at:%Y-%m-%d}", version.updated is not None)


def feed(name: str, moment: datetime) -> str:
    """/feeds/home and /feeds/latest-news: RSS 2.0 with the whole text."""
    found = [a for a in shown(moment) if not a.pdf]
    if name == "home":
        found = [a for a in found if a.section not in ("Letters", "Editorial")]
    stamp = _rfc822(found[0].published if found else moment)
    items = "\n".join(_item(article, moment) for article in found[: FEED_LENGTH[name]])
    title = "Home" if name == "home" else "Latest News"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">
  <channel>
    <title>{PAPER} - {title}</title>
    <link>{HOME}/</link>
    <description>{PAPER}</description>
    <language>en-Us</language>
    <copyright>Copyright {moment.year}</copyright>
    <pubDate>{stamp}</pubDate>
    <lastBuildDate>{stamp}</lastBuildDate>
    <ttl>60</ttl>
{items}
  </channel>
</rss>
"""


def _item(article: Article, moment: datetime) -> str:
    version = article.version_at(moment)
    html = body(version.blocks, "current", "", articles())
    if article.credit_line:
        html += f"\n<p>{escape(article.credit_line)}</p>"
    ending = "\n" if article.credit_line else ""
    category = f"<category>{article.section}</category>" if article.id % 2 else "<category/>"
    return f"""    <item>
      <title>{escape(version.headline, quote=False)}{ending}</title>
      <link>{article.url}</link>
      <description>{escape(html.splitlines()[0], quote=False)}
</description>
      <content:encoded><![CDATA[{html}
]]></content:encoded>
      {category}
      <guid>{article.canonical}</guid>
      <pubDate>{_rfc822(article.published)}</pubDate>
      <author>none@none.com ({escape(", ".join(article.authors))})</author>
      <media:content url="{picture(article.id)}" type="image/webp" medium="image" height="480" width="800">
        <media:title/>
      </media:content>
    </item>"""


def _rfc822(at: datetime) -> str:
    return f"{at:%a, %d %b %Y %H:%M:%S %z}"


def sitemap(moment: datetime) -> str:
    """/feeds/sitemap: the news sitemap; a story withdrawn stays in it."""
    entries = "\n".join(_url(article, moment) for article in shown(moment, days=60)[:SITEMAP_LENGTH])
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{entries}
</urlset>
"""


def _url(article: Article, moment: datetime) -> str:
    version = article.version_at(moment)
    return f"""  <url>
    <loc>{article.url}</loc>
    <lastmod>{(version.updated or article.published).isoformat()}</lastmod>
    <news:news>
      <news:publication><news:name>{PAPER}</news:name><news:language>{article.language}</news:language></news:publication>
      <news:publication_date>{article.published.isoformat()}</news:publication_date>
      <news:title>{escape(version.headline, quote=False)}</news:title>
    </news:news>
  </url>"""
