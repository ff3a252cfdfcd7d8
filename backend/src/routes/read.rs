//! Reading records one by one and page by page.

use super::answers::{Query, Record, SignedIn};
use super::{Id, Params, is_known};
use crate::app::App;
use crate::auth::Caller;
use crate::db::{records, sight};
use crate::problem::Problem;
use crate::wire::plain::{
    Action, Agreement, AnonymousResponse, Approval, Article, Complaint, ComplaintNote, Contact,
    Interaction, Invitation, RelationshipManager, Response as SurveyResponse, Review, ServiceClock,
    Survey, SurveyResult,
};
use crate::wire::records::{
    Announcement, Attachment, Comment, Customer, Form, Service, Ticket, TicketChange, User,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rapport_domain::Kind;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// The id after which the page begins; the Link header names the next page.
    after: Option<String>,
    /// Most records on the page (1 to 500).
    #[param(default = 100, minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

macro_rules! readable {
    ($($kind:ident $record:ident $words:literal: $list:ident $list_path:literal, $one:ident $one_path:literal;)+) => {
        /// The routes of this module.
        pub fn routes() -> OpenApiRouter<App> {
            OpenApiRouter::new()
                $(.routes(routes!($list)).routes(routes!($one)))+
                .routes(routes!(comments))
                .routes(routes!(changes))
                .routes(routes!(attachments))
        }

        $(
            #[utoipa::path(get, path = $list_path, tag = $words,
                summary = concat!("The ", $words, "s that the caller may see, in the order of their ids."), params(PageParams),
                responses(SignedIn, Query,
                    (status = 200, description = "A page; Link rel=\"next\" leads on",
                        body = Vec<$record>)))]
            async fn $list(
                State(app): State<App>,
                caller: Caller,
                Params(params): Params<PageParams>,
            ) -> Result<Response, Problem> {
                list(&app, &caller, Kind::$kind, None, $list_path, params).await
            }

            #[utoipa::path(get, path = $one_path, tag = $words, summary = concat!("One ", $words, "."),
                params(("id" = uuid::Uuid, Path, description = "Its id")),
                responses(SignedIn, Record,
                    (status = 200, description = "The record, with its ETag", body = $record),
                    (status = 304, description = "As If-None-Match says")))]
            async fn $one(
                State(app): State<App>,
                caller: Caller,
                Id(id): Id,
                headers: HeaderMap,
            ) -> Result<Response, Problem> {
                one(&app, &caller, Kind::$kind, &id, &headers).await
            }
        )+
    };
}

readable! {
    Customer Customer "customer": customers "/api/v1/customers", customer "/api/v1/customers/{id}";
    User User "user": users "/api/v1/users", user "/api/v1/users/{id}";
    Service Service "service": services "/api/v1/services", service "/api/v1/services/{id}";
    Form Form "form": forms "/api/v1/forms", form "/api/v1/forms/{id}";
    Announcement Announcement "announcement": announcements "/api/v1/announcements",
        announcement "/api/v1/announcements/{id}";
    Ticket Ticket "ticket": tickets "/api/v1/tickets", ticket "/api/v1/tickets/{id}";
    Attachment Attachment "attachment": all_attachments "/api/v1/attachments",
        attachment "/api/v1/attachments/{id}";
    Complaint Complaint "complaint": complaints "/api/v1/complaints",
        complaint "/api/v1/complaints/{id}";
    ComplaintNote ComplaintNote "complaint note": complaint_notes "/api/v1/complaint-notes",
        complaint_note "/api/v1/complaint-notes/{id}";
    RelationshipManager RelationshipManager "relationship manager": relationship_managers
        "/api/v1/relationship-managers", relationship_manager "/api/v1/relationship-managers/{id}";
    Contact Contact "contact": contacts "/api/v1/contacts", contact "/api/v1/contacts/{id}";
    Interaction Interaction "interaction": interactions "/api/v1/interactions",
        interaction "/api/v1/interactions/{id}";
    Action Action "action": actions "/api/v1/actions", action "/api/v1/actions/{id}";
    Review Review "review": reviews "/api/v1/reviews", review "/api/v1/reviews/{id}";
    Survey Survey "survey": surveys "/api/v1/surveys", survey "/api/v1/surveys/{id}";
    Invitation Invitation "invitation": invitations "/api/v1/invitations",
        invitation "/api/v1/invitations/{id}";
    Response SurveyResponse "response": responses "/api/v1/responses",
        response "/api/v1/responses/{id}";
    AnonymousResponse AnonymousResponse "anonymous response": anonymous_responses
        "/api/v1/anonymous-responses", anonymous_response "/api/v1/anonymous-responses/{id}";
    SurveyResult SurveyResult "survey result": survey_results "/api/v1/survey-results",
        survey_result "/api/v1/survey-results/{id}";
    Article Article "article": articles "/api/v1/articles", article "/api/v1/articles/{id}";
    Agreement Agreement "agreement": agreements "/api/v1/agreements",
        agreement "/api/v1/agreements/{id}";
    ServiceClock ServiceClock "service clock": service_clocks "/api/v1/service-clocks",
        service_clock "/api/v1/service-clocks/{id}";
    Approval Approval "approval": approvals "/api/v1/approvals", approval "/api/v1/approvals/{id}";
}

