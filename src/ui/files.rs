//! Choosing files.

use crate::i18n::{Msg, t};
use crate::ui::Icon;
use crate::ui::field::{Wiring, frame};
use leptos::html::ElementType;
use leptos::prelude::*;

/// The native input of a [`FileField`]; whoever may read files takes it from here.
pub type FileInputElement = <leptos::html::Input as ElementType>::Output;

/// A field for files. It only hands over its input: reading, listing and removing what was chosen is
/// the page's business.
#[component]
pub fn FileField(
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// Called with the input when files were chosen.
    on_files: Callback<FileInputElement>,
    /// Media types or endings that are wanted (HTML `accept`).
    #[prop(optional, into)]
    accept: String,
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
    let wiring = Wiring::new(id, hint, error);
    let input = NodeRef::<leptos::html::Input>::new();
    let control = view! {
        // The native control speaks the browser's language and says that nothing is chosen, even
        // below a list of what was.
        <label class="btn add-files">
            <Icon name="file"/>
            {move || t(Msg::files_add)}
            <input
                id=wiring.id.clone()
                class="unseen"
                type="file"
                multiple=true
                accept=(!accept.is_empty()).then_some(accept)
                node_ref=input
                aria-describedby=wiring.described_by()
                aria-invalid=wiring.invalid()
                on:change=move |_| {
                    if let Some(element) = input.get_untracked() {
                        on_files.run(element);
                    }
                }
            />
        </label>
    };
    frame(wiring, label, required, control.into_any())
}
