//! Filing a ticket.

use super::clock;
use crate::auth::Caller;
use crate::db::sight::{self, refresh};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Tx, catalogue};
use crate::forms;
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use crate::record_rules::approval;
use crate::text::digest;
use crate::wire::catalogue::{FormBody, ServiceBody};
use crate::wire::requests::{Answer, AnswerWire, NewTicket};
use axum::http::StatusCode;
use rapport_domain::ticket::{DESCRIPTION_MAX, SUBJECT_MAX, check_length};
use rapport_domain::{Impact, Kind, Lifecycle, TicketKind, Urgency};
use uuid::Uuid;

/// The id stands for something else already.
#[must_use]
pub fn id_taken() -> Problem {
    Problem::new(StatusCode::CONFLICT, "id-taken", "This id is taken")
        .detail("Make a new id and send it again.")
}

/// Files the ticket; false when the very same one was filed before.
///
/// # Errors
/// When the id is taken, fields need attention, or the caller may not.
pub async fn file(write: &mut Write, caller: &Caller, wish: NewTicket) -> Result<bool, Problem> {
    let id = wish.id.to_string();
    let content_hash = digest(&[&serde_json::to_vec(&wish)?]);
    if let Some(before) = tickets::find(&mut write.tx, &id).await? {
        let same = before.author_id == caller.user_id && before.content_hash == content_hash;
        return if same { Ok(false) } else { Err(id_taken()) };
    }
    let (requester, customer) = requester(&mut write.tx, caller, wish.on_behalf_of).await?;
    let mut faults = word_faults(&wish);
    let viewer = &caller.user_id;
    let form = match wish.form_id {
        Some(form) => find_form(&mut write.tx, viewer, form, &mut faults).await?,
        None => None,
    };
    let service_id = wish
        .service_id
        .or(form.as_ref().and_then(|form| form.service_id));
    check_service(&mut write.tx, viewer, service_id, &mut faults).await?;
    let (subject, description, answers) = content(&wish, form.as_ref(), &mut faults);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let impact = wish.impact.map(|impact| impact.as_str().to_owned());
    let urgency = wish.urgency.map(|urgency| urgency.as_str().to_owned());
    let row = TicketRow {
        number: tickets::next_number(&mut write.tx, wish.kind.as_str()).await?,
        kind: wish.kind.as_str().to_owned(),
        state: "acknowledged".to_owned(),
        subject,
        description,
        customer_id: customer,
        requester_id: requester,
        assignee_id: None,
        author_id: caller.user_id.clone(),
        service_id: service_id.map(|id| id.to_string()),
        form_id: wish.form_id.map(|id| id.to_string()),
        answers: serde_json::to_string(&answers)?,
        priority: tickets::priority(impact.as_deref(), urgency.as_deref()),
        impact,
        urgency,
        last_comment_id: None,
        content_hash,
        version: 1,
        said_at: wish.said_at.0,
        received_at: write.now.0,
        updated_at: write.now.0,
        id,
    };
    tickets::insert(&mut write.tx, &row).await?;
    refresh(&mut write.tx, &mut write.touched, Kind::Ticket, &row.id).await?;
    clock::follow(&mut write.tx, &mut write.touched, write.now, &row.id).await?;
    if form.is_some_and(|form| form.approval) {
        approval::asked_by_form(write, caller, &row).await?;
    }
    Ok(true)
}

/// For whom the ticket is, and the customer it belongs to.
async fn requester(
    tx: &mut Tx,
    caller: &Caller,
    on_behalf_of: Option<Uuid>,
) -> Result<(String, String), Problem> {
    let requester = on_behalf_of.map_or_else(|| caller.user_id.clone(), |id| id.to_string());
    match tickets::filing_customer(tx, &caller.user_id, &requester).await? {
        Some(customer) => Ok((requester, customer)),
        None if on_behalf_of.is_some() => Err(Problem::invalid(vec![FieldError::new(
            "on_behalf_of",
            "is nobody for whom you may file a ticket",
            "name one of your customers' people, or leave it out to file in your own name",
        )])),
        None => Err(Problem::forbidden(
            "Your role files tickets for others only: say for whom in `on_behalf_of`.",
        )),
    }
}

fn word_faults(wish: &NewTicket) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if wish.id.is_nil() {
        faults.push(FieldError::new("id", "is the nil UUID", "make a new UUID"));
    }
    if let TicketKind::Other(word) = &wish.kind {
        faults.push(unknown_word("kind", word, &words(TicketKind::KNOWN)));
    }
    if let Some(Impact::Other(word)) = &wish.impact {
        faults.push(unknown_word("impact", word, &words(Impact::KNOWN)));
    }
    if let Some(Urgency::Other(word)) = &wish.urgency {
        faults.push(unknown_word("urgency", word, &words(Urgency::KNOWN)));
    }
    faults
}

