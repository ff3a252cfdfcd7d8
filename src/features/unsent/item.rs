//! An unsent change in its author's words: what it is, what he wrote, why it is still here and what
//! can be done about it. Pure.

use rapport_connector::Refusal;
use rapport_domain::{
    ComplaintStage, FieldConflict, Intent, InvitationState, Kind, OperationId, PersonRef, Plain,
    RecordKey, Reference, TicketKind, TicketState, Timestamp,
};
use rapport_sync::{OutboxItem, OutboxRow, Parked, State, Status};

/// An unsent change.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The operation.
    pub op: OperationId,
    /// The ticket, complaint or other record that it belongs to.
    pub subject: RecordKey,
    /// What it is.
    pub what: What,
    /// What its author wrote; empty where there are no words of his.
    pub words: String,
    /// When he did.
    pub since: Timestamp,
    /// Why it is still here.
    pub why: Why,
    /// The number by which he can name it.
    pub reference: Reference,
    /// What can be done, the most helpful first.
    pub actions: Vec<Action>,
}

/// What an unsent change is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A new ticket.
    Ticket(TicketKind),
    /// An answer on a ticket.
    Answer,
    /// A file on a ticket.
    File(String),
    /// Closing a ticket.
    Closing,
    /// Reopening a ticket.
    Reopening,
    /// An invitation answered, declined or taken up again.
    Invitation(InvitationState),
    /// Other changes of a record of that kind.
    Change(Kind),
    /// A new complaint.
    Complaint,
    /// A complaint that moves on.
    Stage(ComplaintStage),
    /// Words on a complaint.
    Note,
    /// Another new record.
    Record(Kind),
}

/// Why a change is still on this device.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It goes out as soon as the server can be reached.
    Waits,
    /// It goes out after something that its author must decide first.
    WaitsForEarlier,
    /// It goes out once he has signed in.
    WaitsForSignIn,
    /// It is going out now.
    Sending,
    /// It went out, and the answer was lost: we are looking whether it arrived.
    Checking,
    /// The ticket was closed meanwhile.
    TicketClosed,
    /// The ticket is gone, or may no longer be seen.
    TicketGone,
    /// The service desk's system refused it, in its own words.
    Refused {
        /// Its headline.
        title: String,
        /// What it said at length.
        detail: String,
        /// What it said about single fields.
        fields: Vec<(String, String)>,
    },
    /// Somebody else changed the same.
    Conflict(Vec<FieldConflict>),
    /// The bytes of the file are not on this device any more.
    FileMissing,
    /// It went out, and nothing can tell whether it arrived.
    OutcomeUnknown,
    /// This service desk's system cannot take it.
    NotPossible(String),
}

/// What can be done about an unsent change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Send it again as it is.
    Retry,
    /// Change the words and send that instead.
    Edit,
    /// Reopen the ticket and send the answer after that.
    ReopenWithThis,
    /// Make a new request of the words.
    NewFromThis,
    /// Of two versions, take mine.
    KeepMine,
    /// Of two versions, take the other.
    TakeTheirs,
    /// Forget it.
    Discard,
}

/// Words `row` in the light of the rest of the outbox and of whether its ticket, as last known, still
/// takes words.
#[must_use]
pub fn item(row: &OutboxItem, outbox: &[OutboxRow], status: &Status, takes_words: bool) -> Item {
    let what = what(&row.intent);
    let why = why(row, outbox, status, takes_words);
    Item {
        op: row.op,
        subject: row.intent.subject(),
        words: words(&row.intent),
        since: row.said_at,
        reference: reference(row),
        actions: actions(&what, &why, row),
        what,
        why,
    }
}

fn what(intent: &Intent) -> What {
    match intent {
        Intent::CreateTicket { ticket } => What::Ticket(ticket.kind.clone()),
        Intent::AddComment { .. } => What::Answer,
        Intent::AddAttachment { attachment } => What::File(attachment.name.clone()),
        Intent::Create { record } => match record.kind {
            Kind::Complaint => What::Complaint,
            Kind::ComplaintNote => What::Note,
            other => What::Record(other),
        },
        Intent::Edit { target, edit, .. } => match target.kind {
            Kind::Ticket => match edit.mine("state") {
                Some(TicketState::Closed) => What::Closing,
                Some(TicketState::Acknowledged | TicketState::InProgress) => What::Reopening,
                _ => What::Change(target.kind),
            },
            Kind::Complaint => match edit.mine("stage") {
                Some(stage) => What::Stage(stage),
                None => What::Change(target.kind),
            },
            Kind::Invitation => match edit.mine("state") {
                Some(state) => What::Invitation(state),
                None => What::Change(target.kind),
            },
            kind => What::Change(kind),
        },
    }
}

