//! Files about to be sent: choosing, checking, listing, taking out.

use crate::features::shared::Intake;
use crate::i18n::{Msg, fmt, t, tf};
use crate::live;
use crate::live::{DraftFile, DraftFiles};
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{Button, ButtonKind, FileField, FileInputElement, Icon, Note, Tone, announce};
use crate::web::files as picked_files;
use leptos::prelude::*;

/// So many bytes of files are taken for one sending. They are read into memory for it, and a page that
/// asks for more than a phone has is ended.
const AT_ONCE: u64 = 100_000_000;

/// What a place takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Greatest size of one file in bytes.
    pub max_size: Option<u64>,
    /// Media types or endings; empty takes all.
    pub accept: Vec<String>,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refused {
    TooLarge,
    WrongKind,
    TooMuch,
}

impl Limits {
    /// Whether a file is taken beside `held` bytes of others, by what is known before it is read.
    fn check(&self, name: &str, media_type: &str, size: u64, held: u64) -> Result<(), Refused> {
        if size > self.largest() {
            return Err(Refused::TooLarge);
        }
        if held.saturating_add(size) > AT_ONCE {
            return Err(Refused::TooMuch);
        }
        let name = name.to_lowercase();
        let fits = |wanted: &String| {
            let wanted = wanted.trim().to_lowercase();
            match wanted.strip_suffix("/*") {
                Some(family) => media_type.split('/').next() == Some(family),
                None if wanted.starts_with('.') => name.ends_with(&wanted),
                None => media_type == wanted,
            }
        };
        if self.accept.is_empty() || self.accept.iter().any(fits) {
            Ok(())
        } else {
            Err(Refused::WrongKind)
        }
    }

    fn largest(&self) -> u64 {
        self.max_size.map_or(AT_ONCE, |max| max.min(AT_ONCE))
    }

    fn explain(&self, name: &str, refused: &Refused) -> String {
        match refused {
            Refused::TooMuch => {
                let limit = fmt::bytes(AT_ONCE);
                tf(
                    Msg::reason_files_too_much,
                    &[("name", name), ("limit", &limit)],
                )
            }
            Refused::TooLarge => {
                let limit = fmt::bytes(self.largest());
                tf(
                    Msg::reason_file_too_large,
                    &[("name", name), ("limit", &limit)],
                )
            }
            Refused::WrongKind => {
                let accept = kinds(&self.accept);
                tf(
                    Msg::reason_file_kind,
                    &[("name", name), ("accept", &accept)],
                )
            }
        }
    }
}

/// What people call the files that a place takes: an ending, or a media type by its usual name.
/// The kinds of files that are taken.
fn kinds(accept: &[String]) -> String {
    let names: Vec<String> = accept.iter().map(|wanted| kind_name(wanted)).collect();
    fmt::list(&names)
}

fn kind_name(wanted: &str) -> String {
    match wanted.trim().to_lowercase().split_once('/') {
        Some(("image", "*")) => t(Msg::files_kind_images),
        Some(("video", "*")) => t(Msg::files_kind_videos),
        Some(("audio", "*")) => t(Msg::files_kind_sounds),
        Some(("text", "plain")) => "TXT".to_owned(),
        Some((_, kind)) if kind.chars().all(char::is_alphanumeric) => kind.to_uppercase(),
        _ => wanted.trim().to_owned(),
    }
}

/// Bytes of all files together.
#[must_use]
pub fn bytes_of(files: &[DraftFile]) -> u64 {
    files.iter().map(|file| file.size).sum()
}

/// That files are listed and their bytes are gone, as when the browser has removed them.
#[component]
pub fn LostFiles(files: DraftFiles) -> impl IntoView {
    let lost = memo({
        let files = files.clone();
        move || files.lost()
    });
    let forget = Callback::new(move |()| files.forget_lost());
    move || {
        (!lost.with(Vec::is_empty)).then(|| {
            let names = lost.with(|lost| fmt::list(lost));
            let remove = names.clone();
            view! {
                <Note title=tf(Msg::files_again, &[("names", &names)]) tone=Tone::Warn>
                    <Button
                        label=move || tf(Msg::files_remove, &[("name", &remove)])
                        on_press=forget
                        kind=ButtonKind::Plain
                    />
                </Note>
            }
        })
    }
}

/// A field for files with the list of those that were chosen.
#[component]
pub fn FilesField(
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What was chosen.
    files: DraftFiles,
    /// What is being read.
    intake: Intake,
    /// What is taken.
    #[prop(optional)]
    limits: Limits,
    /// Called after files were added or taken out.
    #[prop(into)]
    on_change: Callback<()>,
    /// A word of help.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong, with the remedy.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Whether a file must be given.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Its id, where something else links to it.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let refusals = RwSignal::new(Vec::<String>::new());
    let accept = limits.accept.join(",");
    let (max_size, taken) = (limits.max_size, limits.accept.clone());
    let lost = files.clone();
    let on_files = taking(limits, files.clone(), intake, refusals, on_change);
    let error = derived(move || {
        let own = refusals.with(|refusals| refusals.join(" "));
        if own.is_empty() { error.get() } else { own }
    });
    let hint = derived(move || {
        let limit = max_size.map(|max| tf(Msg::files_limit, &[("size", &fmt::bytes(max))]));
        let only = (!taken.is_empty()).then(|| tf(Msg::files_kinds, &[("accept", &kinds(&taken))]));
        let parts = [
            hint.get(),
            only.unwrap_or_default(),
            limit.unwrap_or_default(),
        ];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    });
    view! {
        <div class="files-field">
            <FileField label on_files accept hint error required id/>
            <PickedFiles files on_change/>
            <LostFiles files=lost/>
        </div>
    }
}

