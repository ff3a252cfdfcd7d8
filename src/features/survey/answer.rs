//! Answering an invitation: the questionnaire, and what stands there when it was answered or is over.

use super::reply::Reply;
use super::sheet::Sheet;
use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{
    DraftForm, DraftKey, FaultNote, FirstLoad, Heading, Invited, KeptAnswers, OfflineNote, Places,
    SyncMark, now,
};
use crate::i18n::{Msg, bare_text, fmt, t, text, tf};
use crate::live::{RecordSync, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind, ConfirmDialog, LinkButton, Note, Tone};
use crate::web::{clock, random};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rapport_domain::complaint::Channel;
use rapport_domain::plain::Fields;
use rapport_domain::survey::check;
use rapport_domain::{
    AnonymousResponse, Date, Entity, Invitation, InvitationId, InvitationState, Kind, PersonRef,
    RecordEdit, RecordKey, Response, Stamp, Survey, Typed,
};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};

const INVITATION: Column = column(Kind::Response, "invitation");

/// The page of an invitation.
#[component]
pub fn AnswerPage() -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || params.with(|p| p.get("id")?.parse::<InvitationId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Known id/> }.into_any(),
        None => view! { <Missing/> }.into_any(),
    }
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
        <Heading title=move || t(Msg::survey_missing)/>
        <p>{move || t(Msg::survey_missing_text)}</p>
        <OfflineNote/>
    }
}

#[component]
fn Known(id: InvitationId) -> impl IntoView {
    let portal = use_portal();
    let (invitation, _) = portal.one::<Invitation>(id.0);
    let surveys = portal.all::<Survey>(|| Query::all(Kind::Survey));
    let asked = memo(move || invitation.with(|i| i.as_ref().map(|i| i.survey)));
    let survey = memo(move || {
        let id = asked.get()?;
        surveys.with(|all| all.as_ref()?.iter().find(|one| one.id == id).cloned())
    });
    let is_known = memo(move || survey.with(Option::is_some));
    let status = portal.status();
    let ever = memo(move || surveys.with(Option::is_some));
    move || {
        if is_known.get() {
            return view! { <Asked id invitation survey/> }.into_any();
        }
        if !ever.get() || !status.with(|status| status.complete) {
            return view! { <FirstLoad/> }.into_any();
        }
        view! {
            <Missing/>
            <KeptAnswers place=draft_key(id)/>
        }
        .into_any()
    }
}

fn draft_key(id: InvitationId) -> DraftKey {
    DraftKey::Change(RecordKey {
        kind: Kind::Invitation,
        id: id.0,
    })
}

#[component]
fn Asked(
    id: InvitationId,
    invitation: Signal<Option<Invitation>>,
    survey: Memo<Option<Survey>>,
) -> impl IntoView {
    let portal = use_portal();
    let given = portal
        .all::<Response>(move || Query::all(Kind::Response).filter(Filter::eq(INVITATION, id.0)));
    let standing = memo(move || {
        let today = clock::day_of(now());
        survey.with(|survey| {
            invitation.with(|invitation| {
                given.with(|given| {
                    let given = given.as_ref().and_then(|all| all.first());
                    Invited::of(invitation.as_ref(), survey.as_ref(), given, &today)
                })
            })
        })
    });
    let title = derived(move || {
        survey
            .with(|s| s.as_ref().map(|s| text(&s.title)))
            .unwrap_or_default()
    });
    let intro = derived(move || {
        survey
            .with(|s| s.as_ref().map(|s| text(&s.intro)))
            .unwrap_or_default()
    });
    let waits = memo(move || standing.get() == Invited::Waiting);
    view! {
        <div class="page-top">
            <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
            <Heading title/>
            {move || {
                (waits.get() && !intro.with(String::is_empty))
                    .then(|| view! { <p class="lead">{intro}</p> })
            }}
        </div>
        <OfflineNote/>
        {move || {
            if waits.get() {
                view! { <Answering id invitation survey/> }.into_any()
            } else {
                view! {
                    <Ended id standing/>
                    <Reconsider invitation survey/>
                }
                    .into_any()
            }
        }}
    }
}

