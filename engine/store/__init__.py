"""What is kept: SQLModel tables, their migrations, and the store that reads and writes them."""
