//! Changing a ticket: who may change which field, which states can follow, and the history of it.

use super::clock;
use super::create::{unknown_word, words};
use crate::auth::Caller;
use crate::db::thread::{self, ChangeRow};
use crate::db::tickets::{self, TicketRow};
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use crate::record_rules::{approval, survey};
use crate::wire::requests::{AssigneePatch, TicketPatch};
use axum::http::StatusCode;
use rapport_domain::ticket::{DESCRIPTION_MAX, NOTE_MAX, SUBJECT_MAX, check_length};
use rapport_domain::{Impact, Invalid, Reason, TicketState, Urgency};
use uuid::Uuid;

/// What the caller may do to a ticket that he sees.
#[derive(Clone, Copy, Debug)]
struct Rights {
    /// Close, reopen and reword it as its customer.
    edit: bool,
    /// Move and assign it as the service desk.
    work: bool,
    /// Move it as the one who handles the complaint.
    handle: bool,
}

/// The ticket is over.
#[must_use]
pub fn ticket_closed() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "ticket-closed",
        "The ticket is closed",
    )
    .detail("Reopen it first, or file a new one.")
}

/// Applies the patch. Fields that have the wanted value already count as not named.
///
/// # Errors
/// When the caller may not, or fields need attention.
pub async fn apply(
    write: &mut Write,
    caller: &Caller,
    id: &str,
    patch: TicketPatch,
) -> Result<(), Problem> {
    let before = tickets::find(&mut write.tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let viewer = &caller.user_id;
    let rights = Rights {
        edit: tickets::may(&mut write.tx, viewer, "edit", id).await?,
        work: tickets::may(&mut write.tx, viewer, "work", id).await?,
        handle: tickets::may(&mut write.tx, viewer, "handle", id).await?,
    };
    let mut after = before.clone();
    let mut faults = Vec::new();
    let mut refused = Vec::new();
    check_words(&patch, &mut faults);
    if let Some(state) = &patch.state {
        move_state(&mut after, state, rights, &mut faults, &mut refused);
        let called_off = matches!(
            state,
            TicketState::Closed | TicketState::Cancelled | TicketState::Rejected
        );
        if after.state != before.state
            && !called_off
            && approval::is_pending(&mut write.tx, id).await?
        {
            faults.push(FieldError::new(
                "state",
                "cannot change before the approval is decided",
                "wait for the decision, or decide it for the manager who told you",
            ));
        }
    }
    reword(&mut after, &patch, rights, &mut refused);
    // What was agreed to is what is done, and as fast; how bad it is the service desk may find out.
    let new_words = [
        ("subject", before.subject != after.subject),
        ("description", before.description != after.description),
        ("impact", !rights.work && before.impact != after.impact),
        ("urgency", !rights.work && before.urgency != after.urgency),
    ];
    if new_words.iter().any(|(_, changed)| *changed) && approval::stands(&mut write.tx, id).await? {
        let changed = new_words.into_iter().filter(|(_, changed)| *changed);
        faults.extend(changed.map(|(field, _)| {
            FieldError::new(
                field,
                "cannot be changed once a manager was asked to approve it",
                "say what is different in an answer, or file another request",
            )
        }));
    }
    if let Some(assignee) = &patch.assignee {
        assign(
            write,
            &mut after,
            assignee.as_ref(),
            rights,
            &mut faults,
            &mut refused,
        )
        .await?;
    }
    let mut lengths = Vec::new();
    check_length(&mut lengths, "subject", &after.subject, 1, SUBJECT_MAX);
    check_length(
        &mut lengths,
        "description",
        &after.description,
        0,
        DESCRIPTION_MAX,
    );
    check_length(
        &mut lengths,
        "note",
        patch.note.as_deref().unwrap_or(""),
        0,
        NOTE_MAX,
    );
    faults.extend(lengths.into_iter().map(FieldError::from));
    if !refused.is_empty() {
        let mut problem = Problem::forbidden("Your role may not change these fields.");
        problem.errors = refused
            .into_iter()
            .map(|field| Invalid::new(field, Reason::NotAllowed).into())
            .collect();
        return Err(problem);
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let over = TicketState::from(after.state.as_str()).is_over();
    if over && !rights.work && reworded(&before, &after) {
        return Err(ticket_closed());
    }
    let was_over = TicketState::from(before.state.as_str()).is_over();
    if was_over && !over && approval::ask_again(write, &before).await? {
        after.state = TicketState::Held.as_str().to_owned();
    }
    after.priority = tickets::priority(after.impact.as_deref(), after.urgency.as_deref());
    let said_at = patch.said_at.unwrap_or(write.now).0;
    save(write, &before, &after, Some(viewer), said_at, patch.note).await
}

/// Writes what differs, with its history; without a person the backend did it by itself. Nothing differs: nothing is written.
///
/// # Errors
/// When the database fails.
pub async fn save(
    write: &mut Write,
    before: &TicketRow,
    after: &TicketRow,
    by: Option<&str>,
    said_at: i64,
    note: Option<String>,
) -> Result<(), Problem> {
    let text = |text: &str| Some(text.to_owned());
    let mut differences = vec![
        ("state", text(&before.state), text(&after.state)),
        ("subject", text(&before.subject), text(&after.subject)),
        ("description", None, None),
        ("impact", before.impact.clone(), after.impact.clone()),
        ("urgency", before.urgency.clone(), after.urgency.clone()),
        ("priority", before.priority.clone(), after.priority.clone()),
    ];
    differences.retain(|(field, from, to)| {
        from != to || (*field == "description" && before.description != after.description)
    });
    if before.assignee_id != after.assignee_id {
        let from = name(write, before.assignee_id.as_deref()).await?;
        let to = name(write, after.assignee_id.as_deref()).await?;
        differences.push(("assignee", from, to));
    }
    if differences.is_empty() {
        return Ok(());
    }
    let mut note = note.filter(|note| !note.trim().is_empty());
    for (field, from_value, to_value) in differences {
        let row = ChangeRow {
            id: Uuid::now_v7().to_string(),
            ticket_id: after.id.clone(),
            by_id: by.map(str::to_owned),
            field,
            from_value,
            to_value,
            // The reason stands with the first of the changes made together.
            note: note.take(),
            said_at,
            received_at: write.now.0,
        };
        thread::add_change(&mut write.tx, &mut write.touched, &row).await?;
    }
    tickets::update(&mut write.tx, &mut write.touched, after, write.now).await?;
    clock::follow(&mut write.tx, &mut write.touched, write.now, &after.id).await?;
    let over = |row: &TicketRow| TicketState::from(row.state.as_str()).is_over();
    if over(after) && !over(before) {
        let (tx, touched) = (&mut write.tx, &mut write.touched);
        approval::withdraw(tx, touched, write.now, &after.id).await?;
    }
    let closed = |row: &TicketRow| TicketState::from(row.state.as_str()) == TicketState::Closed;
    // Nobody is asked how well something was done that he called off before anybody began with it.
    if closed(after) && !closed(before) && !clock::is_untouched(&mut write.tx, after).await? {
        survey::after_ticket(write, &after.id, &after.customer_id, &after.requester_id).await?;
    }
    Ok(())
}

async fn name(write: &mut Write, user: Option<&str>) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT name FROM user WHERE id = ?")
        .bind(user)
        .fetch_optional(&mut *write.tx)
        .await
}

fn check_words(patch: &TicketPatch, faults: &mut Vec<FieldError>) {
    if let Some(TicketState::Other(word)) = &patch.state {
        faults.push(unknown_word("state", word, &words(TicketState::KNOWN)));
    }
    if let Some(Some(Impact::Other(word))) = &patch.impact {
        faults.push(unknown_word("impact", word, &words(Impact::KNOWN)));
    }
    if let Some(Some(Urgency::Other(word))) = &patch.urgency {
        faults.push(unknown_word("urgency", word, &words(Urgency::KNOWN)));
    }
}

fn move_state(
    after: &mut TicketRow,
    wanted: &TicketState,
    rights: Rights,
    faults: &mut Vec<FieldError>,
    refused: &mut Vec<&'static str>,
) {
    let now = TicketState::from(after.state.as_str());
    if now == *wanted || matches!(wanted, TicketState::Other(_)) {
        return;
    }
    if rights.work || rights.handle {
        if let Err(illegal) = now.check_move(wanted) {
            faults.push(illegal.into());
            return;
        }
    } else if rights.edit {
        let legal = match wanted {
            TicketState::Closed => now.customer_may_close(),
            TicketState::Acknowledged => now.customer_may_reopen(),
            _ => false,
        };
        if !legal {
            let reason = Reason::IllegalTransition {
                from: now.to_string(),
                to: wanted.to_string(),
            };
            faults.push(Invalid::new("state", reason).into());
            return;
        }
    } else {
        refused.push("state");
        return;
    }
    after.state = wanted.as_str().to_owned();
}

fn reword(
    after: &mut TicketRow,
    patch: &TicketPatch,
    rights: Rights,
    refused: &mut Vec<&'static str>,
) {
    let subject = patch.subject.as_deref().map(str::trim);
    if let Some(subject) = subject.filter(|subject| *subject != after.subject) {
        after.subject = subject.to_owned();
        if !rights.edit {
            refused.push("subject");
        }
    }
    let description = patch.description.as_deref().map(str::trim);
    if let Some(description) = description.filter(|text| *text != after.description) {
        after.description = description.to_owned();
        if !rights.edit {
            refused.push("description");
        }
    }
    let word = |impact: &Option<Impact>| impact.as_ref().map(|i| i.as_str().to_owned());
    if let Some(impact) = patch.impact.as_ref().map(word)
        && impact != after.impact
    {
        after.impact = impact;
        if !rights.edit && !rights.work {
            refused.push("impact");
        }
    }
    let word = |urgency: &Option<Urgency>| urgency.as_ref().map(|u| u.as_str().to_owned());
    if let Some(urgency) = patch.urgency.as_ref().map(word)
        && urgency != after.urgency
    {
        after.urgency = urgency;
        if !rights.edit && !rights.work {
            refused.push("urgency");
        }
    }
}

async fn assign(
    write: &mut Write,
    after: &mut TicketRow,
    assignee: Option<&AssigneePatch>,
    rights: Rights,
    faults: &mut Vec<FieldError>,
    refused: &mut Vec<&'static str>,
) -> Result<(), Problem> {
    let wanted = assignee.map(|assignee| assignee.id.to_string());
    if wanted == after.assignee_id {
        return Ok(());
    }
    if !rights.work {
        refused.push("assignee");
        return Ok(());
    }
    if let Some(user) = &wanted {
        let works: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM ticket_right
                            WHERE ticket_id = ? AND user_id = ? AND name IN ('work', 'handle'))",
        )
        .bind(&after.id)
        .bind(user)
        .fetch_one(&mut *write.tx)
        .await?;
        if !works {
            faults.push(FieldError::new(
                "assignee.id",
                "is nobody who works on this ticket",
                "name somebody of the service desk",
            ));
        }
    }
    after.assignee_id = wanted;
    Ok(())
}

fn reworded(before: &TicketRow, after: &TicketRow) -> bool {
    before.subject != after.subject
        || before.description != after.description
        || before.impact != after.impact
        || before.urgency != after.urgency
}
