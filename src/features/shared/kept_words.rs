//! Words whose place is gone: shown, to be copied, taken over into a new request, or given up.

use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{DiscardDraft, DraftKey, FaultNote};
use crate::i18n::{Msg, t};
use crate::live::{self, Draft, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Button, ButtonKind};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_store::Fault;
use serde_json::{Map, Value};

/// The slots of subject, description and files in a request without a form.
const SUBJECT: &str = "answer.subject";
const DESCRIPTION: &str = "answer.description";
const FILES: &str = "answer.files";

/// The fields of forms that hold words.
const WRITTEN: [&str; 14] = [
    "attendance",
    "attendance_customer",
    "decision",
    "decisions",
    "description",
    "minutes",
    "note",
    "reason",
    "remarks",
    "remedy_given",
    "result",
    "subject",
    "text",
    "title",
];

/// What somebody wrote, the subject first; neither what was only chosen beside it nor names of files.
fn texts(values: &Map<String, Value>) -> Vec<String> {
    let is_subject = |slot: &str| slot.rsplit('.').next() == Some("subject");
    let is_written = |slot: &str| slot.starts_with("answer.") || WRITTEN.contains(&slot);
    let mut found: Vec<(&String, &str)> = values
        .iter()
        .filter(|(slot, _)| is_written(slot))
        .filter_map(|(slot, value)| Some((slot, value.as_str()?)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    found.sort_by_key(|(slot, _)| !is_subject(slot));
    found.into_iter().map(|(_, text)| text.to_owned()).collect()
}

/// Puts the words and the files into the request without a form, below what stands there already: a
/// first line is its subject where it has none.
async fn take_over(general: &Draft, words: &[String], from: &Draft) -> Result<(), Fault> {
    let Some((first, rest)) = words.split_first() else {
        return Ok(());
    };
    let subject = untrack(|| general.text(SUBJECT));
    // A second attempt finds the subject that the first one gave.
    let is_taken = !subject.trim().is_empty() && subject != *first;
    let words = if is_taken || first.contains('\n') {
        words
    } else {
        general.title(first.as_str());
        general.set(SUBJECT, Value::from(first.as_str()));
        rest
    };
    general
        .append(DESCRIPTION, &words.join("\n\n"), first)
        .await?;
    general.files(FILES).copy_from(from).await
}

/// The words of a draft that nothing else shows any more; nothing where there are none.
#[component]
pub fn KeptWords(draft: Draft) -> impl IntoView {
    let portal = use_portal();
    let navigate = use_navigate();
    let shown = draft.clone();
    let words = memo(move || texts(&shown.get()));
    let (going, asks) = (RwSignal::new(false), RwSignal::new(false));
    let fault = RwSignal::new(None::<Explained>);
    let general = portal.draft(DraftKey::General(None).to_string());
    let ready = general.ready();
    // What stands there must be read before anything is put below it.
    let busy = derived(move || going.get() || !ready.get());
    let taken = draft.clone();
    let take = Callback::new(move |()| {
        let (general, taken, navigate) = (general.clone(), taken.clone(), navigate.clone());
        let words = words.get_untracked();
        going.set(true);
        fault.set(None);
        live::durable(async move {
            let copied = take_over(&general, &words, &taken).await;
            let still_here = going.try_set(false).is_none();
            match copied {
                // Nothing is removed before its copy is stored.
                Ok(()) => {
                    taken.discard();
                    if still_here {
                        navigate(&paths::general(), paths::go());
                    }
                }
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    let discard = Callback::new(move |()| draft.discard());
    view! {
        {move || {
            (!words.with(Vec::is_empty))
                .then(|| {
                    let said = words.get().into_iter();
                    let said = said.map(|text| view! { <p class="said" dir="auto">{text}</p> });
                    view! {
                        <section class="stack">
                            <h2>{move || t(Msg::kept_words)}</h2>
                            {said.collect_view()}
                            <div class="head">
                                <Button
                                    label=move || t(Msg::unsent_new_from)
                                    on_press=take
                                    kind=ButtonKind::Main
                                    busy
                                />
                                <Button
                                    label=move || t(Msg::draft_discard)
                                    on_press=Callback::new(move |()| asks.set(true))
                                    kind=ButtonKind::Plain
                                />
                            </div>
                        </section>
                    }
                })
        }}
        <FaultNote fault/>
        <DiscardDraft open=asks on_confirm=discard/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_written_is_shown_and_what_was_only_chosen_is_not() {
        let values = json!({
            "answer.description": "It drops.", "answer.subject": "VPN", "answer.room": " ",
            "answer.papers": ["a.pdf"], "for_whom": "7", "kind": "incident",
        });
        let texts = |values: &Value| values.as_object().map(texts).unwrap_or_default();
        assert_eq!(texts(&values), ["VPN", "It drops."]);
        assert_eq!(texts(&json!({"description": "only words"})), ["only words"]);
        assert!(texts(&json!({"kind": "incident"})).is_empty());
    }
}
