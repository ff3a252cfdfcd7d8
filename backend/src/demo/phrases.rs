//! What is said on tickets: topics with their conversation, placeholders, and sentences that fit any topic.

use super::ids::Dice;
use super::people::Person;
use crate::time::{DAY, Time};
use serde::Deserialize;
use serde_json::Value;

/// The topics, as JSON.
pub const TOPICS: &str = include_str!("topics.json");

/// What a ticket can be about, and what is said then.
#[derive(Debug, Deserialize)]
pub struct Topic {
    /// Language of the conversation.
    pub lang: String,
    /// Kind of the ticket.
    pub kind: String,
    /// Service it is about.
    pub service: Option<String>,
    /// Form it is filed with.
    pub form: Option<String>,
    /// The only customer it fits.
    pub customer: Option<String>,
    /// The only role it fits.
    pub role: Option<String>,
    /// Key, question and answer.
    #[serde(default)]
    pub answers: Vec<(String, String, Value)>,
    /// Whom it hinders.
    pub impact: String,
    /// How long it can wait.
    pub urgency: String,
    /// Its subject.
    pub subject: String,
    /// Its description.
    pub description: String,
    /// What the service desk asks.
    pub ask: String,
    /// What the customer replies.
    pub reply: String,
    /// What was done.
    pub fix: String,
    /// What the customer says then.
    pub thanks: String,
}

impl Topic {
    /// Whether this person could have written it.
    pub fn fits(&self, person: &Person) -> bool {
        let home = if self.lang == "de" { "alder" } else { "" };
        let customer = self.customer.as_deref().unwrap_or(home);
        let at_home = customer.is_empty() && person.customer != Some("alder");
        (at_home || person.customer == Some(customer))
            && self.role.as_deref().is_none_or(|role| role == person.role)
    }
}

/// What stands for the placeholders of a topic.
pub struct Words(Vec<(&'static str, String)>);

impl Words {
    /// Words for one ticket.
    pub fn new(dice: &mut Dice, topic: &Topic, at: Time) -> Self {
        let pick = |dice: &mut Dice, from: &[&'static str]| dice.pick(from).copied().unwrap_or("");
        let place = match (topic.lang.as_str(), topic.customer.as_deref()) {
            ("de", _) => pick(
                dice,
                &[
                    "Station 1",
                    "Station 2",
                    "Station 3",
                    "der Aufnahme",
                    "der Intensivstation",
                ],
            ),
            _ => pick(
                dice,
                &[
                    "the second floor",
                    "the third floor",
                    "the north quay",
                    "the rail terminal",
                    "the dispatch floor",
                    "the warehouse office",
                ],
            ),
        };
        let day = |offset: i64| at.plus(offset * DAY).to_string()[..10].to_owned();
        Self(vec![
            ("{printer}", format!("PR-{}", dice.between(101, 148))),
            ("{laptop}", format!("LT-{}", dice.between(20_100, 20_990))),
            ("{n4b}", dice.between(1000, 9999).to_string()),
            ("{n4c}", dice.between(1000, 9999).to_string()),
            ("{n4}", dice.between(1000, 9999).to_string()),
            ("{n}", dice.between(2, 28).to_string()),
            ("{digit}", dice.between(1, 9).to_string()),
            ("{place}", place.to_owned()),
            (
                "{person_de}",
                pick(
                    dice,
                    &[
                        "Lena Hoffmann",
                        "Murat Yilmaz",
                        "Katrin Schulz",
                        "Paul Neumann",
                        "Sofia Krause",
                    ],
                )
                .to_owned(),
            ),
            (
                "{person}",
                pick(
                    dice,
                    &[
                        "Helen Park",
                        "Tom Walsh",
                        "Ines Duarte",
                        "Viktor Lund",
                        "Grace Adeyemi",
                    ],
                )
                .to_owned(),
            ),
            (
                "{company}",
                pick(
                    dice,
                    &[
                        "Blue Crane Shipping",
                        "Fenner & Sons",
                        "Ostsee Spedition",
                        "Marlow Packaging",
                        "Kestrel Freight",
                    ],
                )
                .to_owned(),
            ),
            ("{day}", day(dice.between(7, 21))),
            ("{past_day}", day(-dice.between(2, 12))),
            ("{year}", day(0)[..4].to_owned()),
        ])
    }

    /// The text with words in place of its placeholders.
    pub fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, word) in &self.0 {
            if text.contains(name) {
                text = text.replace(name, word);
            }
        }
        text
    }
}

/// Sentences that fit any topic, in English and German.
pub type Stock = (&'static [&'static str], &'static [&'static str]);

/// One of them, in the language.
pub fn pick_text(german: bool, stock: Stock, dice: &mut Dice) -> &'static str {
    let from = if german { stock.1 } else { stock.0 };
    dice.pick(from).copied().unwrap_or_default()
}

/// The service desk begins.
pub const STARTED: Stock = (
    &[
        "Thank you, I have taken this on and am looking into it.",
        "Got it. I will have a look now and come back to you here.",
        "Thanks for the clear description. I am on it.",
    ],
    &[
        "Danke, ich habe das übernommen und sehe es mir an.",
        "Ist angekommen. Ich schaue jetzt nach und melde mich hier.",
        "Vielen Dank für die genaue Beschreibung. Ich kümmere mich darum.",
    ],
);
/// It waits for a supplier.
pub const HELD: Stock = (
    &[
        "The part has been ordered; the supplier names Thursday. I leave this on hold until it is here.",
        "Our supplier is looking into it as well. I have set this on hold and ask them again tomorrow.",
    ],
    &[
        "Das Teil ist bestellt, der Lieferant nennt Donnerstag. Ich stelle den Vorgang bis dahin zurück.",
        "Unser Lieferant prüft das ebenfalls. Ich habe den Vorgang zurückgestellt und frage morgen nach.",
    ],
);
/// It will not be done.
pub const REJECTED: Stock = (
    &[
        "This is not part of the agreement, so I cannot do it here. Your relationship manager can tell you what it would take.",
        "This was reported in another ticket already; please follow that one. I close this one so that nothing is done twice.",
    ],
    &[
        "Das gehört nicht zum vereinbarten Umfang, daher kann ich es hier nicht ausführen. Ihre Ansprechpartnerin nennt Ihnen gern den Weg dorthin.",
        "Dazu gibt es schon einen Vorgang; bitte verfolgen Sie diesen. Ich schließe hier, damit nichts doppelt geschieht.",
    ],
);
/// The customer calls it off.
pub const CANCELLED: Stock = (
    &[
        "No longer needed, it works again by itself. Please close it.",
        "We have found another way. Please call this off.",
    ],
    &[
        "Hat sich erledigt, es geht von selbst wieder. Bitte abbrechen.",
        "Wir haben es anders gelöst, bitte nicht weiter bearbeiten.",
    ],
);
/// Among those who work on it.
pub const INTERNAL: Stock = (
    &[
        "Checked with network operations: same pattern at another customer, see their notes.",
        "Second time this quarter. Worth a problem record.",
    ],
    &[
        "Mit dem Netzbetrieb abgeglichen: gleiches Muster bei einem anderen Kunden.",
        "Zum zweiten Mal in diesem Quartal. Problem-Eintrag prüfen.",
    ],
);
