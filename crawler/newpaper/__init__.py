"""`scrapy newpaper URL`: from a paper's front page to the start of its spider. survey.py looks at the site, learn.py guesses
the rules, source.py writes them down as a person would, record.py keeps one page for the contract."""
