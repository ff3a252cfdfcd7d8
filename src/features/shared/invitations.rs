//! Invitations to answer a survey, for the one who is invited: those that wait, those that are answered
//! or over, and why.

use super::now::{ago, now};
use super::sync::SyncMark;
use super::words;
use crate::i18n::{Msg, fmt, t, text, tf};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Row, Rows, State, each};
use crate::web::clock;
use leptos::prelude::*;
use rapport_domain::complaint::Channel;
use rapport_domain::{
    Date, Invitation, InvitationState, Kind, RecordKey, Response, Survey, SurveyState, TicketId,
};
use rapport_store::columns::ticket;
use rapport_store::plain::account;
use rapport_store::{Column, Filter, Query};
use uuid::Uuid;

const PERSON: Column = account(Kind::Invitation, "person");

/// Where an invitation stands for the one who is invited.
#[derive(Clone, Debug, PartialEq)]
pub enum Invited {
    /// It can be answered.
    Waiting,
    /// It was answered, and how, where that was not in this portal.
    Answered(Option<String>),
    /// It cannot be answered, and why.
    Over(Msg),
}

impl Invited {
    /// Where an invitation stands today. `given` is the answer that was sent or waits to be sent.
    #[must_use]
    pub fn of(
        invitation: Option<&Invitation>,
        survey: Option<&Survey>,
        given: Option<&Response>,
        today: &Date,
    ) -> Self {
        let (Some(invitation), Some(survey)) = (invitation, survey) else {
            return Self::Over(Msg::invitation_is_withdrawn);
        };
        if let Some(given) = given {
            let elsewhere = given.channel != Channel::Portal;
            return Self::Answered(elsewhere.then(|| words::channel(&given.channel)));
        }
        match invitation.state {
            InvitationState::Answered => Self::Answered(None),
            InvitationState::Declined => Self::Over(Msg::invitation_is_declined),
            InvitationState::Withdrawn => Self::Over(Msg::invitation_is_withdrawn),
            _ if survey.state == SurveyState::Closed => Self::Over(Msg::survey_is_closed),
            _ if !survey.is_open(today) || !invitation.is_waiting(today) => {
                Self::Over(Msg::invitation_is_expired)
            }
            _ => Self::Waiting,
        }
    }
}

/// An invitation with what its row says.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    id: Uuid,
    /// The ticket that is asked about.
    pub ticket: Option<Uuid>,
    title: String,
    standing: Invited,
    last_day: Option<Date>,
    invited_at: rapport_domain::Timestamp,
}

/// The reader's invitations, the newest first; those of surveys that this device does not know are none.
#[must_use]
pub fn asked() -> Signal<Vec<Asked>> {
    let portal = use_portal();
    let me = portal.me();
    let invitations = portal.all::<Invitation>(move || {
        Query::all(Kind::Invitation).filter(Filter::eq(PERSON, me.id.0))
    });
    let surveys = portal.all::<Survey>(|| Query::all(Kind::Survey));
    let responses = portal.all::<Response>(|| Query::all(Kind::Response));
    // What a survey after a ticket is about stands with it.
    let tickets = portal.rows(move || {
        let all = invitations.get().unwrap_or_default().into_iter();
        let ids = all.filter_map(|one| one.ticket.map(|ticket| ticket.0));
        Query::all(Kind::Ticket).filter(Filter::Ids(ids.collect()))
    });
    derived(move || {
        let today = clock::day_of(now());
        let tickets = tickets.get().unwrap_or_default().rows;
        let subject = |ticket: Option<TicketId>| {
            let id = ticket?.0;
            let found = tickets.iter().find(|shown| shown.row.key.id == id)?;
            Some(found.row.text(ticket::SUBJECT).to_owned())
        };
        let (surveys, given) = (
            surveys.get().unwrap_or_default(),
            responses.get().unwrap_or_default(),
        );
        let all = invitations.get().unwrap_or_default();
        let mut asked: Vec<Asked> = all
            .iter()
            .filter_map(|one| {
                let survey = surveys.iter().find(|survey| survey.id == one.survey)?;
                let given = given.iter().find(|given| given.invitation == Some(one.id));
                Some(Asked {
                    id: one.id.0,
                    ticket: one.ticket.map(|ticket| ticket.0),
                    title: match subject(one.ticket) {
                        Some(subject) => format!("{} · {subject}", text(&survey.title)),
                        None => text(&survey.title),
                    },
                    standing: Invited::of(Some(one), Some(survey), given, &today),
                    last_day: one.expires_on.clone().or_else(|| survey.closes_on.clone()),
                    invited_at: one.stamp.said_at,
                })
            })
            .collect();
        asked.sort_by_key(|one| std::cmp::Reverse(one.invited_at));
        asked
    })
}

