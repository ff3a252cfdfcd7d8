//! Knowledge: how to do things oneself, and faults that are known. The list, and an article.

mod page;

use crate::features::shared::{ArticleRows, AsOf, FirstLoad, Heading, OfflineNote, Places};
use crate::i18n::{Msg, t, tag, tn};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{EmptyState, SearchInput};
use leptos::prelude::*;
use rapport_domain::{Article, Kind};
use rapport_store::plain::column;
use rapport_store::{Column, Filter, Query};

pub use page::ArticlePage;

const TITLE: Column = column(Kind::Article, "title");

/// The list.
#[component]
pub fn ArticlesPage() -> impl IntoView {
    let portal = use_portal();
    let words = RwSignal::new(String::new());
    let found = portal.all::<Article>(move || {
        let query = Query::all(Kind::Article)
            .in_language(tag())
            .ascending(TITLE);
        let said = words.get();
        if said.trim().is_empty() {
            query
        } else {
            query.filter(Filter::Search(said))
        }
    });
    let found = derived(move || found.get().unwrap_or_default());
    let count = memo(move || found.with(Vec::len));
    let status = portal.status();
    view! {
        <div class="page-top">
            <Places href=paths::services() label=move || t(Msg::services_title)/>
            <Heading title=move || t(Msg::articles_title)/>
        </div>
        <OfflineNote/>
        <SearchInput
            label=move || t(Msg::articles_search)
            value=words
            on_input=Callback::new(move |said| words.set(said))
        />
        <p class="head list-status">
            <span class="quiet" role="status">
                {move || tn(Msg::articles_found, count.get() as u64)}
            </span>
            <AsOf/>
        </p>
        {move || {
            if count.get() > 0 {
                view! { <ArticleRows articles=found/> }.into_any()
            } else if !status.with(|status| status.complete) {
                view! { <FirstLoad/> }.into_any()
            } else {
                view! {
                    <EmptyState
                        title=move || t(Msg::articles_none)
                        text=move || t(Msg::articles_none_text)
                    />
                }
                    .into_any()
            }
        }}
    }
}
