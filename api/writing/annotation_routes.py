"""The admin API of annotations."""

from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from api.workspaces.records import Caller, Workspace
from api.world import World
from api.writing.annotations import MOST_TEXT, Annotation, AnnotationKind, Annotations, checked
from api.writing.following import follow
from api.writing.places import chosen_client, slug_of

router = APIRouter(
    prefix="/v1/annotations", tags=["annotations"], responses=REFUSALS, dependencies=[needs(Permission.WRITE)]
)


class AnnotationAsked(BaseModel):
    """Something that happened on a day, or from one day to another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str | None = Field(None, description="The slug of the client account; by default it is about all of them.")
    kind: AnnotationKind
    starts_on: date
    ends_on: date | None = None
    text: str = Field(min_length=1, max_length=MOST_TEXT)
    recommendation: str | None = Field(None, max_length=MOST_TEXT)
    metric: str | None = None


class AnnotationAnswer(BaseModel):
    """An annotation; without `client` it is about every client account."""

    id: str
    client: str | None
    kind: AnnotationKind
    starts_on: date
    ends_on: date | None
    text: str
    recommendation: str | None
    metric: str | None
    author: str
    written_at: datetime | None


class AnnotationsAnswer(BaseModel):
    """Annotations, the newest days first."""

    annotations: list[AnnotationAnswer]


@router.get("")
def annotations(world: WorldDep, caller: AdminDep, client: str | None = None) -> AnnotationsAnswer:
    """List the annotations that were written in Belvedere, of one client account or of all."""
    wanted = [one.id for one in caller.clients] if client is None else [chosen_client(caller, client).id]
    with world.metadata.read() as session:
        found = Annotations(session, caller.workspace.id).all(wanted)
    return AnnotationsAnswer(annotations=[_answer(caller, one) for one in found])


@router.post("", status_code=201, openapi_extra=takes(AnnotationAsked))
async def add(request: Request, world: WorldDep, caller: AdminDep) -> AnnotationAnswer:
    """Write an annotation. The dataset `annotations` and charts have it at once."""
    asked = await parsed(request, world, AnnotationAsked)
    annotation = Annotation(
        client_account_id=None if asked.client is None else chosen_client(caller, asked.client).id,
        metric_id=asked.metric,
        author=caller.key_name,
        **asked.model_dump(exclude={"client", "metric"}),
    )
    kept, _ = await run_in_threadpool(annotate, world, caller.workspace, annotation)
    return _answer(caller, kept)


@router.delete("/{annotation_id}", status_code=204)
def remove(annotation_id: str, world: WorldDep, caller: AdminDep) -> Response:
    """Remove an annotation."""
    with world.metadata.write() as session:
        repository = Annotations(session, caller.workspace.id)
        found = repository.get(annotation_id)
        if found is None or (found.client_account_id and slug_of(caller, found.client_account_id) is None):
            raise NotFoundError(f"There is no annotation '{annotation_id[:40]}'. GET /v1/annotations lists them.")
        repository.remove(annotation_id)
    follow(world, caller.workspace)
    return Response(status_code=204)


def annotate(world: World, workspace: Workspace, annotation: Annotation) -> tuple[Annotation, bool]:
    """Keep an annotation; return it and whether reports show it already."""
    right = checked(annotation, world.model_of(workspace.slug))
    with world.metadata.write() as session:
        kept = Annotations(session, workspace.id).put(right)
    return kept, follow(world, workspace)


def _answer(caller: Caller, one: Annotation) -> AnnotationAnswer:
    names = set(AnnotationAnswer.model_fields) - {"client", "metric"}
    return AnnotationAnswer(
        client=None if one.client_account_id is None else slug_of(caller, one.client_account_id),
        metric=one.metric_id,
        **{name: getattr(one, name) for name in names},
    )