fn words(intent: &Intent) -> String {
    match intent {
        Intent::CreateTicket { ticket } => ticket.subject.clone(),
        Intent::AddComment { comment } => comment.text.clone(),
        Intent::AddAttachment { .. } => String::new(),
        Intent::Create { record } => {
            // Invitations and answers are those of somebody.
            let whose = || PersonRef::take(Some(record.get("person"))).map(|person| person.name);
            let said = intent.words().first().map(|words| (*words).to_owned());
            said.or_else(whose).unwrap_or_default()
        }
        Intent::Edit { edit, .. } => {
            let wanted = || intent.words().first().map(|words| (*words).to_owned());
            edit.note.clone().or_else(wanted).unwrap_or_default()
        }
    }
}

/// Whether there is something that its author wrote and can write differently.
fn has_words(intent: &Intent) -> bool {
    !matches!(intent, Intent::AddAttachment { .. }) && !intent.words().is_empty()
}

/// The number of the record that the change makes; a change of an existing one has its own, words and
/// files on a ticket have the ticket's.
fn reference(row: &OutboxItem) -> Reference {
    let on_ticket = matches!(
        row.intent,
        Intent::AddComment { .. } | Intent::AddAttachment { .. }
    );
    let made = row.intent.created().map(|record| record.key().id);
    Reference::of(if on_ticket {
        row.intent.subject().id
    } else {
        made.unwrap_or(row.op.0)
    })
}

fn why(row: &OutboxItem, outbox: &[OutboxRow], status: &Status, takes_words: bool) -> Why {
    match &row.state {
        State::Queued if status.needs_sign_in => Why::WaitsForSignIn,
        State::Queued if waits_for_parked(row, outbox) => Why::WaitsForEarlier,
        State::Queued => Why::Waits,
        State::Sending => Why::Sending,
        State::Unknown { .. } => Why::Checking,
        State::Parked { why } => parked(why, &row.intent, takes_words),
    }
}

/// Whether something before it on the same record needs the author first.
fn waits_for_parked(row: &OutboxItem, outbox: &[OutboxRow]) -> bool {
    let subject = row.intent.subject();
    outbox
        .iter()
        .map(|other| &other.item)
        .take_while(|other| other.op != row.op)
        .filter(|other| other.intent.subject() == subject || row.after.contains(&other.op))
        .any(|other| matches!(other.state, State::Parked { .. }))
}

fn parked(why: &Parked, intent: &Intent, takes_words: bool) -> Why {
    let adds = matches!(
        intent,
        Intent::AddComment { .. } | Intent::AddAttachment { .. }
    );
    match why {
        Parked::Conflict { fields, .. } => Why::Conflict(fields.clone()),
        Parked::FileMissing => Why::FileMissing,
        Parked::OutcomeUnknown => Why::OutcomeUnknown,
        Parked::Unmappable { message } => Why::NotPossible(message.clone()),
        Parked::Refused {
            refusal: Refusal::Gone { .. },
        } => Why::TicketGone,
        Parked::Refused { .. } if adds && !takes_words => Why::TicketClosed,
        Parked::Refused {
            refusal:
                Refusal::Rejected {
                    title,
                    detail,
                    fields,
                    ..
                },
        } => Why::Refused {
            title: title.clone(),
            detail: detail.clone(),
            fields: fields.clone(),
        },
        Parked::Refused {
            refusal: Refusal::NotAnAnswer { what },
        } => Why::Refused {
            title: String::new(),
            detail: what.clone(),
            fields: vec![],
        },
        Parked::Refused { .. } => Why::Refused {
            title: String::new(),
            detail: String::new(),
            fields: vec![],
        },
    }
}

/// Words that may have arrived already must not be edited: the edited ones would be a second copy.
fn actions(what: &What, why: &Why, row: &OutboxItem) -> Vec<Action> {
    use Action::{Discard, Edit, KeepMine, NewFromThis, ReopenWithThis, Retry, TakeTheirs};
    let has_words = has_words(&row.intent) && !row.may_have_arrived();
    let mut actions = match why {
        Why::Sending => return vec![],
        Why::Conflict(_) => return vec![KeepMine, TakeTheirs],
        Why::TicketClosed if *what == What::Answer => vec![ReopenWithThis, NewFromThis],
        Why::TicketGone if *what == What::Answer => vec![NewFromThis, Retry],
        Why::Refused { .. } if has_words => vec![Edit, Retry],
        Why::Checking
        | Why::OutcomeUnknown
        | Why::TicketClosed
        | Why::TicketGone
        | Why::NotPossible(_)
        | Why::Refused { .. } => vec![Retry],
        Why::FileMissing => vec![],
        Why::Waits | Why::WaitsForEarlier | Why::WaitsForSignIn => {
            let tried = row.attempts > 0 && *why == Why::Waits;
            let each = [(Edit, has_words), (Retry, tried)];
            each.into_iter()
                .filter(|(_, offered)| *offered)
                .map(|(action, _)| action)
                .collect()
        }
    };
    actions.push(Discard);
    actions
}

#[cfg(test)]
mod tests;