/// What stands there instead of questions: thanks, or why none are asked any more. Answers that were
/// begun and can go nowhere are shown, not thrown away.
#[component]
fn Ended(id: InvitationId, standing: Memo<Invited>) -> impl IntoView {
    let portal = use_portal();
    let sync = portal.sync_of(move || RecordKey {
        kind: Kind::Invitation,
        id: id.0,
    });
    let given = portal
        .all::<Response>(move || Query::all(Kind::Response).filter(Filter::eq(INVITATION, id.0)));
    let response = memo(move || given.with(|all| all.as_ref()?.first().map(|one| one.id.0)));
    let words = move || match standing.get() {
        Invited::Answered(Some(how)) => tf(Msg::survey_thanks_by, &[("channel", &how)]),
        Invited::Answered(None) | Invited::Waiting => t(Msg::survey_thanks_text),
        Invited::Over(why) => t(why),
    };
    let answered = memo(move || matches!(standing.get(), Invited::Answered(_)));
    view! {
        <Note
            title=move || {
                t(if answered.get() { Msg::survey_thanks } else { Msg::survey_over })
            }
            text=words
            tone=if answered.get_untracked() { Tone::Good } else { Tone::Info }
        />
        {move || {
            let response = response.get();
            let kind = if response.is_some() { Kind::Response } else { Kind::Invitation };
            let of = RecordKey { kind, id: response.unwrap_or(id.0) };
            let sync = if response.is_some() { use_portal().sync_of(move || of) } else { sync };
            (answered.get() && sync.get() != RecordSync::Received)
                .then(|| view! { <p><SyncMark sync long=true/></p> })
        }}
        <KeptAnswers place=draft_key(id)/>
        <p>
            <LinkButton href=paths::feedback() label=move || t(Msg::feedback_title)/>
        </p>
    }
}

#[component]
fn Answering(
    id: InvitationId,
    invitation: Signal<Option<Invitation>>,
    survey: Memo<Option<Survey>>,
) -> impl IntoView {
    let Some(asked) = survey.get_untracked() else {
        return ().into_any();
    };
    let (key, anonymous) = (draft_key(id), asked.anonymous);
    let name = untrack(|| bare_text(&asked.title));
    let reply = Reply::new(key.to_string(), asked.questions.clone(), name);
    let last = derived(move || {
        let day = invitation.with(|i| i.as_ref().and_then(|i| i.expires_on.clone()));
        let day = day.or_else(|| survey.with(|s| s.as_ref().and_then(|s| s.closes_on.clone())));
        day.map(|day| tf(Msg::survey_answer_by, &[("date", &fmt::day(&day))]))
            .unwrap_or_default()
    });
    let at = reply.at();
    let sent = reply.clone();
    let end = ViewFn::from(move || {
        view! { <Send id invitation survey reply=sent.clone()/> }
    });
    view! {
        {anonymous
            .then(|| {
                view! {
                    <Note
                        title=move || t(Msg::survey_anonymous)
                        text=move || t(Msg::survey_anonymous_text)
                        tone=Tone::Info
                    />
                }
            })}
        <p class="quiet">{last}</p>
        <Sheet reply end/>
        {move || (at.get() == 0).then(|| view! { <Decline invitation/> })}
    }
    .into_any()
}

