"""Stages, gates and drills: Python beside the YAML it reads."""
