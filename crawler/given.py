"""Settings as a person gives them with -s, looked at before Scrapy reads them: it would answer a mistake with a traceback.

In: a command's settings. Out: nothing, or a ValueError of one line that names the setting, its value and what to write.
"""

from __future__ import annotations

import logging
import math
import os
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings

from crawler import settings as project
from crawler.archive.warc import ArchiveError, files

# What Scrapy reads as seconds with a fraction, although its default has none.
SECONDS = {"CLOSESPIDER_TIMEOUT", "DNS_TIMEOUT", "DOWNLOAD_TIMEOUT"}
LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


def check_given(settings: BaseSettings) -> None:
    """Raise ValueError for a setting given on the command line that is not what it must be."""
    defaults = Settings()
    for name, attribute in settings.attributes.items():
        value = attribute.value
        if attribute.priority < SETTINGS_PRIORITIES["cmdline"] or not isinstance(value, str):
            continue
        default = getattr(project, name, defaults.get(name))
        if isinstance(default, bool):
            _check_switch(settings, name, value)
        elif isinstance(default, float) or name in SECONDS:
            _check_number(name, value)
        elif isinstance(default, int):
            _check_whole_number(name, value)
    _check_log(settings)
    try:
        files(settings.getlist("RECORDED"))
    except ArchiveError as error:
        raise ValueError(f"setting RECORDED: {error}") from error


def _check_switch(settings: BaseSettings, name: str, value: str) -> None:
    try:
        settings.getbool(name)
    except ValueError as error:
        raise ValueError(f"setting {name}: {value!r} is neither on nor off: write True or False") from error


def _check_number(name: str, value: str) -> None:
    try:
        if math.isfinite(float(value)):
            return
    except ValueError:
        pass
    raise ValueError(f"setting {name}: {value!r} is no number")


def _check_whole_number(name: str, value: str) -> None:
    try:
        int(value)
    except ValueError as error:
        raise ValueError(f"setting {name}: {value!r} is no whole number") from error


def _check_log(settings: BaseSettings) -> None:
    level, file = settings.get("LOG_LEVEL"), settings.get("LOG_FILE")
    if level not in logging.getLevelNamesMapping() and not isinstance(level, int):
        raise ValueError(f"setting LOG_LEVEL: {level!r} is no level: write one of {', '.join(LEVELS)}")
    if not file:
        return
    try:
        path = Path(file).absolute()
        if os.access(path.parent, os.W_OK) and path.parent.is_dir() and not path.is_dir():
            return
    except OSError:
        pass  # a name too long, a folder that may not be entered: the line below says what to do
    raise ValueError(f"setting LOG_FILE: {file} cannot be written: name a file in a folder that can be")
