//! Knowledge articles and known errors.

use super::DemoError;
use super::ids::Ids;
use crate::db::Tx;
use crate::db::plain::{self, Place, RecordRow};
use crate::time::{DAY, Time};
use rapport_domain::{Article, ArticleCategory, Stamp, Text, Timestamp, Typed};
use serde::Deserialize;
use std::collections::BTreeMap;

const KNOWLEDGE: &str = include_str!("knowledge.json");

/// `age` is counted in days back from the moment of filling.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticleTold {
    slug: String,
    category: String,
    service: String,
    age: i64,
    title: BTreeMap<String, String>,
    summary: BTreeMap<String, String>,
    body: BTreeMap<String, String>,
    keywords: String,
}

/// Writes all of it.
pub async fn fill(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    let told: Vec<ArticleTold> = serde_json::from_str(KNOWLEDGE)?;
    for one in told {
        let at = Timestamp(now.plus(-one.age * DAY).0);
        let article = Article {
            id: ids.uuid("article", &one.slug).into(),
            stamp: Stamp::said_now(at),
            title: text(one.title),
            category: ArticleCategory::from(one.category.as_str()),
            summary: text(one.summary),
            body: text(one.body),
            keywords: one.keywords,
            service: Some(ids.uuid("service", &one.service).into()),
        };
        let row = RecordRow::of(&article.to_record(), Place::default())?;
        plain::insert(tx, &row).await?;
    }
    Ok(())
}

fn text(mut words: BTreeMap<String, String>) -> Text {
    Text {
        default: words.remove("en").unwrap_or_default(),
        by_language: words.into_iter().collect(),
    }
}