#[component]
fn Decline(invitation: Signal<Option<Invitation>>) -> impl IntoView {
    let portal = use_portal();
    let asks = RwSignal::new(false);
    let fault = RwSignal::new(None::<Explained>);
    let decline = Callback::new(move |()| {
        let Some(before) = invitation.get_untracked() else {
            return;
        };
        let portal = portal.clone();
        let edit = RecordEdit::of(&before, |i| i.state = InvitationState::Declined);
        let entity = Entity::Record(before.to_record());
        crate::live::durable(async move {
            if let Err(failed) = portal.edit(&entity, edit, None).await {
                fault.try_set(Some(untrack(|| explain::fault(&failed))));
            }
        });
    });
    view! {
        <p>
            <Button
                label=move || t(Msg::survey_decline)
                kind=ButtonKind::Plain
                on_press=Callback::new(move |()| asks.set(true))
            />
        </p>
        <FaultNote fault/>
        <ConfirmDialog
            title=move || t(Msg::decline_title)
            text=move || t(Msg::decline_text)
            confirm=move || t(Msg::survey_decline)
            cancel=move || t(Msg::cancel)
            open=asks
            on_confirm=decline
        />
    }
}

/// Thinking better of it; nothing for an invitation that was not declined, or whose survey is over.
#[component]
fn Reconsider(
    invitation: Signal<Option<Invitation>>,
    survey: Memo<Option<Survey>>,
) -> impl IntoView {
    let portal = use_portal();
    let may = memo(move || {
        let today = clock::day_of(now());
        let open = survey.with(|s| s.as_ref().is_some_and(|s| s.is_open(&today)));
        let declined = invitation.with(|i| {
            i.as_ref()
                .is_some_and(|i| i.state == InvitationState::Declined)
        });
        open && declined
    });
    let fault = RwSignal::new(None::<Explained>);
    let answer = Callback::new(move |()| {
        let Some(before) = invitation.get_untracked() else {
            return;
        };
        let portal = portal.clone();
        let edit = RecordEdit::of(&before, |i| i.state = InvitationState::Open);
        let entity = Entity::Record(before.to_record());
        crate::live::durable(async move {
            if let Err(failed) = portal.edit(&entity, edit, None).await {
                fault.try_set(Some(untrack(|| explain::fault(&failed))));
            }
        });
    });
    view! {
        {move || {
            may.get().then(|| {
                view! {
                    <p>
                        <Button label=move || t(Msg::decline_undo) on_press=answer/>
                    </p>
                }
            })
        }}
        <FaultNote fault/>
    }
}

/// The explicit end: nothing is sent before this.
#[component]
fn Send(
    id: InvitationId,
    invitation: Signal<Option<Invitation>>,
    survey: Memo<Option<Survey>>,
    reply: Reply,
) -> impl IntoView {
    let portal = use_portal();
    let form = DraftForm::new(draft_key(id), Fields::new(), "");
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let (Some(invitation), Some(survey)) = (invitation.get_untracked(), survey.get_untracked())
        else {
            return;
        };
        let answers = reply.kept();
        let wrong = check::answers(&survey.questions, &answers);
        let me = portal.myself();
        sending.send(
            wrong,
            move |portal, draft| async move {
                if survey.anonymous {
                    let answered =
                        RecordEdit::of(&invitation, |i| i.state = InvitationState::Answered);
                    let response = AnonymousResponse {
                        id: random::anonymous_id().into(),
                        stamp: Stamp::said_now(Date::of(clock::now()).starts_at()),
                        survey: survey.id,
                        ballot: survey.ballot.clone(),
                        answers,
                    };
                    let entity = Entity::Record(invitation.to_record());
                    let beside = (&entity, answered);
                    return portal.create_beside(&response, beside, &draft).await;
                }
                let response = Response {
                    id: random::new_id().into(),
                    stamp: Stamp::said_now(clock::now()),
                    survey: survey.id,
                    invitation: Some(id),
                    customer: Some(invitation.customer),
                    person: me,
                    channel: Channel::Portal,
                    taken_by: PersonRef::default(),
                    answers,
                };
                portal.create(&response, Some(&draft)).await
            },
            Msg::survey_sent,
            Callback::new(|()| {}),
        );
    });
    form.frame(
        view! { <p class="quiet">{move || t(Msg::survey_send_hint)}</p> }.into_any(),
        form.end(Msg::survey_send, None),
        send,
    )
}
