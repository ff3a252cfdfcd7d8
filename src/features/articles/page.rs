//! An article.

use crate::features::shared::{
    ArticleBadge, FaultNote, FirstLoad, Heading, OfflineNote, Places, explain,
};
use crate::i18n::{Msg, fmt, t, tag, text, tf};
use crate::live::{Loaded, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::LinkButton;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use rapport_domain::{Article, ArticleId, Kind};
use rapport_store::columns::service;
use rapport_store::{Filter, Query};

/// The page.
#[component]
pub fn ArticlePage() -> impl IntoView {
    let params = use_params_map();
    let id = memo(move || params.with(|p| p.get("id")?.parse::<ArticleId>().ok()));
    move || match id.get() {
        Some(id) => view! { <ArticleOf id/> }.into_any(),
        None => view! { <Missing/> }.into_any(),
    }
}

#[component]
fn ArticleOf(id: ArticleId) -> impl IntoView {
    let (article, loaded) = use_portal().one::<Article>(id.0);
    let is_known = memo(move || article.with(Option::is_some));
    move || {
        if is_known.get() {
            return view! { <Known article/> }.into_any();
        }
        match loaded.get() {
            Loaded::Loading => view! { <FirstLoad/> }.into_any(),
            Loaded::Failed(fault) => {
                let fault = derived(move || Some(explain::unreadable(&fault)));
                view! { <FaultNote fault/> }.into_any()
            }
            Loaded::Missing | Loaded::Ready(_) => view! { <Missing/> }.into_any(),
        }
    }
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <Places href=paths::articles() label=move || t(Msg::articles_title)/>
        <Heading title=move || t(Msg::article_missing)/>
        <p>{move || t(Msg::article_missing_text)}</p>
        <OfflineNote/>
    }
}

#[component]
fn Known(article: Signal<Option<Article>>) -> impl IntoView {
    fn with<T: Default>(article: Signal<Option<Article>>, read: impl FnOnce(&Article) -> T) -> T {
        article.with(|article| article.as_ref().map(read).unwrap_or_default())
    }
    let about = move || with(article, |a| a.service);
    let service = use_portal().rows(move || {
        let ids = about().map(|id| id.0).into_iter().collect();
        Query::all(Kind::Service).filter(Filter::Ids(ids))
    });
    let service = move || {
        let found = service.get()?;
        let shown = found.rows.first()?;
        let name = shown.row.text_in(service::NAME, &tag()).to_owned();
        Some(view! { <A href=paths::service(shown.row.key.id)>{name}</A> })
    };
    let category = derived(move || article.with(|a| a.as_ref().map(|a| a.category.clone())));
    let paragraphs = move || {
        let body = with(article, |a| text(&a.body));
        let each = body.split("\n\n").map(str::trim);
        let each = each.filter(|part| !part.is_empty());
        each.map(|part| view! { <p class="prose" dir="auto">{part.to_owned()}</p> })
            .collect_view()
    };
    let changed = move || {
        let at = with(article, |a| a.stamp.updated_at);
        tf(Msg::article_changed, &[("date", &fmt::date(at))])
    };
    view! {
        <div class="page-top">
            <Places href=paths::articles() label=move || t(Msg::articles_title)/>
            <Heading title=move || with(article, |a| text(&a.title))/>
            <p class="head">
                <ArticleBadge category/>
                {service}
                <span class="quiet">{changed}</span>
            </p>
            <p class="lead">{move || with(article, |a| text(&a.summary))}</p>
        </div>
        <OfflineNote/>
        <article class="stack">{paragraphs}</article>
        <p>
            {move || {
                let href = match about() {
                    Some(service) => paths::general_about(service),
                    None => paths::general(),
                };
                view! { <LinkButton href label=move || t(Msg::article_ask)/> }
            }}
        </p>
    }
}
