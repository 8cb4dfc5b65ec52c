"""The garbage collector during a crawl, and after it."""

import gc

from scrapy import signals
from scrapy.utils.test import get_crawler

from crawler.collector import YOUNG, Collector


def test_the_collector_looks_seldom_while_a_crawl_runs_and_as_before_when_it_is_over():
    before = gc.get_threshold()
    crawler = get_crawler()
    extension = Collector.from_crawler(crawler)  # signals hold it weakly
    crawler.signals.send_catch_log(signals.spider_opened)
    during, frozen = gc.get_threshold(), gc.get_freeze_count()
    crawler.signals.send_catch_log(signals.spider_closed)
    del extension
    assert during == (YOUNG, *before[1:]) and frozen > 0
    assert gc.get_threshold() == before and gc.get_freeze_count() == 0
