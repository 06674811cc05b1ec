"""What is read of each kind of HubSpot record: its properties, which all must be asked for, and what it belongs to."""

from dataclasses import dataclass
from datetime import timedelta

from connectors.source import DeleteSignal, Stream, SyncMode

OVERLAP = timedelta(minutes=10)  # the index behind the search is some seconds late, and clocks disagree


@dataclass(frozen=True)
class CrmObject:
    """One kind of record. `associated` are the kinds whose ids its records carry, as `<kind>_ids`."""

    stream: Stream
    properties: tuple[str, ...]
    modified: str = "hs_lastmodifieddate"
    associated: tuple[str, ...] = ()
    stage: str = ""  # the property that says where in its pipeline a record stands
    owner_named: bool = False
    optional: bool = False  # accounts without the product do not have this kind at all

    @property
    def name(self) -> str:
        """Return the kind as paths spell it."""
        return self.stream.name


def _stream(name: str, *entities: str, reads: str) -> Stream:
    return Stream(
        name,
        ("id",),
        entities,
        version_field="updatedAt",
        deletes=DeleteSignal.FLAG,
        lookback=OVERLAP,
        reads=reads,
    )


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


OWNERS = Stream(
    "owners", ("id",), ("user_agent",), mode=SyncMode.FULL, reads="The people who own records, those who left included"
)

OBJECTS = (
    CrmObject(
        _stream("companies", "account", reads="Companies: name, domain, industry, size, place, owner"),
        _words(
            "name domain industry numberofemployees country state city lifecyclestage hubspot_owner_id createdate",
            "hs_analytics_source hs_lifecyclestage_customer_date hs_v2_date_entered_customer hs_merged_object_ids",
            "hs_lastmodifieddate",
        ),
        owner_named=True,
    ),
    CrmObject(
        _stream("contacts", "contact", "lead", reads="Contacts: name, e-mail, role, language, life-cycle stage"),
        _words(
            "email firstname lastname jobtitle hs_language country associatedcompanyid hs_email_optout createdate",
            "lifecyclestage hs_lead_status hs_analytics_source hs_analytics_source_data_1 hs_merged_object_ids",
            "hs_lifecyclestage_lead_date hs_lifecyclestage_marketingqualifiedlead_date",
            "hs_lifecyclestage_salesqualifiedlead_date hs_lifecyclestage_customer_date lastmodifieddate",
        ),
        modified="lastmodifieddate",  # of contacts alone
    ),
    CrmObject(
        _stream("deals", "deal", "deal_stage_event", reads="Deals: amount, stage, pipeline, dates, owner"),
        _words(
            "dealname amount deal_currency_code dealstage pipeline dealtype createdate closedate closed_lost_reason",
            "hs_is_closed hs_is_closed_won hs_deal_stage_probability hubspot_owner_id hs_analytics_source",
            "hs_merged_object_ids hs_lastmodifieddate",
        ),
        associated=("companies", "contacts"),
        stage="dealstage",
    ),
    CrmObject(
        _stream("tickets", "ticket", reads="Tickets: subject, status, priority, channel, times, owner"),
        _words(
            "subject hs_pipeline hs_pipeline_stage hs_ticket_priority hs_ticket_category source_type createdate",
            "closed_date first_agent_reply_date time_to_first_agent_reply time_to_close hubspot_owner_id",
            "hs_time_to_close_sla_at hs_is_closed hs_merged_object_ids hs_lastmodifieddate",
        ),
        associated=("companies", "contacts"),
        stage="hs_pipeline_stage",
    ),
    CrmObject(
        _stream("feedback_submissions", "survey_response", reads="Answers to NPS, CSAT and CES surveys"),
        _words(
            "hs_survey_id hs_survey_name hs_survey_type hs_survey_channel hs_value hs_sentiment hs_content",
            "hs_submission_timestamp hs_createdate hs_lastmodifieddate",
        ),
        associated=("companies", "contacts", "tickets"),
        optional=True,
    ),
)
