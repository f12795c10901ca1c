"""What is kept: SQLModel tables, their migrations, and the store that reads and writes them.

What a running session writes, and a list of DevLogs, go through the driver's own connection (`connection`), because
importing SQLModel costs more than the whole quick session may spend on itself; sessions are searched through
SQLModel (`journal`), which is imported on the first such question.
"""
