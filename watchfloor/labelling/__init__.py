"""Small pages, served to this machine's own browser, on which people label events and judge alerts."""
