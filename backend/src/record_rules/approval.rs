//! Approvals: asked for with a request whose form needs one, or by the service desk; decided by a manager
//! of the customer. The request is held meanwhile.

use super::{me, name_of, only, refuse};
use crate::auth::Caller;
use crate::db::plain::{self, Place, RecordRow};
use crate::db::sight::{Touched, refresh};
use crate::db::tickets::{self, TicketRow};
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use crate::ticket_rules::change::save;
use crate::time::Time;
use rapport_domain::{
    Approval, ApprovalState, Invalid, Kind, PersonRef, Plain, Reason, Record, Stamp, TicketId,
    TicketState, Timestamp, Typed,
};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Asks for the approval of a request that was just filed with a form that needs one.
///
/// # Errors
/// When the database fails.
pub async fn asked_by_form(
    write: &mut Write,
    caller: &Caller,
    ticket: &TicketRow,
) -> Result<(), Problem> {
    // What a manager himself asks for needs nobody else; what others file in his name does.
    if caller.role == "customer_manager" && caller.user_id == ticket.requester_id {
        return Ok(());
    }
    add(write, ticket).await?;
    hold(write, ticket, None).await
}

async fn add(write: &mut Write, ticket: &TicketRow) -> Result<(), Problem> {
    let (approval, place) = open(write, ticket, Uuid::now_v7()).await?;
    let row = RecordRow::of(&approval.to_record(), place)?;
    plain::insert(&mut write.tx, &row).await?;
    refresh(&mut write.tx, &mut write.touched, Kind::Approval, &row.id).await?;
    Ok(())
}

/// Asks for the approval of a ticket, as somebody who works on it.
///
/// # Errors
/// When the caller may not, or one is asked for already.
pub async fn ask(
    write: &mut Write,
    caller: &Caller,
    record: &mut Record,
) -> Result<Place, Problem> {
    let unknown = || {
        Problem::invalid(vec![FieldError::new(
            "ticket_id",
            "is no ticket that you work on",
            "name one that is open",
        )])
    };
    let ticket = TicketId::take(Some(record.get("ticket"))).ok_or_else(unknown)?;
    let id = ticket.to_string();
    let row = tickets::find(&mut write.tx, &id)
        .await?
        .ok_or_else(unknown)?;
    let works = tickets::may(&mut write.tx, &caller.user_id, "work", &id).await?;
    if !works || TicketState::from(row.state.as_str()).is_over() {
        return Err(unknown());
    }
    if is_pending(&mut write.tx, &id).await? {
        return Err(Problem::invalid(vec![FieldError::new(
            "ticket_id",
            "waits for an approval already",
            "wait for the decision",
        )]));
    }
    let (mut approval, place) = open(write, &row, record.id).await?;
    approval.stamp = record.stamp.clone();
    *record = approval.to_record();
    hold(write, &row, Some(&caller.user_id)).await?;
    Ok(place)
}

async fn open(
    write: &mut Write,
    ticket: &TicketRow,
    id: Uuid,
) -> Result<(Approval, Place), Problem> {
    let requester: Uuid = ticket.requester_id.parse().map_err(Problem::internal)?;
    let name = name_of(write, requester).await?;
    let ticket_id: Uuid = ticket.id.parse().map_err(Problem::internal)?;
    let customer: Uuid = ticket.customer_id.parse().map_err(Problem::internal)?;
    let approval = Approval {
        id: id.into(),
        stamp: Stamp::said_now(Timestamp(write.now.0)),
        ticket: ticket_id.into(),
        customer: Some(customer.into()),
        requester: PersonRef {
            id: Some(requester.into()),
            name: name.unwrap_or_default(),
        },
        state: ApprovalState::Requested,
        reason: String::new(),
        decided_by: PersonRef::default(),
        decided_at: None,
    };
    let place = Place {
        customer: Some(ticket.customer_id.clone()),
        person: Some(ticket.requester_id.clone()),
        parent: Some(ticket.id.clone()),
    };
    Ok((approval, place))
}

/// The ticket waits.
async fn hold(write: &mut Write, ticket: &TicketRow, by: Option<&str>) -> Result<(), Problem> {
    let held = TicketRow {
        state: TicketState::Held.as_str().to_owned(),
        ..ticket.clone()
    };
    let now = write.now.0;
    save(write, ticket, &held, by, now, None).await
}

/// The newest approval of a ticket, if it is in that state.
async fn newest_is(
    conn: &mut SqliteConnection,
    ticket: &str,
    state: &ApprovalState,
) -> Result<Option<(RecordRow, Record)>, sqlx::Error> {
    let newest: Option<RecordRow> = sqlx::query_as(
        "SELECT * FROM approval WHERE parent_id = ? ORDER BY received_at DESC, id DESC LIMIT 1",
    )
    .bind(ticket)
    .fetch_optional(conn)
    .await?;
    let Some(row) = newest else {
        return Ok(None);
    };
    let record = row.record(Kind::Approval)?;
    let is_so = Approval::of(&record).is_some_and(|approval| approval.state == *state);
    Ok(is_so.then_some((row, record)))
}

/// Whether the ticket waits for an approval.
///
/// # Errors
/// When the database fails.
pub async fn is_pending(conn: &mut SqliteConnection, ticket: &str) -> Result<bool, sqlx::Error> {
    let pending = newest_is(conn, ticket, &ApprovalState::Requested).await?;
    Ok(pending.is_some())
}

