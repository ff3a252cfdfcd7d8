//! Files of a message: their names and sizes, each to be saved.

use crate::i18n::{Msg, fmt, tf};
use crate::live::{self, use_portal};
use crate::ui::each;
use crate::ui::{Icon, Note, Tone};
use leptos::prelude::*;
use rapport_domain::Attachment;

/// The files of a message.
#[component]
pub fn FileList(#[prop(into)] files: Signal<Vec<Attachment>>) -> impl IntoView {
    let one = |file: Attachment| view! { <File file/> };
    move || {
        (!files.with(Vec::is_empty)).then(|| {
            view! {
                <ul class="attachments">
                    {each(move || files.get(), |file| file.id, one)}
                </ul>
            }
        })
    }
}

#[component]
fn File(file: Attachment) -> impl IntoView {
    let portal = use_portal();
    let failed = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let (name, size, wanted) = (file.name.clone(), file.size, file.name.clone());
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(false);
        let (portal, file) = (portal.clone(), file.clone());
        // The entry moves within the timeline while somebody answers; what was asked for comes all the
        // same.
        live::durable(async move {
            let done = portal.download(&file).await;
            busy.try_set(false);
            if let Err(fault) = done {
                log::info!("file not loaded: {fault}");
                failed.try_set(true);
            }
        });
    };
    let label = name.clone();
    view! {
        <li>
            <button
                type="button"
                class="attachment"
                aria-label=move || tf(Msg::ticket_file_download, &[("name", &label)])
                aria-disabled=move || busy.get().then_some("true")
                on:click=save
            >
                <Icon name="file"/>
                <span class="file-name">{name}</span>
                <span class="quiet num">{move || fmt::bytes(size)}</span>
            </button>
            {move || {
                let name = wanted.clone();
                failed
                    .get()
                    .then(|| {
                        view! {
                            <Note
                                title=move || tf(Msg::ticket_file_failed, &[("name", &name)])
                                tone=Tone::Warn
                                urgent=true
                            />
                        }
                    })
            }}
        </li>
    }
}
