"""Nothing that an exam may ask is learnt from: what is like a sealed text is left out."""
