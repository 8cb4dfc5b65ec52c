"""`scrapy check [SPIDER...]`: Scrapy's own command, with an unknown spider or setting refused in one line."""

from __future__ import annotations

import argparse

from scrapy.commands.check import Command as CheckCommand

from crawler.project_command import CheckedCommand, Refused, spider_class


class Command(CheckedCommand, CheckCommand):
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        try:
            for name in args:
                spider_class(self.crawler_process.spider_loader, name)
        except Refused as error:
            self.refuse(error)
        else:
            super().run(args, opts)
