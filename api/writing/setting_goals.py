"""Sets goals: checks them, keeps them, and has reports follow."""

from api.workspaces.records import Workspace
from api.world import World
from api.writing.following import follow
from api.writing.goals import Goal, Goals, checked
from warehouse import Foreign, GoalStanding, read_foreign_goals, read_goal_standings


def set_goal(world: World, workspace: Workspace, goal: Goal) -> tuple[Goal, bool]:
    """Keep a goal; return it and whether reports show it already."""
    checked_goal = checked(goal, world.model_of(workspace.slug), workspace.first_weekday)
    foreign = foreign_goals(world, workspace)
    with world.metadata.write() as session:
        kept = Goals(session, workspace.id).put(checked_goal, foreign)
    return kept, follow(world, workspace)


def standings(world: World, workspace: Workspace) -> dict[str, GoalStanding]:
    """Return how the periods of the goals stand, by their keys."""
    if workspace.slug not in world.warehouse.slugs():
        return {}
    with world.database(workspace.slug).reading() as cursor:
        return dict(read_goal_standings(cursor))


def foreign_goals(world: World, workspace: Workspace) -> list[Foreign]:
    """Return the goals that sources and files give."""
    if workspace.slug not in world.warehouse.slugs():
        return []
    with world.database(workspace.slug).reading() as cursor:
        return read_foreign_goals(cursor)
