//! The way to everything unsent as a file.

use crate::features::shared::explain::Explained;
use crate::features::shared::{FaultNote, save_unsent};
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::ui::Button;
use leptos::prelude::*;

/// The button that exports everything.
#[component]
pub fn ExportAll() -> impl IntoView {
    let fault = RwSignal::new(None::<Explained>);
    let press = save_unsent(use_portal(), fault);
    view! {
        <p class="head">
            <Button label=move || t(Msg::unsent_export) on_press=press/>
            <span class="quiet">{move || t(Msg::unsent_export_hint)}</span>
        </p>
        <FaultNote fault/>
    }
}
