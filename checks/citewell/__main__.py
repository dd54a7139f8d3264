"""``python -m citewell``: the same as the ``citewell`` command."""

from citewell.cli import main

main()
