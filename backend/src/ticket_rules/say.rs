//! Adding words to a ticket.

use super::change::{self, ticket_closed};
use super::clock;
use super::create::id_taken;
use crate::auth::Caller;
use crate::db::sight;
use crate::db::thread::{self, CommentRow};
use crate::db::tickets;
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use crate::text::digest;
use crate::wire::requests::NewComment;
use rapport_domain::thread::COMMENT_MAX;
use rapport_domain::ticket::check_length;
use rapport_domain::{Kind, TicketState};

/// Adds the comment; false when the very same one was added before.
///
/// # Errors
/// When the caller may not, the ticket is closed, or the words do not do.
pub async fn say(
    write: &mut Write,
    caller: &Caller,
    ticket_id: &str,
    wish: NewComment,
) -> Result<bool, Problem> {
    let viewer = &caller.user_id;
    if !sight::visible(&mut write.tx, viewer, Kind::Ticket, ticket_id).await? {
        return Err(Problem::not_found());
    }
    let id = wish.id.to_string();
    let content_hash = digest(&[ticket_id.as_bytes(), &serde_json::to_vec(&wish)?]);
    if let Some(before) = thread::find_comment(&mut write.tx, &id).await? {
        let same = before.author_id == *viewer && before.content_hash == content_hash;
        return if same { Ok(false) } else { Err(id_taken()) };
    }
    may_add(write, caller, ticket_id).await?;
    if wish.internal && !tickets::may(&mut write.tx, viewer, "work", ticket_id).await? {
        return Err(Problem::forbidden(
            "Internal comments are for those who work on tickets: leave out `internal`.",
        ));
    }
    check(&wish)?;
    let row = CommentRow {
        id,
        ticket_id: ticket_id.to_owned(),
        author_id: viewer.clone(),
        author_role: caller.role.clone(),
        text: wish.text.trim().to_owned(),
        internal: wish.internal,
        content_hash,
        said_at: wish.said_at.0,
        received_at: write.now.0,
    };
    thread::add_comment(&mut write.tx, &mut write.touched, &row).await?;
    // An internal comment leaves no trace on the ticket, which customers see.
    if !row.internal {
        after_words(write, caller, ticket_id, row).await?;
    }
    Ok(true)
}

fn check(wish: &NewComment) -> Result<(), Problem> {
    let mut lengths = Vec::new();
    check_length(&mut lengths, "text", &wish.text, 1, COMMENT_MAX);
    let mut faults: Vec<FieldError> = lengths.into_iter().map(FieldError::from).collect();
    if wish.id.is_nil() {
        faults.push(FieldError::new("id", "is the nil UUID", "make a new UUID"));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(faults))
    }
}

/// Whether words and files can be added to a ticket that the caller sees.
///
/// # Errors
/// 403 when not by him, 409 when by nobody.
pub async fn may_add(write: &mut Write, caller: &Caller, ticket_id: &str) -> Result<(), Problem> {
    if !tickets::may(&mut write.tx, &caller.user_id, "comment", ticket_id).await? {
        return Err(Problem::forbidden("Your role may only read this ticket."));
    }
    let ticket = tickets::find(&mut write.tx, ticket_id)
        .await?
        .ok_or_else(Problem::not_found)?;
    if TicketState::from(ticket.state.as_str()).takes_comments() {
        Ok(())
    } else {
        Err(ticket_closed())
    }
}

async fn after_words(
    write: &mut Write,
    caller: &Caller,
    ticket_id: &str,
    comment: CommentRow,
) -> Result<(), Problem> {
    let before = tickets::find(&mut write.tx, ticket_id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let mut after = before.clone();
    after.last_comment_id = Some(comment.id);
    if caller.is_customer() && before.state == TicketState::Pending.as_str() {
        // What the service desk waited for has come.
        after.state = TicketState::InProgress.as_str().to_owned();
        change::save(
            write,
            &before,
            &after,
            Some(&caller.user_id),
            comment.said_at,
            None,
        )
        .await
    } else {
        tickets::update(&mut write.tx, &mut write.touched, &after, write.now).await?;
        clock::follow(&mut write.tx, &mut write.touched, write.now, ticket_id).await?;
        Ok(())
    }
}
