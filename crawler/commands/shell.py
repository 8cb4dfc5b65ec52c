"""`scrapy shell`: Scrapy's own command, with a setting that cannot be used refused in one line."""

from __future__ import annotations

from scrapy.commands.shell import Command as ShellCommand

from crawler.project_command import CheckedCommand


class Command(CheckedCommand, ShellCommand):
    """As Scrapy has it."""
