"""Which experiment of the ladder a stage of the curriculum trains next, and the weights that it begins with."""

from __future__ import annotations

from pathlib import Path

from curriculum.stages import Experiment, Stage, ladder
from engine.errors import RustaError
from engine.train.folder import CHECKPOINTS, STARTED, runs_folder, started


def next_experiment(stage: Stage) -> Experiment:
    """The stage's first experiment that no run was finished of, else its last one. `RustaError` when it has none."""
    found = [experiment for experiment in ladder() if experiment.stage == stage.number]
    if not found:
        raise RustaError(f"stage {stage.number} has no experiment to train", fix="`rusta curriculum status` lists them")
    return next((one for one in found if not finished_runs(one.id)), found[-1])


def weights_for(experiment: Experiment) -> Path | None:
    """The run of one of its prerequisites that was finished last; None where there is none."""
    found = [run for name in experiment.prerequisites for run in finished_runs(name)]
    return max(found, key=_moment, default=None)


def finished_runs(stage: str) -> list[Path]:
    """The runs of an experiment in Rusta's home that came to their end, the oldest first."""
    folders = sorted(runs_folder().glob("*"), key=lambda run: run.name)
    found = [(run, started(run)) for run in folders if (run / CHECKPOINTS).is_dir()]
    ended = [run for run, told in found if told is not None and told.stage == stage and told.ended == "finished"]
    return sorted(ended, key=_moment)


def _moment(run: Path) -> float:
    return (run / STARTED).stat().st_mtime
