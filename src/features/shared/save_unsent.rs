//! Everything unsent as a file, for whom sending does not work.

use crate::features::shared::explain::{self, Explained};
use crate::features::shared::say;
use crate::i18n::Msg;
use crate::live::{self, Portal};
use crate::web::{clock, files};
use leptos::prelude::*;
use rapport_domain::Date;
use rapport_store::Fault;

async fn offer(portal: &Portal) -> Result<(), Fault> {
    let json = portal.export().await?;
    let name = format!("unsent-{}.json", Date::of(clock::now()));
    files::offer(&name, "application/json", json.as_bytes()).map_err(Fault::Other)
}

/// Makes the callback that offers it; what goes wrong stands in `fault`.
pub fn save_unsent(portal: Portal, fault: RwSignal<Option<Explained>>) -> Callback<()> {
    Callback::new(move |()| {
        let portal = portal.clone();
        live::durable(async move {
            match offer(&portal).await {
                Ok(()) => say(Msg::unsent_exported),
                Err(failed) => {
                    fault.try_set(Some(untrack(|| explain::fault(&failed))));
                }
            }
        });
    })
}