macro_rules! threads {
    ($($kind:ident $record:ident $words:literal: $name:ident $path:literal;)+) => {
        $(
            #[utoipa::path(get, path = $path, tag = "ticket",
                summary = concat!("The ", $words, " of a ticket that the caller may see."),
                params(("id" = uuid::Uuid, Path, description = "The ticket's id"), PageParams),
                responses(SignedIn, Query, Record,
                    (status = 200, description = "A page; Link rel=\"next\" leads on",
                        body = Vec<$record>)))]
            async fn $name(
                State(app): State<App>,
                caller: Caller,
                Id(id): Id,
                Params(params): Params<PageParams>,
            ) -> Result<Response, Problem> {
                let path = $path.replace("{id}", &id);
                list(&app, &caller, Kind::$kind, Some(&id), &path, params).await
            }
        )+
    };
}

threads! {
    Comment Comment "comments": comments "/api/v1/tickets/{id}/comments";
    TicketChange TicketChange "changes": changes "/api/v1/tickets/{id}/changes";
    Attachment Attachment "attachments": attachments "/api/v1/tickets/{id}/attachments";
}

async fn list(
    app: &App,
    caller: &Caller,
    kind: Kind,
    under: Option<&str>,
    path: &str,
    params: PageParams,
) -> Result<Response, Problem> {
    let limit = params.limit.unwrap_or(100).clamp(1, 500);
    let after = params.after.unwrap_or_default();
    let viewer = &caller.user_id;
    let mut tx = app.db().read().await?;
    if let Some(ticket) = under
        && !sight::visible(&mut tx, viewer, Kind::Ticket, ticket).await?
    {
        return Err(Problem::not_found());
    }
    let mut ids = sight::list(&mut tx, viewer, kind, under, &after, limit + 1).await?;
    let more = ids.len() > limit as usize;
    ids.truncate(limit as usize);
    let mut found = records::load(&mut tx, viewer, kind, &ids).await?;
    let page: Vec<_> = ids.iter().filter_map(|id| found.remove(id)).collect();
    let mut response = Json(page).into_response();
    if let Some(last) = ids.last().filter(|_| more) {
        let here = app.path(path.trim_start_matches('/'));
        let link = format!("<{here}?limit={limit}&after={last}>; rel=\"next\"");
        if let Ok(link) = link.try_into() {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

async fn one(
    app: &App,
    caller: &Caller,
    kind: Kind,
    id: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = app.db().read().await?;
    let record = records::one(&mut tx, &caller.user_id, kind, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let version = record["version"].as_str().unwrap_or_default();
    let tag = [(header::ETAG, format!("\"{version}\""))];
    if is_known(headers, version) {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, Json(record)).into_response())
}
