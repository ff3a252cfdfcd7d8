//! Knowledge: how to do something oneself, and faults that are known, with a way round them. Offered to
//! whoever is about to ask.

use crate::id::ServiceId;
use crate::open_enum::open_enum;
use crate::plain::record;
use crate::text::Text;
use std::collections::BTreeSet;

open_enum! {
    /// What an article is.
    ArticleCategory {
        /// How to do something.
        HowTo = "how_to",
        /// A fault whose cause is known, with a way round it until it is mended (ITIL: known error).
        KnownError = "known_error",
    }
}

record! {
    /// Something worth reading before one asks.
    Article: ArticleId {
        /// What it is about, in a line.
        title: Text [listed searched],
        /// What it is.
        category: ArticleCategory [listed],
        /// What it says, in a sentence.
        summary: Text [listed searched],
        /// What it says; an empty line parts paragraphs.
        body: Text [searched],
        /// Words that people use for it, in any language.
        keywords: String [listed searched],
        /// The service it is about.
        service: Option<ServiceId> [listed],
    }
}

/// Letters of a word by which it is known again, whatever its ending.
const STEM: usize = 6;
/// Shorter words are those of every sentence.
const SHORTEST: usize = 4;
/// What an article must have in common with the words to be offered: a word that few articles have.
const ENOUGH: f64 = 1.5;

/// The articles that fit what somebody is writing, the best first, at most so many. Words that few
/// articles have count more, as in every search (Spärck Jones 1972, Journal of Documentation 28:11–21);
/// an article about the service that is asked about comes before another.
#[must_use]
pub fn suggest<'a>(
    articles: &'a [Article],
    words: &str,
    service: Option<ServiceId>,
    most: usize,
) -> Vec<&'a Article> {
    let typed = stems(words);
    if typed.is_empty() {
        return Vec::new();
    }
    let known: Vec<(BTreeSet<String>, BTreeSet<String>)> = articles
        .iter()
        .map(|one| {
            (
                stems_of(&[&one.title], &one.keywords),
                stems_of(&[&one.summary], ""),
            )
        })
        .collect();
    let has = |(first, rest): &(BTreeSet<String>, BTreeSet<String>), stem: &String| {
        first.contains(stem) || rest.contains(stem)
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of articles")]
    let rarity = |stem: &String| {
        let having = known.iter().filter(|one| has(one, stem)).count();
        // What a third of all articles have tells none of them from the others.
        if having == 0 || (having > 1 && having * 3 > known.len()) {
            return 0.0;
        }
        (1.0 + known.len() as f64 / having as f64).ln()
    };
    let weights: Vec<(&String, f64)> = typed.iter().map(|stem| (stem, rarity(stem))).collect();
    let mut fitting: Vec<(f64, &Article)> = articles
        .iter()
        .zip(&known)
        .filter_map(|(article, sets)| {
            let score: f64 = weights
                .iter()
                .map(
                    |(stem, weight)| match (sets.0.contains(*stem), sets.1.contains(*stem)) {
                        (true, _) => 2.0 * weight,
                        (false, true) => *weight,
                        (false, false) => 0.0,
                    },
                )
                .sum();
            // A single word of the summary may be one of every sentence.
            let named = typed.iter().any(|stem| sets.0.contains(stem));
            let told = typed.iter().filter(|stem| sets.1.contains(*stem)).count();
            let same = service.is_some() && article.service == service;
            let score = if same { score * 1.5 } else { score };
            ((named || told > 1) && score >= ENOUGH).then_some((score, article))
        })
        .collect();
    fitting.sort_by(|a, b| b.0.total_cmp(&a.0));
    fitting.truncate(most);
    fitting.into_iter().map(|(_, article)| article).collect()
}

fn stems_of(texts: &[&Text], more: &str) -> BTreeSet<String> {
    let mut all = stems(more);
    for text in texts {
        all.extend(stems(&text.default));
        for words in text.by_language.values() {
            all.extend(stems(words));
        }
    }
    all
}

fn stems(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let long = words.filter(|word| word.chars().count() >= SHORTEST);
    long.map(|word| word.to_lowercase().chars().take(STEM).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Stamp;
    use crate::time::Timestamp;
    use uuid::Uuid;

    fn article(id: u128, title: &str, summary: &str, keywords: &str) -> Article {
        Article {
            id: Uuid::from_u128(id).into(),
            stamp: Stamp::said_now(Timestamp(0)),
            title: Text::plain(title),
            category: ArticleCategory::HowTo,
            summary: Text::plain(summary),
            body: Text::default(),
            keywords: keywords.into(),
            service: Some(Uuid::from_u128(100 + id).into()),
        }
    }

    fn shelf() -> Vec<Article> {
        vec![
            article(
                1,
                "Printing on the new printers",
                "How to print from anywhere.",
                "drucken drucker",
            ),
            article(
                2,
                "Setting a new password",
                "What to do when it has expired.",
                "kennwort login",
            ),
            article(
                3,
                "Remote access drops",
                "Known since Monday; reconnect from your laptop.",
                "vpn",
            ),
            article(
                4,
                "Ordering a laptop",
                "What to say when you order from your desk.",
                "",
            ),
            article(5, "Wi-Fi for guests", "Codes from your reception.", "wlan"),
            article(6, "Shared mailboxes", "They appear when you restart.", ""),
        ]
    }

    fn found(words: &str, service: Option<u128>) -> Vec<u128> {
        let service = service.map(|id| Uuid::from_u128(100 + id).into());
        let shelf = shelf();
        let found = suggest(&shelf, words, service, 3).into_iter();
        found.map(|one| one.id.0.as_u128()).collect()
    }

    #[test]
    fn what_shares_rare_words_is_offered_first_and_whatever_its_ending() {
        assert_eq!(found("My printer does not print", None), [1]);
        assert_eq!(found("Der Drucker geht nicht", None), [1]);
        assert_eq!(found("I have forgotten my passwords", None), [2]);
    }

    #[test]
    fn words_of_every_sentence_offer_nothing() {
        assert!(found("", None).is_empty());
        assert!(found("What to do when it is from your side", None).is_empty());
        assert!(found("It has expired", None).is_empty());
        assert!(found("The coffee machine leaks", None).is_empty());
    }

    #[test]
    fn the_service_that_is_asked_about_comes_first() {
        assert_eq!(found("laptop", None).first(), Some(&4));
        assert_eq!(found("laptop from Monday", Some(3)).first(), Some(&3));
    }
}
