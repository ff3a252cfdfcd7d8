//! Questions that must be answered before anything else: the native dialog, which keeps the focus
//! inside, closes on Escape and gives the focus back.

use crate::signals::effect;
use crate::ui::a11y::next_id;
use crate::ui::button::{Button, ButtonKind};
use leptos::prelude::*;

/// A modal dialog.
#[component]
pub fn Dialog(
    /// Its heading and name.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it was closed by Escape.
    on_close: Callback<()>,
    /// What stands in it.
    children: ChildrenFn,
) -> impl IntoView {
    let id = next_id();
    let heading = id.clone();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    effect(move || {
        let Some(element) = dialog.get() else { return };
        match (open.get(), element.open()) {
            // What stands in it is drawn first, so that the focus can go to what asks for it.
            (true, false) => queue_microtask(move || {
                if !element.open() {
                    let _ = element.show_modal();
                }
            }),
            (false, true) => element.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby=id
            on:close=move |_| {
                if open.get_untracked() {
                    on_close.run(());
                }
            }
        >
            <h2 id=heading>{title}</h2>
            {move || open.get().then(|| children())}
        </dialog>
    }
}

/// A question with two answers, of which the harmless one comes first.
#[component]
pub fn ConfirmDialog(
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// What follows from saying yes.
    #[prop(into)]
    text: Signal<String>,
    /// What yes is called.
    #[prop(into)]
    confirm: Signal<String>,
    /// What no is called.
    #[prop(into)]
    cancel: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Called on yes.
    on_confirm: Callback<()>,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    let yes = Callback::new(move |()| {
        open.set(false);
        on_confirm.run(());
    });
    view! {
        <Dialog title open on_close=close>
            <p>{text}</p>
            <div class="head">
                <Button label=cancel on_press=close/>
                <Button label=confirm on_press=yes kind=ButtonKind::Danger/>
            </div>
        </Dialog>
    }
}