/// Whether somebody was asked about the ticket as it is worded now, or agreed to it.
///
/// # Errors
/// When the database fails.
pub async fn stands(conn: &mut SqliteConnection, ticket: &str) -> Result<bool, sqlx::Error> {
    let agreed = newest_is(conn, ticket, &ApprovalState::Approved).await?;
    Ok(agreed.is_some() || is_pending(conn, ticket).await?)
}

/// A ticket that is over waits for nothing.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    ticket: &str,
) -> Result<(), sqlx::Error> {
    match newest_is(conn, ticket, &ApprovalState::Requested).await? {
        Some(found) => turn(conn, touched, now, found, &ApprovalState::Withdrawn).await,
        None => Ok(()),
    }
}

/// A ticket came to another person or customer, and its approvals with it.
///
/// # Errors
/// When the database fails.
pub async fn move_with(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    ticket: &TicketRow,
) -> Result<(), sqlx::Error> {
    let all: Vec<RecordRow> =
        sqlx::query_as("SELECT * FROM approval WHERE parent_id = ? ORDER BY id")
            .bind(&ticket.id)
            .fetch_all(&mut *conn)
            .await?;
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM user WHERE id = ?")
        .bind(&ticket.requester_id)
        .fetch_optional(&mut *conn)
        .await?;
    let requester = PersonRef {
        id: ticket.requester_id.parse().ok(),
        name: name.unwrap_or_default(),
    };
    for mut row in all {
        let mut record = row.record(Kind::Approval)?;
        record.set("requester", requester.clone().put());
        record.set("customer", ticket.customer_id.clone().into());
        row.customer_id = Some(ticket.customer_id.clone());
        row.person_id = Some(ticket.requester_id.clone());
        row.body = serde_json::to_string(&record.fields)
            .map_err(|error| sqlx::Error::Decode(error.into()))?;
        plain::update(conn, touched, Kind::Approval, &row, now).await?;
    }
    Ok(())
}

/// A ticket that is opened again waits for what nobody had decided, and is asked about anew where it was
/// refused; tells whether it waits.
///
/// # Errors
/// When the database fails.
pub async fn ask_again(write: &mut Write, ticket: &TicketRow) -> Result<bool, Problem> {
    let (tx, touched, now) = (&mut write.tx, &mut write.touched, write.now);
    if let Some(found) = newest_is(tx, &ticket.id, &ApprovalState::Withdrawn).await? {
        turn(tx, touched, now, found, &ApprovalState::Requested).await?;
        return Ok(true);
    }
    let refused = newest_is(tx, &ticket.id, &ApprovalState::Refused).await?;
    if refused.is_some() {
        add(write, ticket).await?;
    }
    Ok(refused.is_some())
}

async fn turn(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    (mut row, mut record): (RecordRow, Record),
    to: &ApprovalState,
) -> Result<(), sqlx::Error> {
    record.set("state", to.put());
    row.body =
        serde_json::to_string(&record.fields).map_err(|error| sqlx::Error::Decode(error.into()))?;
    plain::update(conn, touched, Kind::Approval, &row, now).await
}

/// Decides.
///
/// # Errors
/// When the caller may not, it is decided already, or a reason is missing.
pub async fn decide(
    write: &mut Write,
    caller: &Caller,
    before: &Record,
    after: &mut Record,
) -> Result<(), Problem> {
    let (Some(was), Some(wish)) = (Approval::of(before), Approval::of(after)) else {
        return Err(Problem::not_found());
    };
    let may: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM approval_right WHERE approval_id = ? AND user_id = ?)",
    )
    .bind(was.id.to_string())
    .bind(&caller.user_id)
    .fetch_one(&mut *write.tx)
    .await?;
    if !may {
        return Err(Problem::forbidden(
            "A manager of the customer decides this, though not about a request of his own.",
        ));
    }
    only(before, after, &["state", "reason"])?;
    if before.fields == after.fields {
        return Ok(());
    }
    if was.state == wish.state || !was.state.leads_to(&wish.state) {
        let reason = Reason::IllegalTransition {
            from: was.state.to_string(),
            to: wish.state.to_string(),
        };
        return refuse(vec![Invalid::new("state", reason)]);
    }
    refuse(after.problems())?;
    let by = me(write, caller).await?;
    after.set("decided_by", by.put());
    after.set("decided_at", Some(Timestamp(write.now.0)).put());
    Ok(())
}

/// After the decision the request goes back to the service desk, or is called off.
///
/// # Errors
/// When the database fails.
pub async fn follow(write: &mut Write, caller: &Caller, decided: &Record) -> Result<(), Problem> {
    let Some(approval) = Approval::of(decided) else {
        return Ok(());
    };
    let state = match approval.state {
        ApprovalState::Approved => TicketState::Acknowledged,
        ApprovalState::Refused => TicketState::Cancelled,
        _ => return Ok(()),
    };
    let id = approval.ticket.to_string();
    let Some(before) = tickets::find(&mut write.tx, &id).await? else {
        return Ok(());
    };
    // What waits no more, because an import moved it on, stays as it is.
    if TicketState::from(before.state.as_str()) != TicketState::Held {
        return Ok(());
    }
    let after = TicketRow {
        state: state.as_str().to_owned(),
        ..before.clone()
    };
    let (said_at, note) = (write.now.0, Some(approval.reason));
    save(write, &before, &after, Some(&caller.user_id), said_at, note).await
}
