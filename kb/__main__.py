"""Where the command ``kb`` starts; ``python -m kb`` does the same."""

import gc

SELDOM = (50_000, 20, 100)
"""How many new objects have the garbage collector look for what nothing refers to any more, and how
often it looks further back."""


def main() -> None:
    """Run the command line."""
    # Nearly all that a command makes stays until it ends: to walk it after every 700 new objects,
    # as is the default, and once more at the end, takes a tenth of a short command's time. So the
    # collector rests until a knowledge base is there (`kb.cli_shared.load_base`).
    gc.set_threshold(*SELDOM)
    gc.disable()
    try:
        from kb.cli import main as run

        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
