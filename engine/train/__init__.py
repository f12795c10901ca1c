"""How the next Rusta is trained: what she learns from, and on."""
