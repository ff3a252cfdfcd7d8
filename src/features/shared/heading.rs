//! The heading of a page, which also names the document, and what is said to those who do not see it.

use crate::i18n::{Msg, t};
use crate::live::branding;
use crate::ui::{PageTitle, announce};
use crate::web::dom;
use leptos::prelude::*;

/// The heading of a page.
#[component]
pub fn Heading(
    /// What it says.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let name = branding().name;
    let on_title = Callback::new(move |title: String| dom::set_title(&format!("{title} · {name}")));
    view! { <PageTitle title on_title/> }
}

/// Has a screen reader say a message. For what happened after something was pressed.
pub fn say(message: Msg) {
    announce(untrack(|| t(message)));
}
