"""`scrapy fetch`: Scrapy's own command, with a setting that cannot be used refused in one line."""

from __future__ import annotations

from scrapy.commands.fetch import Command as FetchCommand

from crawler.project_command import CheckedCommand


class Command(CheckedCommand, FetchCommand):
    """As Scrapy has it."""
