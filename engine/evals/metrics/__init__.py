"""What a run is measured by: one file a family of metrics, each a fold over results or plain numbers."""
