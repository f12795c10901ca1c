"""`python -m rusta_tui` is `rusta-tui`."""

from rusta_tui.entry import main

main()