/// A button that adds files, for places where a whole field would be too much. What it refuses is
/// said below it.
#[component]
pub fn AddFiles(
    /// What was chosen.
    files: DraftFiles,
    /// What is being read.
    intake: Intake,
    /// What is taken.
    #[prop(optional)]
    limits: Limits,
    /// Called after files were added.
    #[prop(into)]
    on_change: Callback<()>,
) -> impl IntoView {
    let refusals = RwSignal::new(Vec::<String>::new());
    let input = NodeRef::<leptos::html::Input>::new();
    let on_files = taking(limits, files, intake, refusals, on_change);
    let change = move |_| {
        if let Some(element) = input.get_untracked() {
            on_files.run(element);
        }
    };
    view! {
        <label class="btn add-files" data-kind="plain">
            <Icon name="file"/>
            <span class="words">{move || t(Msg::files_add)}</span>
            <input class="unseen" type="file" multiple=true node_ref=input on:change=change/>
        </label>
        {move || {
            let refused = refusals.with(|refusals| refusals.join(" "));
            (!refused.is_empty()).then(|| view! { <span class="err">{refused}</span> })
        }}
    }
}

/// What happens when files were chosen: each by itself is checked, read and listed, or refused with a
/// reason. What is too large is never read.
fn taking(
    limits: Limits,
    files: DraftFiles,
    intake: Intake,
    refusals: RwSignal<Vec<String>>,
    on_change: Callback<()>,
) -> Callback<FileInputElement> {
    Callback::new(move |input: FileInputElement| {
        let (limits, files) = (limits.clone(), files.clone());
        let wanted = intake.begin();
        // Whoever goes elsewhere meanwhile finds the file in his draft.
        live::durable(async move {
            let (mut refused, mut warnings) = (Vec::new(), Vec::new());
            for file in picked_files::chosen(&input) {
                let held = untrack(|| bytes_of(&files.get()));
                let name = file.name.clone();
                if let Err(why) = limits.check(&name, &file.media_type, file.size, held) {
                    refused.push(untrack(|| limits.explain(&name, &why)));
                    continue;
                }
                let read = file.read().await;
                if !wanted() {
                    picked_files::clear(&input);
                    intake.end(false);
                    return;
                }
                match read {
                    Ok(read) => {
                        let added = files.add(read, &wanted).await;
                        if added.is_some_and(|added| !files.is_stored(&added)) {
                            let words = untrack(|| tf(Msg::files_page_only, &[("name", &name)]));
                            warnings.push(words);
                        }
                    }
                    Err(said) => {
                        let name = format!("{name} ({said})");
                        refused.push(untrack(|| tf(Msg::files_unreadable, &[("name", &name)])));
                        continue;
                    }
                }
                on_change.try_run(());
            }
            picked_files::clear(&input);
            if intake.end(refused.is_empty()) {
                refused.insert(0, untrack(|| t(Msg::files_not_sent)));
            }
            refused.append(&mut warnings);
            if !refused.is_empty() {
                announce(refused.join(" "));
            }
            refusals.try_set(refused);
        });
    })
}

/// The list of files that were chosen, each to be taken out again.
#[component]
pub fn PickedFiles(
    /// What was chosen.
    files: DraftFiles,
    /// Called after one was taken out.
    on_change: Callback<()>,
) -> impl IntoView {
    let shown = files.clone();
    let listed = memo(move || shown.get());
    let one = move |file: DraftFile| {
        let (name, size, label) = (file.name.clone(), file.size, file.name.clone());
        let files = files.clone();
        let remove = move |_| {
            files.remove(&file);
            on_change.run(());
        };
        view! {
            <li>
                <Icon name="file"/>
                <span class="file-name">{name}</span>
                <span class="quiet num">{move || fmt::bytes(size)}</span>
                <button
                    type="button"
                    class="btn icon-only"
                    data-kind="plain"
                    aria-label=move || tf(Msg::files_remove, &[("name", &label)])
                    on:click=remove
                >
                    <Icon name="close"/>
                </button>
            </li>
        }
    };
    move || {
        (!listed.with(Vec::is_empty)).then(|| {
            let one = one.clone();
            view! {
                <ul class="picked" aria-label=move || t(Msg::files_picked)>
                    {each(move || listed.get(), Clone::clone, move |file| one(file).into_any())}
                </ul>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_by_size_and_by_type_or_ending() {
        let limits = Limits {
            max_size: Some(10),
            accept: vec!["image/*".into(), ".PDF".into(), "text/csv".into()],
        };
        let check = |name, media_type, size| limits.check(name, media_type, size, 0);
        assert_eq!(check("a.png", "image/png", 10), Ok(()));
        assert_eq!(check("Plan.pdf", "application/octet-stream", 1), Ok(()));
        assert_eq!(check("a.csv", "text/csv", 1), Ok(()));
        assert_eq!(check("a.png", "image/png", 11), Err(Refused::TooLarge));
        assert_eq!(
            check("a.exe", "application/x-msdownload", 1),
            Err(Refused::WrongKind)
        );
    }

    #[test]
    fn no_more_is_read_than_a_page_can_hold() {
        let any = Limits::default();
        assert_eq!(any.check("film.mp4", "video/mp4", AT_ONCE, 0), Ok(()));
        assert_eq!(
            any.check("film.mp4", "video/mp4", AT_ONCE + 1, 0),
            Err(Refused::TooLarge)
        );
        assert_eq!(
            any.check("more.mp4", "video/mp4", AT_ONCE / 2 + 1, AT_ONCE / 2),
            Err(Refused::TooMuch)
        );
    }
}
