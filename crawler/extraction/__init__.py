"""One page to one Page: story, sidebars and dates. Pure: no network, no database, no Scrapy engine.

Start at extract(). A page comes as HTML, or as text that a crawler has flattened (content_type "text/plain"). HTML is
parsed once (document), divided into story and sidebars (layout where the paper's selectors are known, general
otherwise), and its headline, authors and dates are read (metadata, dates).
"""
