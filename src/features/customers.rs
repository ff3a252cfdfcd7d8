//! The customers whom the reader looks after.

use crate::features::shared::{AsOf, CustomerRows, Heading, OfflineNote};
use crate::i18n::{Msg, t};
use leptos::prelude::*;

/// The page.
#[component]
pub fn CustomersPage() -> impl IntoView {
    view! {
        <div class="head page-head">
            <Heading title=move || t(Msg::customers_title)/>
            <AsOf brief=true/>
        </div>
        <OfflineNote/>
        <CustomerRows/>
    }
}
