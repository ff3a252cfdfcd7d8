//! Everything unsent as a file, for whom sending does not work.

use crate::features::shared::explain::{self, Explained};
use crate::features::shared::{FaultNote, say};
use crate::i18n::{Msg, t};
use crate::live::{self, Portal, use_portal};
use crate::ui::Button;
use crate::web::{clock, files};
use leptos::prelude::*;
use rapport_domain::Date;
use rapport_store::Fault;

/// Offers everything unsent as a JSON file.
///
/// # Errors
/// What the store or the browser said.
async fn export(portal: &Portal) -> Result<(), Fault> {
    let json = portal.export().await?;
    let name = format!("unsent-{}.json", Date::of(clock::now()));
    files::offer(&name, "application/json", json.as_bytes()).map_err(Fault::Other)
}

/// The button that exports everything.
#[component]
pub fn ExportAll() -> impl IntoView {
    let portal = use_portal();
    let fault = RwSignal::new(None::<Explained>);
    let press = Callback::new(move |()| {
        let portal = portal.clone();
        live::durable(async move {
            match export(&portal).await {
                Ok(()) => say(Msg::unsent_exported),
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    });
    view! {
        <p class="head">
            <Button label=move || t(Msg::unsent_export) on_press=press/>
            <span class="quiet">{move || t(Msg::unsent_export_hint)}</span>
        </p>
        <FaultNote fault/>
    }
}
