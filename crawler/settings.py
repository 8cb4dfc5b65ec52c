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
# Scrapy's own lists of what is on by default are empty here: what is on stands in ours, in its order, and what is not,
# cookies and passwords among it (an archive sees what a stranger sees), costs neither time at the start nor with each page.
EXTENSIONS_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,  # an answer that is no page goes to the errback
    "crawler.frontier.Frontier": 100,  # which URLs are asked for, out of all that are known
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,  # redirects need it
}
# Items a page may have in work at once. Ours are done in one step; Scrapy starts so many tasks for every single page.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False  # Scrapy parses the callback's source to find out, again for every page
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,  # MEMUSAGE_LIMIT_MB
    "scrapy.extensions.closespider.CloseSpider": 0,  # CLOSESPIDER_TIMEOUT and the like
    "scrapy.extensions.feedexport.FeedExporter": 0,  # scrapy crawl -o
    "scrapy.extensions.throttle.AutoThrottle": 0,
    "crawler.archive.writer.ArchiveWriter": 100,  # captures before anything is read
    "crawler.remembering.Remembering": 200,  # what repeats over a site's pages is not the story
    "crawler.collector.Collector": 400,  # Python looks for garbage once in some pages
    "crawler.progress.Progress": 500,
}
ADDONS = {"crawler.archive.offline.OfflineAddon": 100}  # `scrapy check` and recorded papers open no socket
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.OnSiteMiddleware": 50,  # Scrapy's own drops a redirect off the site without a word
    "crawler.middlewares.RobotsMiddleware": 100,  # Scrapy's own lets requests through while robots.txt is on its way
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.middlewares.RememberingRetryMiddleware": 550,  # Scrapy's own forgets what came of an attempt
    "crawler.middlewares.RetryAfterMiddleware": 560,  # outside RetryMiddleware: it sees 429 and 503 first
    "crawler.middlewares.BackOffMiddleware": 570,  # longer pauses for a host that fails; none that refuses is pressed
    "crawler.middlewares.MetaRedirectMiddleware": 580,  # Scrapy's own loses a page that reloads itself
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "crawler.hosts.Hosts": 900,  # budgets, and what earlier crawls knew of a host; the last before the network
}
SCHEDULER_PRIORITY_QUEUE = "crawler.middlewares.HoldingQueue"  # a host that asked for a pause holds up no other
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # Scrapy's own takes last what was due first
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

# ---- What is said ----
PROGRESS_LABEL = ""  # what the bar on a terminal is headed by; the spider's name where this is empty
LOG_LEVEL = "WARNING"  # the progress line and the summary say the rest
