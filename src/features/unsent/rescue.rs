//! Words whose ticket does not take them any more: reopen it with them, or make a new request of
//! them. Nothing is removed before its copy is stored.

use super::item::Item;
use crate::features::shared::DraftKey;
use crate::live::Portal;
use leptos::prelude::*;
use rapport_domain::{Entity, OperationId, RecordEdit, TicketState};
use rapport_store::Fault;
use rapport_sync::actions::{NotNow, goes_with};

/// The slot of the words in a request without a form.
const WORDS: &str = "answer.description";

/// Reopens the ticket and says the words again after that. With files behind them the words stay
/// where they are, to be tried again once the ticket is open.
pub async fn reopen_with(portal: &Portal, op: OperationId, item: &Item) -> Result<(), NotNow> {
    let Some(Entity::Ticket(ticket)) = portal.load(item.subject).await? else {
        return Err(NotNow::Fault(Fault::Guard));
    };
    let reopens = ticket.state.customer_may_reopen();
    let reopened = reopens
        .then(|| RecordEdit::of_ticket(&ticket, |ticket| ticket.state = TicketState::Acknowledged));
    let alone = portal.outbox().with_untracked(|rows| {
        rows.iter()
            .find(|row| row.item.op == op)
            .is_some_and(|row| goes_with(rows, row).len() == 1)
    });
    if alone {
        return portal
            .say_after(op, &ticket, reopened, item.words.clone())
            .await;
    }
    if let Some(edit) = reopened {
        portal.edit(&Entity::Ticket(ticket), edit, None).await?;
    }
    Ok(())
}

/// Puts the words into the request without a form, after what stands there already; once, however
/// often it is asked for. The item stays until its author gives it up.
pub async fn new_from(portal: &Portal, words: &str) -> Result<(), Fault> {
    let title: String = words.chars().take(80).collect();
    let draft = portal.draft(DraftKey::General(None).to_string());
    draft.append(WORDS, words, &title).await
}
