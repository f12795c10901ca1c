"""What no one should learn from: code that nobody wrote by hand, what is not text, and what is nobody's business."""
