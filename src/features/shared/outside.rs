//! The frame of a page outside the portal: the bar with the provider's name, and the page.

use crate::live::branding;
use crate::ui::shell::BrandMark;
use leptos::prelude::*;

/// The frame of a page that stands without navigation.
#[component]
pub fn Outside(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="outside">
            <header class="top">
                <span class="brand">
                    <BrandMark/>
                    {branding().name}
                </span>
            </header>
            <main id="main" tabindex="-1">
                {children()}
            </main>
        </div>
    }
}
