//! The minutes as they are read, and agreeing to them for the customer.

use super::Known;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{FaultNote, party, say};
use crate::i18n::{Msg, fmt, t, tf};
use crate::live::{self, use_portal};
use crate::signals::memo;
use crate::ui::{Button, ButtonKind, ConfirmDialog, Note, Tone};
use leptos::prelude::*;
use rapport_domain::relationship::Party;
use rapport_domain::{Entity, RecordEdit, Review, ReviewState, Role, Typed};

/// What was talked about, by whom, and what was decided.
#[component]
pub fn Minutes(review: Known) -> impl IntoView {
    let people = |review: &Review, side: Party| {
        let there = review.attendance.iter().filter(|one| one.side == side);
        let names: Vec<String> = there.map(|one| one.name.clone()).collect();
        (!names.is_empty()).then(|| {
            view! {
                <dt>{party(&side)}</dt>
                <dd>{fmt::list(&names)}</dd>
            }
        })
    };
    let body = move || {
        let review = review.get()?;
        let agenda = review.agenda.iter().map(|item| {
            view! {
                <li>
                    <p class="record-title" dir="auto">{item.title.clone()}</p>
                    <p class="prose quiet" dir="auto">{item.facts.clone()}</p>
                </li>
            }
        });
        let agenda = agenda.collect_view();
        let decisions = review.decisions.iter();
        let decisions = decisions
            .map(|one| view! { <li dir="auto">{one.clone()}</li> })
            .collect_view();
        let signed = review.signed_at.map(|at| {
            let values = [("name", &*review.signed_by.name), ("date", &fmt::date(at))];
            view! {
                <Note
                    title=tf(Msg::review_signed_by, &values)
                    text=move || t(Msg::review_signed_text)
                    tone=Tone::Good
                />
            }
        });
        Some(view! {
            {signed}
            <section class="stack">
                <h2>{t(Msg::review_attendance)}</h2>
                <dl class="facts">
                    {people(&review, Party::Provider)}
                    {people(&review, Party::Customer)}
                </dl>
            </section>
            <section class="stack">
                <h2>{t(Msg::review_agenda)}</h2>
                <ol class="questions">{agenda}</ol>
            </section>
            <section class="stack">
                <h2>{t(Msg::review_minutes)}</h2>
                <p class="prose" dir="auto">{review.minutes.clone()}</p>
            </section>
            <section class="stack">
                <h2>{t(Msg::review_decisions)}</h2>
                <ol class="questions">{decisions}</ol>
            </section>
        })
    };
    view! { <div class="stack">{body}</div> }
}

/// Agreeing to the minutes; nothing for who may not, or where there is nothing to agree to.
#[component]
pub fn Sign(review: Known) -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let may = memo(move || {
        review.with(|review| {
            review.as_ref().is_some_and(|review| {
                review.state == ReviewState::Shared
                    && me.role == Role::CustomerManager
                    && me.customer == Some(review.customer)
            })
        })
    });
    let asks = RwSignal::new(false);
    let fault = RwSignal::new(None::<Explained>);
    let sign = Callback::new(move |()| {
        let Some(before) = review.get_untracked() else {
            return;
        };
        let (portal, entity) = (use_portal(), Entity::Record(before.to_record()));
        // Minutes that were rewritten meanwhile are not signed unread.
        let read = ["agenda", "attendance", "decisions", "minutes"];
        let edit = RecordEdit::of(&before, |review| review.state = ReviewState::Signed)
            .standing_on(&entity, read);
        live::durable(async move {
            match portal.edit(&entity, edit, None).await {
                Ok(()) => say(Msg::review_sign_saved),
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    view! {
        <FaultNote fault/>
        {move || {
            may.get().then(|| {
                view! {
                    <p>
                        <Button
                            label=move || t(Msg::review_sign)
                            kind=ButtonKind::Main
                            on_press=Callback::new(move |()| asks.set(true))
                        />
                    </p>
                }
            })
        }}
        <ConfirmDialog
            title=move || t(Msg::review_sign)
            text=move || t(Msg::review_sign_text)
            confirm=move || t(Msg::review_sign)
            cancel=move || t(Msg::cancel)
            open=asks
            on_confirm=sign
        />
    }
}
