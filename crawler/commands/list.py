"""`scrapy list`: Scrapy's own command, with a setting that cannot be used refused in one line."""

from __future__ import annotations

from scrapy.commands.list import Command as ListCommand

from crawler.project_command import CheckedCommand


class Command(CheckedCommand, ListCommand):
    """As Scrapy has it."""
