"""Builds the egg that `scrapyd-deploy` sends to a scrapyd. What goes into it stands in pyproject.toml."""

from setuptools import setup

setup()
