"""Typed errors: what broke, and what the person can do about it, each in one line."""


class RustaError(Exception):
    """A failure that a person can understand and act on.

    ``str(error)`` is one line that says what is wrong; ``fix`` is one line that says what to do.
    """

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


class UnknownVersionError(RustaError):
    """A record was written by a version of the schema that this code does not know."""


class RecordError(RustaError):
    """A record does not have the shape its schema asks for."""


class ToolMissingError(RustaError):
    """A program that the work needs is not installed or does not start."""


class RepositoryError(RustaError):
    """The path cannot be worked on as a git repository with a Cargo package in it."""


class SandboxError(RustaError):
    """The sandbox could not be made, reset or locked; the user's tree is as it was."""


class PatchError(RustaError):
    """A patch does not fit the bytes it was made for, so nothing of it was applied."""


class IsolationError(RustaError):
    """The policy refuses to run this crate's code with the isolation that can be had here."""


class PolicyError(RustaError):
    """The policy file is not valid."""


class StoreError(RustaError):
    """The store cannot be opened, read or written."""


class LandingError(RustaError):
    """A commit could not be landed or undone without touching work that is not Rusta's."""


class ProtocolError(RustaError):
    """A line on the decision stream is not a decision."""


class CorpusError(RustaError):
    """A source cannot be read, or a corpus does not hold what it says."""


class TrainingError(RustaError):
    """A run cannot start or go on: its configuration, its data or its checkpoint is not what it must be."""
