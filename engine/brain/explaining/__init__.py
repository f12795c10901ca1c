"""What an error means in this code: one file a family of error codes, all of them readers of the same scene."""
