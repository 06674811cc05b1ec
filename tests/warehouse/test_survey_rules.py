"""Scores of survey answers: scales, orientation, the top-box table, and what is not counted."""

from collections.abc import Sequence
from pathlib import Path

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import Row, sync_rows
from warehouse import WorkspaceDatabase

ON = "2025-05-02 10:00:00"
EASY = {"kind": "ces", "scale_min": 1, "scale_max": 5, "higher_is_better": True}
EFFORT = EASY | {"higher_is_better": False}


def answers(values: Sequence[float | None], **question: object) -> list[Row]:
    """Return one answer to the question for each value."""
    return [{"raw_value": value, "responded_at": ON} | question for value in values]


def load(database: WorkspaceDatabase, folder: Path, rows: Sequence[Row], **more: Sequence[Row]) -> None:
    report = sync_rows(database, folder, {"survey_response": rows, **more})
    assert report.build_problems == ()


def test_vector_c1_net_promoter_score_of_ten_answers(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    load(database, tmp_path, answers([0, 6, 7, 8, 9, 9, 10, 10, 10, 10], kind="nps", scale_min=0, scale_max=10))
    assert rows(
        """select count(*) filter (nps_class = 'promoter'), count(*) filter (nps_class = 'detractor'),
                  count(*) filter (nps_class = 'passive'), count(*) filter (is_answer),
                  100 * sum(case nps_class when 'promoter' then 1 when 'detractor' then -1 else 0 end) / count(*)
           from normalised.survey_response"""
    ) == [(6, 2, 2, 10, 40.0)]


def test_nps_is_asked_on_zero_or_one_to_ten_only(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    cases = [
        (0, 10, 9, "promoter"),
        (0, 10, 8.5, "passive"),
        (0, 10, 6, "detractor"),
        (None, None, 0, "detractor"),
        (1, 10, 1, "detractor"),
        (1, 10, 10, "promoter"),
        (1, 5, 5, None),
        (0, 100, 95, None),
        (0, 10, 11, None),
        (1, 10, 0, None),
        (None, None, 11, None),
    ]
    given: list[Row] = [{"kind": "NPS", "scale_min": low, "scale_max": high, "raw_value": value, "responded_at": ON}
             for low, high, value, _ in cases]  # fmt: skip
    load(database, tmp_path, given)
    found = rows("select nps_class, is_answer from normalised.survey_response order by source_id::int")
    assert found == [(expected, expected is not None) for *_, expected in cases]
    refused = rows(
        """select value, left(reason, 20), row_left_out from state.quarantine
           where column_name = 'raw_value' order by record_key::int"""
    )
    assert refused == [
        ("5.0", "is an NPS answer on ", False),
        ("95.0", "is an NPS answer on ", False),
        ("11.0", "lies outside its sca", False),
        ("0.0", "lies outside its sca", False),
        ("11.0", "lies outside its sca", False),
    ]
    # On 1 to 10 an answer counts, but somebody should know; once, not for each answer.
    warned = rows("select value, left(reason, 25), row_left_out from state.quarantine where column_name = 'scale_min'")
    assert warned == [("1", "NPS asked on 1 to 10 is a", False)]


def test_the_question_tells_the_scale_that_the_answer_does_not(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    questions = [
        {"source_id": "seven", "survey_id": "s", "scale_min": 1, "scale_max": 7, "higher_is_better": True},
        {"source_id": "odd", "survey_id": "s", "scale_min": 1, "scale_max": 5, "higher_is_better": True},
        {"source_id": "side", "survey_id": "s", "scale_min": 1, "scale_max": 5, "is_primary": False},
    ]
    surveys: list[Row] = [
        {"source_id": "s", "survey": "After a ticket", "survey_kind": "transactional", "kind": "csat"}
    ]
    given = [
        {"raw_value": 6, "responded_at": ON, "question_id": "seven", "survey_id": "s"},
        {"raw_value": 5, "responded_at": ON, "question_id": "odd", "survey_id": "s", "kind": "nps"},
        {"raw_value": 5, "responded_at": ON, "question_id": "side", "survey_id": "s"},
    ]
    load(database, tmp_path, given, survey_question=questions, survey=surveys)
    assert rows(
        """select kind, survey, round(score_5, 6), is_satisfied, nps_class, is_answer
           from normalised.survey_response order by source_id"""
    ) == [
        ("csat", "After a ticket", round(1 + 4 * 5 / 6, 6), True, None, True),
        ("nps", "After a ticket", None, None, None, False),  # refused, so that it dilutes no score
        ("csat", "After a ticket", 5.0, True, None, False),  # not the primary question
    ]
    told = "select record_key, value, left(reason, 20), row_left_out from state.quarantine"
    assert rows(told) == [("2", "5.0", "is an NPS answer on ", False)]
    sync_rows(database, tmp_path, {"survey_response": given})
    assert len(rows(told)) == 1


def test_top_box_table_c5(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    table = [
        (1, 2, 2, 1),
        (0, 1, 1, 0),
        (1, 3, 3, 2),
        (1, 4, 3, 2),
        (1, 5, 4, 3),
        (1, 7, 6, 5),
        (1, 10, 9, 8),
        (0, 10, 9, 8),
        (0, 100, 80, 79),
        (1, 100, 80, 79),
    ]
    given = [
        answer
        for low, high, satisfied, not_satisfied in table
        for answer in answers([satisfied, not_satisfied], kind="csat", scale_min=low, scale_max=high)
    ]
    load(database, tmp_path, given)
    found = rows(
        "select is_satisfied, round(score_5, 9), is_answer from normalised.survey_response order by source_id::int"
    )
    assert found == [
        (value == satisfied, round(1 + 4 * (value - low) / (high - low), 9), True)
        for low, high, satisfied, not_satisfied in table
        for value in (satisfied, not_satisfied)
    ]


def test_a_question_may_set_its_own_top_box(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    load(
        database,
        tmp_path,
        [
            *answers([4, 5], kind="csat", scale_min=1, scale_max=5, top_box_min=5),
            *answers([5, 6], kind="csat", scale_min=1, scale_max=6),  # nobody said what counts of six
            *answers([6], kind="csat", scale_min=1, scale_max=6, top_box_min=5),
        ],
    )
    found = rows("select is_satisfied, is_answer from normalised.survey_response order by source_id::int")
    assert found == [(False, True), (True, True), (None, False), (None, False), (True, True)]


def test_vector_v9_orientation_of_effort(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    load(database, tmp_path, [*answers([5, 4, 2], **EASY), *answers([1, 2, 5], **EFFORT)])
    assert rows(
        """select count(*) filter (is_easy), count(*), sum(effort_value), sum(effort_value) / count(*)
           from normalised.survey_response where kind = 'ces' and is_answer"""
    ) == [(4, 6, 15.0, 2.5)]
    assert rows("select raw_value, score_normalised from normalised.survey_response order by source_id::int") == [
        (5, 1.0),
        (4, 0.75),
        (2, 0.25),
        (1, 1.0),
        (2, 0.75),
        (5, 0.0),
    ]


def test_an_effort_question_without_a_direction_is_not_guessed(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    load(database, tmp_path, answers([5], kind="ces", scale_min=1, scale_max=5))
    found = rows("select score_normalised, effort_value, is_easy, is_answer from normalised.survey_response")
    assert found == [(None, None, None, False)]
    assert rows("select left(reason, 43) from state.quarantine") == [("is an effort answer of unknown direction: m",)]


def test_what_is_an_answer_and_what_an_invitation(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    good = {"kind": "nps", "raw_value": 9}
    load(
        database,
        tmp_path,
        [
            good | {"responded_at": ON, "sent_at": "2025-05-01 22:30:00"},
            good | {"sent_at": ON, "raw_value": None},
            good | {"responded_at": ON, "is_completed": False},
            good | {"responded_at": ON, "sent_at": ON, "is_excluded": True},
            {"kind": "custom", "answer_choice": "Blue", "responded_at": ON},
            good | {"responded_at": ON, "is_deleted": True},
        ],
    )
    found = rows("select is_answer, is_invite from normalised.survey_response order by source_id")
    assert found == [(True, True), (False, True), (False, False), (False, False), (True, False), (False, False)]


def test_an_answer_takes_its_ticket_with_it(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    tickets: list[Row] = [
        {"source_id": "t1", "created_at": "2025-05-01 08:00:00", "solved_at": "2025-05-01 22:00:00", "channel": "chat",
         "assignee_id": "a1", "account_id": "acme"},
        {"source_id": "t2", "created_at": "2025-05-01 08:00:00"},
    ]  # fmt: skip
    agents: list[Row] = [
        {"source_id": "a1", "agent": "Ada", "team": "North"},
        {"source_id": "a2", "agent": "Bob", "team": "South"},
    ]
    nps = {"kind": "nps", "raw_value": 9, "responded_at": ON}
    load(
        database,
        tmp_path,
        [
            nps | {"ticket_id": "t1", "agent_id": "a2"},
            nps | {"ticket_id": "t2", "agent_id": "a2"},
            nps | {"agent_id": "a2"},
        ],
        ticket=tickets,
        user_agent=agents,
    )
    assert rows(
        """select channel, account_id, agent, team, hours_since_resolution
           from normalised.survey_response order by source_id"""
    ) == [
        ("chat", "acme", "Ada", "North", 12.0),
        (None, None, "Bob", "South", None),
        (None, None, "Bob", "South", None),
    ]


def test_a_solve_that_arrives_after_the_answer_is_not_lost(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    ticket = {"source_id": "t1", "created_at": "2025-05-01 08:00:00"}
    answer = {"kind": "nps", "raw_value": 9, "responded_at": ON, "ticket_id": "t1"}
    sync_rows(database, tmp_path, {"ticket": [ticket], "survey_response": [answer]})
    assert rows("select hours_since_resolution from normalised.survey_response") == [(None,)]
    sync_rows(database, tmp_path, {"ticket": [ticket | {"solved_at": "2025-05-02 08:30:00"}]})
    assert rows("select hours_since_resolution from normalised.survey_response") == [(1.5,)]
    sync_rows(database, tmp_path, {"ticket": [ticket | {"solved_at": "2025-05-03 08:30:00"}]})
    assert rows("select hours_since_resolution from normalised.survey_response") == [(None,)]
