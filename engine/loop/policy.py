"""The policy: every threshold, budget and red line of the loop, validated, from one YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import PolicyError
from engine.home import policy_file
from engine.resources import shipped
from engine.schema.base import first_problem


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Confidence(_Part):
    """Thresholds on P(green)."""

    apply_quick: float = Field(0.72, ge=0, le=1)
    apply_refactor: float = Field(0.85, ge=0, le=1)
    ask_below: float = Field(0.5, ge=0, le=1)


class Budget(_Part):
    """How many probes, and how many seconds of them."""

    count: int = Field(ge=1)
    seconds: float = Field(gt=0)


class Probes(_Part):
    """The probe budget of each gear, and how many hypotheses are checked at once, as far as there are cores."""

    quick: Budget = Budget(count=3, seconds=8)
    deep: Budget = Budget(count=20, seconds=60)
    at_once: int = Field(4, ge=1)


class Attempts(_Part):
    """How many patches may be tried on one diagnostic, and in one session."""

    quick: int = Field(3, ge=1)
    deep: int = Field(6, ge=1)
    session: int = Field(60, ge=1)
    reopened: int = Field(6, ge=0)


class Blast(_Part):
    """The largest blast radius she may apply without asking."""

    max_files: int = Field(4, ge=1)
    max_references: int = Field(200, ge=0)


class Factor(_Part):
    """How a probe's verdict multiplies the odds of the hypothesis it was about."""

    supports: float = Field(gt=0)
    refutes: float = Field(gt=0)


class Share(_Part):
    """P(green) of a change with which all tests are green: told from others by several tests, or by one."""

    several: float = Field(gt=0, lt=1)
    one: float = Field(gt=0, lt=1)


class Evidence(_Part):
    """The Bayes factor of each kind of probe, and what is believed of a change that was put to the tests itself."""

    check: Factor = Factor(supports=1.4, refutes=0.1)
    trial: Factor = Factor(supports=9.0, refutes=0.02)
    clean: Factor = Factor(supports=2.0, refutes=0.1)
    tests: Factor = Factor(supports=6.0, refutes=0.3)
    mended: Share = Share(several=0.92, one=0.6)
    structure: Factor = Factor(supports=1.2, refutes=0.6)
    analyzer: Factor = Factor(supports=1.3, refutes=0.5)


class CommandLimits(_Part):
    """Wall clock in seconds a command; CPU seconds, memory and file size in MiB a process."""

    check_seconds: float = Field(180, gt=0)
    test_seconds: float = Field(300, gt=0)
    fetch_seconds: float = Field(180, gt=0)
    cpu_seconds: int = Field(1800, ge=1)
    memory_mib: int = Field(8192, ge=256)
    file_mib: int = Field(4096, ge=16)


class Tests(_Part):
    """Whether tests decide, and what a red one costs."""

    run: bool = True
    rerun_red_once: bool = True


class IsolationRule(_Part):
    """What may run where no jail can be had."""

    require: Literal["auto", "always", "never"] = "auto"


Permission = Literal["deletion", "todo", "allow-attribute", "unsafe", "cfg"]


class Policy(_Part):
    """One policy. Every field has the shipped default, so a file may name only what it changes."""

    v: Literal[1] = 1
    confidence: Confidence = Confidence()
    probes: Probes = Probes()
    attempts: Attempts = Attempts()
    blast: Blast = Blast()
    evidence: Evidence = Evidence()
    limits: CommandLimits = CommandLimits()
    tests: Tests = Tests()
    isolation: IsolationRule = IsolationRule()
    fetch: Literal["auto", "never"] = "auto"
    land: Literal["branch", "current"] = "branch"
    allow: tuple[Permission, ...] = ()

    @classmethod
    def load(cls, path: Path | None = None) -> Policy:
        """Reads ``path``, else the mentor's own policy, else the shipped one.

        Raises `PolicyError` with one line that names the file and the first wrong setting.
        """
        source = path or (policy_file() if policy_file().exists() else shipped("data", "policy.yaml"))
        fix = "correct that line, or run `rusta init --force` to start again from the shipped policy"
        try:
            fields = yaml.load(source.read_text(encoding="utf-8"), Loader=_LOADER)
        except FileNotFoundError as error:
            raise PolicyError(f"no policy at {source}", fix="name a file that exists") from error
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise PolicyError(f"{source} cannot be read: {' '.join(str(error).split())}", fix=fix) from error
        if not isinstance(fields or {}, dict):
            raise PolicyError(f"{source} is not a mapping of settings", fix=fix)
        try:
            return cls.model_validate(fields or {})
        except ValidationError as error:
            raise PolicyError(f"{source}: {first_problem(error)}", fix=fix) from error


_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
