"""`python -m sim` is the command line."""

from sim.cli.main import main

if __name__ == "__main__":  # worker processes import it under another name
    main()
