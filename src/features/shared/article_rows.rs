//! Knowledge articles in lists.

use crate::i18n::{Msg, t, text};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{Row, Rows, State, each};
use leptos::prelude::*;
use rapport_domain::{Article, ArticleCategory};
use uuid::Uuid;

/// What an article is, as a shape and a word.
#[component]
pub fn ArticleBadge(
    /// The category, once it is known.
    #[prop(into)]
    category: Signal<Option<ArticleCategory>>,
) -> impl IntoView {
    let tone = derived(move || match category.get() {
        Some(ArticleCategory::KnownError) => "you",
        _ => "open",
    });
    let label = derived(move || match category.get() {
        Some(ArticleCategory::KnownError) => t(Msg::article_known_error),
        Some(ArticleCategory::HowTo) => t(Msg::article_how_to),
        Some(ArticleCategory::Other(word)) => word,
        None => String::new(),
    });
    view! { <State tone label/> }
}

/// A list of articles.
#[component]
pub fn ArticleRows(
    /// The articles, in their order.
    #[prop(into)]
    articles: Signal<Vec<Article>>,
) -> impl IntoView {
    let listed = memo(move || articles.get());
    let ids = move || listed.with(|all| all.iter().map(|one| one.id.0).collect::<Vec<_>>());
    let one = move |id: Uuid| {
        let found = memo(move || listed.with(|all| all.iter().find(|one| one.id.0 == id).cloned()));
        let words = move |read: fn(&Article) -> String| {
            derived(move || found.with(|one| one.as_ref().map(read).unwrap_or_default()))
        };
        let category = derived(move || found.with(|a| a.as_ref().map(|a| a.category.clone())));
        view! {
            <Row href=paths::article(id) title=words(|one| text(&one.title))>
                <ArticleBadge category/>
                <span class="quiet row-about">{words(|one| text(&one.summary))}</span>
            </Row>
        }
        .into_any()
    };
    view! { <Rows>{each(ids, |id| *id, one)}</Rows> }
}
