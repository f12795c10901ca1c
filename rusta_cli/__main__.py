"""`python -m rusta_cli` is `rusta`."""

from rusta_cli.entry import main

main()
