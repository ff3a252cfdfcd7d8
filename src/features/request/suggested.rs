//! What may already answer the request that is being written: articles and known errors that fit its
//! words, from this device, with or without a network.

use super::general_form::SERVICE;
use super::sheet::Sheet;
use crate::features::shared::ArticleRows;
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use leptos::prelude::*;
use rapport_domain::knowledge::suggest;
use rapport_domain::{Article, Kind, ServiceId};
use rapport_store::Query;
use serde_json::Value;

/// So many are offered.
const OFFERED: usize = 3;

/// The articles; nothing where none fits.
#[component]
pub fn Suggested(sheet: Sheet) -> impl IntoView {
    let all = use_portal().all::<Article>(|| Query::all(Kind::Article));
    let asked = sheet.clone();
    let service = memo(move || {
        let chosen = asked.text(SERVICE).get().parse::<ServiceId>().ok();
        asked.form.with(|form| form.service).or(chosen)
    });
    let fitting = memo(move || {
        let words: Vec<String> = sheet
            .values()
            .into_values()
            .filter_map(|value| match value {
                Value::String(words) => Some(words),
                _ => None,
            })
            .collect();
        let all = all.get().unwrap_or_default();
        let found = suggest(&all, &words.join(" "), service.get(), OFFERED);
        found.into_iter().cloned().collect::<Vec<_>>()
    });
    let some = memo(move || fitting.with(|found| !found.is_empty()));
    move || {
        some.get().then(|| {
            view! {
                <section class="stack">
                    <h2>{move || t(Msg::articles_suggested)}</h2>
                    <p class="quiet">{move || t(Msg::articles_suggested_text)}</p>
                    <ArticleRows articles=derived(move || fitting.get())/>
                </section>
            }
        })
    }
}
