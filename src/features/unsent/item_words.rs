//! The words for an unsent change: what it is, why it is still here.

use super::Named;
use super::item::{Item, What, Why};
use crate::features::shared::{Connection, words};
use crate::i18n::{Msg, t, tf};
use rapport_domain::{InvitationState, Kind};

/// Words of somebody, as the language sets them off.
#[must_use]
pub fn quoted(words: &str) -> String {
    tf(Msg::unsent_quoted, &[("words", words)])
}

/// What the record is called where there is little room.
fn record_name(named: Option<&Named>, kind: Kind) -> String {
    match named {
        Some(named) if !named.number.is_empty() => named.number.clone(),
        Some(named) if !named.subject.is_empty() => quoted(&named.subject),
        _ => words::record(kind),
    }
}

/// The headline of an unsent change.
#[must_use]
pub fn headline(item: &Item, named: Option<&Named>) -> String {
    let name = || record_name(named, item.subject.kind);
    let on = |message: Msg| tf(message, &[("ticket", &name())]);
    match &item.what {
        What::Ticket(_) => item.words.clone(),
        What::Answer => on(Msg::unsent_answer_on),
        What::File(name) => format!("{name} · {}", on(Msg::unsent_file_on)),
        What::Closing => on(Msg::unsent_closing),
        What::Reopening => on(Msg::unsent_reopening),
        What::Invitation(InvitationState::Answered) => on(Msg::unsent_invitation_answered),
        What::Invitation(InvitationState::Declined) => on(Msg::unsent_invitation_declined),
        What::Change(_) | What::Invitation(_) => on(Msg::unsent_change),
        // Whose answers they are stands below: of several, one's own name would name them all.
        What::Record(kind @ (Kind::Response | Kind::AnonymousResponse | Kind::Invitation)) => {
            let survey = named.map(|named| quoted(&named.subject));
            let parts = [Some(words::record(*kind)), survey].into_iter().flatten();
            parts.collect::<Vec<_>>().join(" · ")
        }
        What::Record(kind) if item.words.trim().is_empty() => words::record(*kind),
        What::Complaint | What::Record(_) => item.words.clone(),
        What::Note => on(Msg::unsent_note_on),
        What::Stage(stage) => {
            let stage = words::stage(stage);
            format!("{stage} · {}", name())
        }
    }
}

/// Whether the words are the headline.
#[must_use]
pub const fn names_itself(what: &What) -> bool {
    matches!(what, What::Ticket(_) | What::Complaint | What::Record(_))
}

/// What kind of thing it is, where the headline does not say.
#[must_use]
pub fn kind(item: &Item, named: Option<&Named>) -> String {
    match &item.what {
        What::Ticket(kind) => words::kind(kind),
        What::Complaint => t(Msg::kind_complaint),
        What::Record(Kind::Response | Kind::AnonymousResponse | Kind::Invitation) => {
            item.words.clone()
        }
        What::Record(kind) => {
            let about = named.map(|named| named.subject.clone());
            let about = about.filter(|about| *about != item.words);
            let all = [Some(words::record(*kind)), about].into_iter().flatten();
            all.filter(|one| !one.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        }
        // The survey stands in the headline.
        What::Invitation(_) => String::new(),
        _ => named.map(|named| named.subject.clone()).unwrap_or_default(),
    }
}

/// Why it is still here, while nobody has to do anything.
#[must_use]
pub fn waiting(why: &Why, connection: Connection) -> String {
    t(match (why, connection) {
        (Why::Waits, Connection::Good) => Msg::why_waits_soon,
        (Why::Waits, Connection::Offline) => Msg::why_waits,
        (Why::Waits, Connection::Unreachable) => Msg::why_unreachable,
        (Why::Waits, Connection::NeedsSignIn) => Msg::why_waits_for_sign_in,
        (Why::WaitsForEarlier, _) => Msg::why_waits_for_earlier,
        (Why::WaitsForSignIn, _) => Msg::why_waits_for_sign_in,
        (Why::Sending, _) => Msg::why_sending,
        (Why::Checking, Connection::Good) => Msg::why_checking,
        (Why::Checking, _) => Msg::why_check_later,
        _ => return String::new(),
    })
}

/// What stands in the way: a headline and what it means. Nothing while nothing does.
#[must_use]
pub fn obstacle(why: &Why) -> Option<(String, String)> {
    let said = |text: &str| tf(Msg::unsent_server_said, &[("text", text)]);
    Some(match why {
        Why::TicketClosed => (
            t(Msg::why_ticket_closed_title),
            t(Msg::why_ticket_closed_text),
        ),
        Why::TicketGone => (t(Msg::why_ticket_gone_title), t(Msg::why_ticket_gone_text)),
        Why::FileMissing => (
            t(Msg::why_file_missing_title),
            t(Msg::why_file_missing_text),
        ),
        Why::OutcomeUnknown => (
            t(Msg::why_outcome_unknown_title),
            t(Msg::why_outcome_unknown_text),
        ),
        Why::Conflict(_) => (t(Msg::why_conflict_title), t(Msg::why_conflict_text)),
        Why::NotPossible(what) => {
            let text = format!("{} {}", t(Msg::why_not_possible_text), said(what));
            (t(Msg::why_not_possible_title), text)
        }
        Why::Refused {
            title,
            detail,
            fields,
        } => {
            let mut parts = vec![t(Msg::why_refused_text)];
            let own = [title, detail]
                .into_iter()
                .filter(|words| !words.is_empty());
            let own = own.cloned().collect::<Vec<_>>().join(": ");
            if !own.is_empty() {
                parts.push(said(&own));
            }
            let field = |(name, message): &(String, String)| {
                format!("{}: {message}", words::field_name(name))
            };
            parts.extend(fields.iter().map(field));
            (t(Msg::why_refused_title), parts.join(" "))
        }
        _ => return None,
    })
}