/// The reader's invitations that wait for him, or those that do not any more.
#[component]
pub fn Invitations(
    /// The invitations.
    #[prop(into)]
    asked: Signal<Vec<Asked>>,
    /// Whether those are listed that wait.
    waiting: bool,
) -> impl IntoView {
    let rows = memo(move || {
        let mut rows = asked.get();
        rows.retain(|one| (one.standing == Invited::Waiting) == waiting);
        rows
    });
    let ids = move || rows.with(|rows| rows.iter().map(|one| one.id).collect::<Vec<_>>());
    let one = move |id: Uuid| {
        let row = memo(move || rows.with(|rows| rows.iter().find(|one| one.id == id).cloned()));
        view! { <InvitationRow id row/> }.into_any()
    };
    view! {
        <Rows>
            {each(ids, |id| *id, one)}
        </Rows>
    }
}

/// Whether one of them waits.
#[must_use]
pub fn waits(asked: Signal<Vec<Asked>>) -> Memo<bool> {
    memo(move || asked.with(|all| all.iter().any(|one| one.standing == Invited::Waiting)))
}

/// Whether one of them does not wait any more.
#[must_use]
pub fn rest(asked: Signal<Vec<Asked>>) -> Memo<bool> {
    memo(move || asked.with(|all| all.iter().any(|one| one.standing != Invited::Waiting)))
}

#[component]
fn InvitationRow(id: Uuid, row: Memo<Option<Asked>>) -> impl IntoView {
    let standing = memo(move || row.with(|row| row.as_ref().map(|row| row.standing.clone())));
    let title = derived(move || {
        row.with(|r| r.as_ref().map(|r| r.title.clone()))
            .unwrap_or_default()
    });
    let last = move || {
        let day = row.with(|r| r.as_ref().and_then(|r| r.last_day.clone()))?;
        let waits = standing.get() == Some(Invited::Waiting);
        waits.then(|| tf(Msg::survey_answer_by, &[("date", &fmt::day(&day))]))
    };
    let sync = use_portal().sync_of(move || RecordKey {
        kind: Kind::Invitation,
        id,
    });
    let aside = derived(move || {
        row.with(|r| r.as_ref().map(|r| ago(r.invited_at)))
            .unwrap_or_default()
    });
    let tone = derived(move || match standing.get() {
        Some(Invited::Waiting) => "you",
        Some(Invited::Answered(_)) => "done",
        _ => "held",
    });
    let label = derived(move || {
        t(match standing.get() {
            Some(Invited::Waiting) => Msg::invitation_open,
            Some(Invited::Answered(_)) => Msg::invitation_answered,
            Some(Invited::Over(Msg::invitation_is_declined)) => Msg::invitation_declined,
            Some(Invited::Over(Msg::invitation_is_withdrawn)) => Msg::invitation_withdrawn,
            _ => Msg::invitation_expired,
        })
    });
    view! {
        <Row href=paths::invitation(id) title aside>
            <State tone label/>
            <span class="quiet row-about">{last}</span>
            <SyncMark sync/>
        </Row>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{PersonRef, Timestamp};

    #[test]
    fn an_invitation_that_is_over_says_why() {
        let survey = Survey {
            state: SurveyState::Open,
            ..Survey::new(Uuid::from_u128(1).into(), Timestamp(0))
        };
        let open = Invitation {
            expires_on: Date::parse("2026-11-23"),
            ..Invitation::new(
                Uuid::from_u128(2).into(),
                survey.id,
                Uuid::from_u128(3).into(),
                PersonRef::default(),
                Timestamp(0),
            )
        };
        let on = |invitation: &Invitation, survey: &Survey, day: &str| {
            Invited::of(
                Some(invitation),
                Some(survey),
                None,
                &Date::parse(day).unwrap(),
            )
        };
        assert_eq!(on(&open, &survey, "2026-11-23"), Invited::Waiting);
        let late = on(&open, &survey, "2026-11-24");
        assert_eq!(late, Invited::Over(Msg::invitation_is_expired));
        let closed = Survey {
            state: SurveyState::Closed,
            ..survey.clone()
        };
        let shut = on(&open, &closed, "2026-11-23");
        assert_eq!(shut, Invited::Over(Msg::survey_is_closed));
        let answered = Invitation {
            state: InvitationState::Answered,
            ..open
        };
        assert_eq!(
            on(&answered, &closed, "2026-11-23"),
            Invited::Answered(None)
        );
    }
}
