"""``python -m kb`` does what ``kb`` does."""

from kb.cli import main

if __name__ == "__main__":
    main()
