"""``python -m gradviz.cli``: the commands."""

from gradviz.cli import main

main()
