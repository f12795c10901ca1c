"""What is kept: SQLModel tables, their migrations, and the store that reads and writes them.

What a running session writes goes through the driver's own connection (`connection`), because importing
SQLModel costs more than the whole quick session may spend on itself; what a mentor searches for is asked
through SQLModel (`diary`, `journal`), which is imported on the first such question.
"""
