//! Making and changing records of the kinds that have a schema.

use super::answers::{JsonBody, Record, SignedIn, Versioned, Writing};
use super::{Id, check_match};
use crate::app::App;
use crate::auth::Caller;
use crate::body::WriteRequest;
use crate::db::records;
use crate::idempotency::{self, Answer, Begun};
use crate::problem::Problem;
use crate::record_rules;
use crate::ticket_rules::create::id_taken;
use crate::wire::plain::{self, Form};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use rapport_domain::Kind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

macro_rules! writable {
    ($($kind:ident $words:literal: $new:ident $make:ident $make_path:literal $(, $patch:ident $change:ident $change_path:literal)?;)+) => {
        /// The routes of this module.
        pub fn routes() -> OpenApiRouter<App> {
            OpenApiRouter::new()
                $(.routes(routes!($make))$(.routes(routes!($change)))?)+
        }

        $(
            #[utoipa::path(post, path = $make_path, tag = $words, request_body = plain::$new,
                summary = concat!("Adds one ", $words, ", under the id that the client made."),
                params(("Idempotency-Key" = Option<String>, Header,
                    description = "The same key with the same request gets the same answer")),
                responses(SignedIn, Record, Writing, JsonBody,
                    (status = 201, description = "Made", body = plain::$kind),
                    (status = 200, description = "The same was made before", body = plain::$kind),
                    (status = 409, description = "The id is taken, or the key is in use",
                        body = Problem, content_type = "application/problem+json")))]
            async fn $make(
                State(app): State<App>,
                caller: Caller,
                request: WriteRequest,
            ) -> Result<Response, Problem> {
                make(app, caller, request, Kind::$kind, $make_path).await
            }

            $(
                #[utoipa::path(patch, path = $change_path, tag = $words,
                    summary = concat!("Changes one ", $words, ": a JSON merge patch (RFC 7396)."),
                    request_body(content((plain::$patch = "application/json"),
                        (plain::$patch = "application/merge-patch+json"))),
                    params(("id" = uuid::Uuid, Path, description = "Its id"),
                        ("If-Match" = String, Header, description = "The version that is changed"),
                        ("Idempotency-Key" = Option<String>, Header,
                            description = "The same key with the same request gets the same answer")),
                    responses(SignedIn, Record, Writing, JsonBody, Versioned,
                        (status = 200, description = "Changed", body = plain::$kind)))]
                async fn $change(
                    State(app): State<App>,
                    caller: Caller,
                    Id(id): Id,
                    request: WriteRequest,
                ) -> Result<Response, Problem> {
                    change(app, caller, id, request, Kind::$kind).await
                }
            )?
        )+
    };
}

writable! {
    Complaint "complaint": NewComplaint make_complaint "/api/v1/complaints",
        ComplaintPatch change_complaint "/api/v1/complaints/{id}";
    ComplaintNote "complaint note": NewComplaintNote make_complaint_note "/api/v1/complaint-notes";
    Contact "contact": NewContact make_contact "/api/v1/contacts",
        ContactPatch change_contact "/api/v1/contacts/{id}";
    Interaction "interaction": NewInteraction make_interaction "/api/v1/interactions";
    Action "action": NewAction make_action "/api/v1/actions",
        ActionPatch change_action "/api/v1/actions/{id}";
    Review "review": NewReview make_review "/api/v1/reviews",
        ReviewPatch change_review "/api/v1/reviews/{id}";
    Survey "survey": NewSurvey make_survey "/api/v1/surveys",
        SurveyPatch change_survey "/api/v1/surveys/{id}";
    Invitation "invitation": NewInvitation make_invitation "/api/v1/invitations",
        InvitationPatch change_invitation "/api/v1/invitations/{id}";
    Response "response": NewResponse make_response "/api/v1/responses";
    Approval "approval": NewApproval make_approval "/api/v1/approvals",
        ApprovalPatch change_approval "/api/v1/approvals/{id}";
}

async fn make(
    app: App,
    caller: Caller,
    request: WriteRequest,
    kind: Kind,
    path: &str,
) -> Result<Response, Problem> {
    let said = plain::read(kind, Form::New, &request.json()?).map_err(Problem::invalid)?;
    let mut write = match idempotency::begin(&app, &caller, &request).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    let id = said.id.to_string();
    let made = record_rules::make(&mut write, &caller, kind, said).await?;
    let seen = records::one(&mut write.tx, &caller.user_id, kind, &id).await?;
    let record = match seen {
        Some(record) => record,
        // Who wrote it learns what became of it, also where he sees no more of it: an agent who enters
        // a confidential complaint.
        None if made => records::written(&mut write.tx, kind, &id)
            .await?
            .ok_or_else(id_taken)?,
        None => return Err(id_taken()),
    };
    let status = if made {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let place = app.path(&format!("{}/{id}", path.trim_start_matches('/')));
    write
        .finish(Answer::record(status, &record).at(place))
        .await
}

async fn change(
    app: App,
    caller: Caller,
    id: String,
    request: WriteRequest,
    kind: Kind,
) -> Result<Response, Problem> {
    let said = plain::read(kind, Form::Patch, &request.json()?).map_err(Problem::invalid)?;
    let mut write = match idempotency::begin(&app, &caller, &request).await? {
        Begun::Replay(answer) => return Ok(answer),
        Begun::Fresh(write) => write,
    };
    let viewer = &caller.user_id;
    let current = records::one(&mut write.tx, viewer, kind, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    check_match(&request.headers, &current)?;
    record_rules::change(&mut write, &caller, kind, &id, said).await?;
    let seen = records::one(&mut write.tx, viewer, kind, &id).await?;
    let record = match seen {
        Some(record) => record,
        // He has handed it to somebody else.
        None => records::written(&mut write.tx, kind, &id)
            .await?
            .ok_or_else(Problem::not_found)?,
    };
    write.finish(Answer::record(StatusCode::OK, &record)).await
}
