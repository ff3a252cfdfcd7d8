//! What stands around every page: header, navigation, banners, the main part.

use crate::i18n::{Msg, t};
use crate::signals::memo;
use crate::ui::a11y::Announcer;
use crate::ui::each;
use crate::ui::icon::Icon;
use leptos::prelude::*;
use leptos_router::components::A;

/// A place of the main navigation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NavItem {
    href: String,
    label: String,
    icon: &'static str,
    count: u32,
}

impl NavItem {
    /// A place with its address, name and sign.
    #[must_use]
    pub const fn new(href: String, label: String, icon: &'static str) -> Self {
        Self {
            href,
            label,
            icon,
            count: 0,
        }
    }

    /// With a number on it; 0 shows none.
    #[must_use]
    pub const fn count(mut self, count: u32) -> Self {
        self.count = count;
        self
    }
}

/// The frame of the portal: at the bottom of a phone, at the side of a desktop the places; the page in
/// between.
#[component]
pub fn Shell(
    /// The provider's name.
    brand: String,
    /// The places.
    items: Signal<Vec<NavItem>>,
    /// At the end of the header: how the device stands, and what is not needed every day.
    aside: ViewFn,
    /// What everybody must know, above the page.
    banner: ViewFn,
    /// The page.
    children: Children,
) -> impl IntoView {
    let main = NodeRef::<leptos::html::Main>::new();
    // Not a link to `#main`: that would be resolved against the base address and leave the page.
    let skip = move |_| {
        if let Some(element) = main.get_untracked() {
            let _ = element.focus();
        }
    };
    let places = move || {
        items.with(|all| {
            all.iter()
                .map(|item| (item.href.clone(), item.icon))
                .collect::<Vec<_>>()
        })
    };
    let one = move |(href, icon)| place(items, href, icon);
    view! {
        <div class="app">
            <button class="skip btn" type="button" on:click=skip>
                {move || t(Msg::skip_to_content)}
            </button>
            <header class="top">
                <span class="brand">
                    <BrandMark/>
                    <span class="brand-name">{brand}</span>
                </span>
                {aside.run()}
            </header>
            <nav class="nav" aria-label=move || t(Msg::nav_main)>
                {each(places, |(href, _)| href.clone(), one)}
            </nav>
            <main node_ref=main tabindex="-1">
                {banner.run()}
                {children()}
            </main>
            <Announcer/>
        </div>
    }
}

/// One place. It keeps its element, and with it the focus, when its name or number changes.
fn place(items: Signal<Vec<NavItem>>, href: String, icon: &'static str) -> AnyView {
    let own = href.clone();
    let item = memo(move || items.with(|all| all.iter().find(|i| i.href == own).cloned()));
    let name = move || item.with(|item| item.as_ref().map(|item| item.label.clone()));
    let count = move || {
        let count = item.with(|item| item.as_ref().map_or(0, |item| item.count));
        (count > 0).then(|| view! { <b>{count}</b> })
    };
    // The address of the first page is the beginning of every other.
    let exact = href == "/";
    view! {
        <A href exact>
            <Icon name=icon/>
            <span>{name}</span>
            {count}
        </A>
    }
    .into_any()
}

/// The product's mark.
#[component]
pub fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
            <path
                d="M4 4h11a5 5 0 0 1 1.6 9.7L21 20h-5l-3.6-5.6H8V20H4z"
                fill="currentColor"
            ></path>
            <path class="brand-hole" d="M8 8h6.4a1.4 1.4 0 0 1 0 2.8H8z"></path>
        </svg>
    }
}
