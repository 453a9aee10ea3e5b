"""Lets ``python -m watchfloor`` do what ``watchfloor`` does."""

from watchfloor.cli import main

if __name__ == "__main__":
    main()
