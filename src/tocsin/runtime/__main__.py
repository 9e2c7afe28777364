"""Lets a checkout run without being installed: `python -m tocsin.runtime`."""

from tocsin.runtime.main import main

if __name__ == "__main__":
    main()
