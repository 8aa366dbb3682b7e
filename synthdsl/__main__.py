"""`python -m synthdsl` is `synthc`."""

from synthdsl.cli.main import main

if __name__ == "__main__":
    main()
