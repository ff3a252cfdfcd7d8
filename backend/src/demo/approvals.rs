//! What managers of customers decided about requests whose form needs it.

use super::DemoError;
use super::ids::Ids;
use crate::db::Tx;
use crate::db::plain::{self, Place, RecordRow};
use crate::db::thread::{self, ChangeRow};
use crate::db::tickets::{self, TicketRow};
use crate::time::{DAY, Time};
use rapport_domain::{Approval, ApprovalState, PersonRef, Stamp, TicketState, Timestamp, Typed};
use sqlx::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
struct Filed {
    id: String,
    state: String,
    customer_id: String,
    requester_id: String,
    requester: String,
    manager_id: String,
    manager: String,
    received_at: i64,
    is_new: bool,
}

/// Requests that wait for an approval: who asks, hours ago, which product, and what for.
const ASKED: [(&str, i64, &str, &str); 2] = [
    (
        "ben",
        3,
        "Drawing viewer 13",
        "The new quay wall comes in a format that ours cannot read.",
    ),
    (
        "anna",
        26,
        "Berth planner, two more seats",
        "Two colleagues join the planning in January.",
    ),
];

/// Files the requests that wait.
async fn ask(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    for (login, hours, product, purpose) in ASKED {
        let at = now.0 - hours * DAY / 24;
        let id = ids
            .uuid("ticket", &format!("approval of {login}"))
            .to_string();
        let user = ids.uuid("user", login).to_string();
        let answers = serde_json::json!([
            {"field": "product", "label": "Product and version", "value": product},
            {"field": "licence", "label": "Is there a licence?", "value": "free"},
            {"field": "description", "label": "What is it for?", "value": purpose}]);
        let row = TicketRow {
            id: id.clone(),
            number: tickets::next_number(tx, "service_request").await?,
            kind: "service_request".to_owned(),
            state: "held".to_owned(),
            subject: "Install software".to_owned(),
            description: purpose.to_owned(),
            customer_id: ids.uuid("customer", "harbour").to_string(),
            requester_id: user.clone(),
            assignee_id: None,
            author_id: user,
            service_id: Some(ids.uuid("service", "workplace").to_string()),
            form_id: Some(ids.uuid("form", "software").to_string()),
            answers: answers.to_string(),
            impact: None,
            urgency: None,
            priority: None,
            last_comment_id: None,
            content_hash: Vec::new(),
            version: 1,
            said_at: at,
            received_at: at,
            updated_at: at,
        };
        tickets::insert(tx, &row).await?;
        let held = ChangeRow {
            id: ids
                .uuid("ticket change", &format!("approval of {login}"))
                .to_string(),
            ticket_id: id,
            by_id: None,
            field: "state",
            from_value: Some("acknowledged".to_owned()),
            to_value: Some("held".to_owned()),
            note: None,
            said_at: at,
            received_at: at,
        };
        thread::insert_change(tx, &held).await?;
    }
    Ok(())
}

/// Writes all of them.
pub async fn fill(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    ask(tx, ids, now).await?;
    let filed: Vec<Filed> = sqlx::query_as(
        "SELECT t.id, t.state, t.customer_id, t.requester_id, r.name AS requester,
             m.id AS manager_id, m.name AS manager, t.received_at,
             t.assignee_id IS NULL AS is_new
         FROM ticket t JOIN user r ON r.id = t.requester_id
         JOIN user m ON m.customer_id = t.customer_id AND m.role = 'customer_manager'
         JOIN form f ON f.id = t.form_id AND json_extract(f.body, '$.approval') = 1
         WHERE r.role = 'customer_user' ORDER BY t.received_at, t.id",
    )
    .fetch_all(&mut **tx)
    .await?;
    for one in filed {
        let uuid = |text: &str| Uuid::try_parse(text).unwrap_or_default();
        let (state, reason) = match TicketState::from(one.state.as_str()) {
            // The others are held for the service desk's own reasons.
            TicketState::Held if one.is_new => (ApprovalState::Requested, ""),
            TicketState::Cancelled => (ApprovalState::Refused, "The licences are used up."),
            TicketState::Rejected => continue,
            _ => (ApprovalState::Approved, ""),
        };
        let is_decided = state != ApprovalState::Requested;
        let approval = Approval {
            id: ids.uuid("approval", &one.id).into(),
            stamp: Stamp::said_now(Timestamp(one.received_at)),
            ticket: uuid(&one.id).into(),
            customer: Some(uuid(&one.customer_id).into()),
            requester: PersonRef {
                id: Some(uuid(&one.requester_id).into()),
                name: one.requester,
            },
            state,
            reason: reason.to_owned(),
            decided_by: match is_decided {
                true => PersonRef {
                    id: Some(uuid(&one.manager_id).into()),
                    name: one.manager,
                },
                false => PersonRef::default(),
            },
            decided_at: is_decided.then_some(Timestamp(one.received_at + DAY / 24)),
        };
        let place = Place {
            customer: Some(one.customer_id),
            person: Some(one.requester_id),
            parent: Some(one.id),
        };
        plain::insert(tx, &RecordRow::of(&approval.to_record(), place)?).await?;
    }
    Ok(())
}
