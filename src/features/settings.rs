//! Settings: who is signed in, language and look, what lies on this device, the data's age, signing
//! out.

mod account;
mod data;
mod device;
mod look;
mod sign_out;

use crate::features::shared::{Heading, OfflineNote};
use crate::i18n::{Msg, t};
use account::Account;
use data::Data;
use device::Device;
use leptos::prelude::*;
use look::Look;
use sign_out::SignOut;

/// The settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <Heading title=move || t(Msg::settings_title)/>
        <OfflineNote/>
        <div class="grid settings">
            <Account/>
            <Look/>
            <Device/>
            <Data/>
        </div>
        <SignOut/>
    }
}
