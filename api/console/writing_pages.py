"""All routes of what people write: the pages of the console and the API behind them."""

from api.console.annotation_routes import router as annotation_pages
from api.console.commentary_routes import router as commentary_pages
from api.console.finding_routes import router as finding_pages
from api.console.goal_routes import router as goal_pages
from api.console.note_routes import router as note_pages
from api.writing.annotation_routes import router as annotations
from api.writing.commentary_routes import router as commentary
from api.writing.goal_routes import router as goals
from api.writing.note_routes import router as notes

WRITING = (
    commentary_pages,
    goal_pages,
    annotation_pages,
    finding_pages,
    note_pages,
    commentary,
    goals,
    annotations,
    notes,
)
