//! What another app shared becomes part of the draft: words below those that stand there, files beside
//! those that are there. It is let go of once the draft is on disk.

use super::filing::slot;
use crate::i18n::{Msg, t};
use crate::live::{self, Draft};
use crate::paths;
use crate::ui::{Note, Tone};
use crate::web::{assets, share};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The fields of the form.
const SUBJECT: &str = "subject";
const DESCRIPTION: &str = "description";
const FILES: &str = "files";

/// Takes in what was shared under that name, once; a note where it is not to be had any more.
#[component]
pub fn TakeShared(id: String, draft: Draft) -> impl IntoView {
    let missing = RwSignal::new(false);
    let navigate = use_navigate();
    live::durable(async move {
        let base = assets::base_url();
        match share::read(&base, &id).await {
            Ok(shared) => {
                let kept = take(&draft, shared).await;
                if draft.flush().await.is_err() || !kept {
                    // What was shared stays where it is, under this address.
                    return;
                }
                share::forget(&base, &id).await;
                // Read again after a reload it would be there twice.
                let options = NavigateOptions {
                    replace: true,
                    ..paths::go()
                };
                if missing.try_set(false).is_none() {
                    navigate(&paths::general(), options);
                }
            }
            Err(error) => {
                log::warn!("nothing shared to take: {error}");
                missing.try_set(true);
            }
        }
    });
    move || {
        missing.get().then(|| {
            view! {
                <Note
                    title=move || t(Msg::shared_missing)
                    text=move || t(Msg::shared_missing_text)
                    tone=Tone::Warn
                />
            }
        })
    }
}

/// Whether everything is on disk now.
async fn take(draft: &Draft, shared: share::Shared) -> bool {
    let (subject, rest) = sorted(
        shared.words,
        !untrack(|| draft.text(&slot(SUBJECT))).is_empty(),
    );
    if !subject.is_empty() {
        draft.title(subject.clone());
        draft.set(&slot(SUBJECT), subject.into());
    }
    if !rest.is_empty()
        && let Err(fault) = draft.append(&slot(DESCRIPTION), &rest, &rest).await
    {
        log::warn!("shared words not saved yet: {fault}");
    }
    let files = draft.files(&slot(FILES));
    let mut kept = true;
    for file in shared.files {
        let added = files.add(file, || true).await;
        kept &= added.is_some_and(|file| files.is_stored(&file));
    }
    kept
}

/// The subject and the words below it: a title is the subject where none stands there, and all else are
/// words.
fn sorted(words: Vec<String>, has_subject: bool) -> (String, String) {
    let mut words = words.into_iter().map(|word| word.trim().to_owned());
    let title = words.next().unwrap_or_default();
    let single = title.lines().count() == 1 && !has_subject;
    let (subject, first) = if single {
        (title, String::new())
    } else {
        (String::new(), title)
    };
    let rest = std::iter::once(first).chain(words);
    let rest: Vec<String> = rest.filter(|word| !word.is_empty()).collect();
    (subject, rest.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_the_subject_unless_there_is_one() {
        let words = || {
            vec![
                " Scanner ".to_owned(),
                "It beeps.".to_owned(),
                String::new(),
            ]
        };
        assert_eq!(
            sorted(words(), false),
            ("Scanner".into(), "It beeps.".into())
        );
        let below = (String::new(), "Scanner\n\nIt beeps.".into());
        assert_eq!(sorted(words(), true), below);
        assert_eq!(sorted(Vec::new(), false), (String::new(), String::new()));
    }
}
