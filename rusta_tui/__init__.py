"""The mentor's app: Textual only. It shows events and sends decisions; it decides nothing."""