/// The list of known words, for a remedy.
pub(super) fn words<T: ToString>(known: &[T]) -> String {
    let words: Vec<String> = known.iter().map(ToString::to_string).collect();
    words.join(", ")
}

/// A word that this API does not know.
pub(super) fn unknown_word(field: &str, word: &str, known: &str) -> FieldError {
    FieldError::new(
        field,
        format!("“{word}” is not known here"),
        format!("give one of: {known}"),
    )
}

async fn find_form(
    tx: &mut Tx,
    viewer: &str,
    id: Uuid,
    faults: &mut Vec<FieldError>,
) -> Result<Option<FormBody>, Problem> {
    let id = id.to_string();
    if sight::visible(tx, viewer, Kind::Form, &id).await?
        && let Some(body) = catalogue::body(tx, Kind::Form, &id).await?
    {
        return Ok(Some(serde_json::from_str(&body)?));
    }
    faults.push(FieldError::new(
        "form_id",
        "is no form that you may use",
        "choose a form of the catalogue, or leave it out",
    ));
    Ok(None)
}

async fn check_service(
    tx: &mut Tx,
    viewer: &str,
    id: Option<Uuid>,
    faults: &mut Vec<FieldError>,
) -> Result<(), Problem> {
    let Some(id) = id.map(|id| id.to_string()) else {
        return Ok(());
    };
    let body = match sight::visible(tx, viewer, Kind::Service, &id).await? {
        true => catalogue::body(tx, Kind::Service, &id).await?,
        false => None,
    };
    let Some(body) = body else {
        faults.push(FieldError::new(
            "service_id",
            "is no service that you may use",
            "choose a service of the catalogue, or leave it out",
        ));
        return Ok(());
    };
    let service: ServiceBody = serde_json::from_str(&body)?;
    let lifecycle = Lifecycle::from(service.lifecycle.as_str());
    if matches!(lifecycle, Lifecycle::Pipeline | Lifecycle::Retired) {
        faults.push(FieldError::new(
            "service_id",
            "cannot be asked for now",
            "choose a service that is live, or leave it out",
        ));
    }
    Ok(())
}

/// Subject, description and the answers that count.
fn content(
    wish: &NewTicket,
    form: Option<&FormBody>,
    faults: &mut Vec<FieldError>,
) -> (String, String, Vec<Answer>) {
    let mut subject = wish.subject.trim().to_owned();
    let mut description = wish.description.trim().to_owned();
    let mut answers = wish.answers.clone();
    if let Some(form) = form {
        if form.ticket_kind != wish.kind.as_str() {
            faults.push(FieldError::new(
                "kind",
                format!("the form makes tickets of kind “{}”", form.ticket_kind),
                "give that kind, or use another form",
            ));
        }
        if wish.service_id.is_some()
            && form.service_id.is_some()
            && form.service_id != wish.service_id
        {
            faults.push(FieldError::new(
                "service_id",
                "is not the service of the form",
                "leave it out, or use a form of that service",
            ));
        }
        let domain_form = forms::to_domain(wish.form_id.unwrap_or_default(), form);
        match forms::check(&domain_form, &wish.answers, wish.said_at) {
            Ok(kept) => answers = kept,
            Err(wrong) => faults.extend(wrong),
        }
        let answered = |key: &str| {
            answers.iter().find_map(|answer| match &answer.value {
                AnswerWire::Text(text) if answer.field == key && !text.trim().is_empty() => {
                    Some(text.trim().to_owned())
                }
                _ => None,
            })
        };
        if subject.is_empty() {
            subject = answered("subject").unwrap_or_else(|| form.title.default.clone());
        }
        if description.is_empty() {
            description = answered("description").unwrap_or_default();
        }
    } else if !answers.is_empty() {
        faults.push(FieldError::new(
            "answers",
            "belong to a form",
            "name the form in form_id, or leave them out",
        ));
    }
    let mut lengths = Vec::new();
    check_length(&mut lengths, "subject", &subject, 1, SUBJECT_MAX);
    check_length(
        &mut lengths,
        "description",
        &description,
        0,
        DESCRIPTION_MAX,
    );
    faults.extend(lengths.into_iter().map(FieldError::from));
    (subject, description, answers)
}
