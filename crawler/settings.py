"""The Scrapy project's settings, each with why it stands so. The way of a page reads off ITEM_PIPELINES."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BOT_NAME = "news-morgue"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"  # where `scrapy newpaper` writes
COMMANDS_MODULE = "crawler.commands"

# ---- Where things lie ----
DATABASE = str(ROOT / "data" / "news.db")  # one SQLite file for all papers: that is what analysts open
ARCHIVE = str(ROOT / "data" / "warc")  # every response, byte for byte: extraction gets better, pages disappear
RECORDED: list[str] = []  # WARC files to crawl instead of the network
RECORDED_UNTIL = ""  # an instant, as 2026-03-02T06:00:00Z: what was recorded later does not exist for such a crawl
CONTRACT_PAGES = str(ROOT / "tests" / "pages")  # the recorded pages that `scrapy check` reads

# ---- The way of a page ----
ITEM_PIPELINES = {
    "pipelines.dedupe.DedupePipeline": 100,  # the same page, story or sidebar as before?
    "pipelines.timestamp.TimestampPipeline": 200,  # which date is right, in UTC, and how we know
    "pipelines.revisit.RevisitPipeline": 250,  # when is its URL to be looked at again?
    "pipelines.store.StorePipeline": 300,  # into SQLite
}
SPIDER_MIDDLEWARES = {"crawler.frontier.Frontier": 100}  # which URLs are asked for, out of all that are known
# Items a page may have in work at once. Ours are done in one step; Scrapy starts so many tasks for every single page.
CONCURRENT_ITEMS = 1
EXTENSIONS = {
    "crawler.archive.writer.ArchiveWriter": 100,  # captures before anything is read
    "crawler.remembering.Remembering": 200,  # what repeats over a site's pages is not the story
    "crawler.progress.Progress": 500,
    "scrapy.extensions.telnet.TelnetConsole": None,  # a crawl opens no port
    "scrapy.extensions.logstats.LogStats": None,  # Progress says it
}
ADDONS = {"crawler.archive.offline.OfflineAddon": 100}  # `scrapy check` and recorded papers open no socket
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops a redirect off the site without a word
    "crawler.middlewares.OnSiteMiddleware": 50,
    # Scrapy's own lets concurrent requests through while robots.txt is on its way.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.RememberingRetryMiddleware": 550,  # Scrapy's own forgets what came of an attempt
    "crawler.middlewares.RetryAfterMiddleware": 560,  # outside RetryMiddleware: it sees 429 and 503 first
    "crawler.middlewares.BackOffMiddleware": 570,  # longer pauses for a host that fails; none that refuses is pressed
    "crawler.hosts.Hosts": 900,  # budgets, and what earlier crawls knew of a host; the last before the network
}
SCHEDULER_PRIORITY_QUEUE = "crawler.middlewares.HoldingQueue"  # a host that asked for a pause holds up no other
SPIDER_CONTRACTS = {
    "crawler.contracts.StoryContract": 10,
    "crawler.contracts.SidebarContract": 10,
    "crawler.contracts.PublishedContract": 10,
    "crawler.contracts.BeginsContract": 10,
    "crawler.contracts.EndsContract": 10,
    "crawler.contracts.AbsentContract": 10,
    "crawler.contracts.ListingContract": 10,
    "crawler.contracts.NotAStoryContract": 10,
}

# ---- Politeness ----
USER_AGENT = "news-morgue/0.1 (newspaper archive; obeys robots.txt; one request at a time)"
ROBOTSTXT_OBEY = True  # Scrapy's default is False
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # papers answer 403 to more
DOWNLOAD_DELAY = 3.0  # seconds; at one request in 1.5 s Dawn has been seen to refuse
AUTOTHROTTLE_ENABLED = True  # slower still when the paper is slow
AUTOTHROTTLE_START_DELAY = 3.0
# A spider asks for each story once itself; Scrapy's filter would drop the second hop of a redirect loop without a word.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
COOKIES_ENABLED = False  # an archive sees what a stranger sees
RETRY_TIMES = 2
CRAWL_DELAY_MAX = (
    60.0  # seconds that robots.txt may ask for; larger values shut crawlers out rather than slow them down
)
BACK_OFF = 5.0  # seconds of a failing host's first pause, doubled each further time
RETRY_AFTER_MAX = 600.0  # seconds a host may have us wait; one that asks for more is left alone for this run

BUDGET_RUN = 0  # requests of one crawl, robots.txt and listings among them; 0 for no limit
BUDGET_DAY = 0  # requests to one host in one day, UTC; 0 for no limit

# ---- Hostile input ----
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is False
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # bytes, after decompression too; the largest story page seen is a tenth of it
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_HANDLERS = {  # public addresses only, also after redirects and DNS answers, and no other schemes
    "http": "crawler.addresses.PublicHandler",
    "https": "crawler.addresses.PublicHandler",
    "file": None,
    "ftp": None,
    "s3": None,
}
ALLOWED_PRIVATE: list[str] = []  # hosts that may lie inside a private network: a proxy, a test's own server
REDIRECT_MAX_TIMES = 8
REMOTE_CONTROL_ENABLED = False  # a server that runs code
TELNETCONSOLE_ENABLED = False

# ---- What is said ----
PROGRESS_LABEL = ""  # what the bar on a terminal is headed by; the spider's name where this is empty
LOG_LEVEL = "WARNING"  # the progress line and the summary say the rest
