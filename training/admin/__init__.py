"""The vendor's desk for models: recipes, runs, versions and schedules."""

from training.admin.recipes import RecipeAdmin
from training.admin.runs import TrainingRunAdmin
from training.admin.schedules import TrainingScheduleAdmin
from training.admin.versions import ModelVersionAdmin

__all__ = ["ModelVersionAdmin", "RecipeAdmin", "TrainingRunAdmin", "TrainingScheduleAdmin"]
