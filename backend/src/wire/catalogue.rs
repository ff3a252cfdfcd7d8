//! Services, request forms and announcements, the same when read and when written.

use super::words;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A text with a default and wordings by language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"default": "Workplace", "by_language": {"de": "Arbeitsplatz"}}))]
pub struct Text {
    /// The wording for every language that has none of its own.
    pub default: String,
    /// Wordings by language tag.
    #[serde(default)]
    pub by_language: BTreeMap<String, String>,
}

/// What a service is, apart from what every record has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceBody {
    /// What it is called.
    pub name: Text,
    /// One sentence about it.
    pub summary: Text,
    /// Everything else about it.
    #[serde(default)]
    pub description: Text,
    /// Where it stands in the catalogue.
    pub category: Text,
    /// Who may see it; empty means everybody.
    #[serde(default)]
    pub audience: Vec<Audience>,
    /// What the customer gets out of it.
    #[serde(default)]
    pub intended_outcome: Text,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<Owner>,
    /// When it is supported.
    #[serde(default)]
    pub hours: Text,
    /// What was agreed about it.
    #[serde(default)]
    pub service_levels: Vec<ServiceLevel>,
    /// Services it needs.
    #[serde(default)]
    pub dependencies: Vec<Uuid>,
    /// Where it stands in its life.
    #[schema(value_type = words::Lifecycle)]
    pub lifecycle: String,
    /// The edition of this entry.
    #[serde(default)]
    pub edition: String,
    /// The day it was last reviewed.
    #[serde(default)]
    #[schema(format = Date)]
    pub reviewed_on: Option<String>,
    /// Forms with which it can be asked for, in order.
    #[serde(default)]
    pub forms: Vec<Uuid>,
}

/// A part of those who may see a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The people of one customer.
    Customer(Uuid),
    /// Everybody in a role.
    Role(String),
}

/// Who answers for a service.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// Name of the person or team.
    pub name: String,
    /// Where to write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// One agreed target.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceLevel {
    /// What is measured.
    pub name: Text,
    /// What was promised.
    pub target: Text,
    /// How much work the promise holds for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload_limit: Option<Text>,
    /// When it does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<Text>,
}

/// What a request form is, apart from what every record has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormBody {
    /// The service it belongs to; null for a form of general use.
    #[serde(default)]
    pub service_id: Option<Uuid>,
    /// What it is called.
    pub title: Text,
    /// What stands above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Text>,
    /// The kind of ticket it makes.
    #[schema(value_type = words::TicketKind)]
    pub ticket_kind: String,
    /// The edition of this form.
    #[serde(default)]
    pub edition: String,
    /// Whether a manager of the customer has to agree before it is begun with.
    #[serde(default)]
    pub approval: bool,
    /// What it asks.
    pub fields: Vec<FormField>,
}

/// A question of a form.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name; `subject` and `description` fill those of the ticket.
    pub key: String,
    /// The question.
    pub label: Text,
    /// A word of help below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// What is answered.
    pub kind: FieldKind,
    /// Whether it must be answered while it is visible.
    #[serde(default)]
    pub required: bool,
    /// When it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_when: Option<VisibleWhen>,
}

/// A field is asked only when another one has one of these values.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisibleWhen {
    /// Key of the other field.
    pub field: String,
    /// The values; a yes/no field has `true` and `false`.
    pub is: Vec<String>,
}

/// What a field takes, with its limits.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldKind {
    /// A line of text.
    Text {
        /// Least number of characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_length: Option<u32>,
        /// Greatest number of characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_length: Option<u32>,
        /// Regular expression that the whole text must match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
        /// What to tell somebody whose text does not match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern_hint: Option<Text>,
    },
    /// Text of any number of lines.
    LongText {
        /// Least number of characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_length: Option<u32>,
        /// Greatest number of characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_length: Option<u32>,
    },
    /// A number.
    Number {
        /// Least value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// Greatest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
        /// Whether only whole numbers will do.
        #[serde(default)]
        whole: bool,
        /// What is counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    },
    /// A day.
    Date {
        /// Earliest day: `YYYY-MM-DD`, `today`, `today+N` or `today-N`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earliest: Option<String>,
        /// Latest day, likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        latest: Option<String>,
    },
    /// One of several.
    Choice {
        /// What is offered.
        options: Vec<Choice>,
    },
    /// Any of several.
    MultiChoice {
        /// What is offered.
        options: Vec<Choice>,
        /// Least number of choices.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u32>,
        /// Greatest number of choices.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    /// Yes or no.
    YesNo {},
    /// Files.
    File {
        /// Greatest size of one file in bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_size: Option<u64>,
        /// Media types or endings.
        #[serde(default)]
        accept: Vec<String>,
        /// Greatest number of files.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_count: Option<u32>,
    },
}

/// One offered choice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is written down.
    pub value: String,
    /// What is shown.
    pub label: Text,
}

/// What an announcement is, apart from what every record has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnouncementBody {
    /// Its headline.
    pub title: Text,
    /// What it says.
    pub body: Text,
    /// How much it matters.
    #[schema(value_type = words::Severity)]
    pub severity: String,
    /// Services it is about.
    #[serde(default)]
    pub services: Vec<Uuid>,
    /// When it begins to hold.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Time,
    /// When it ceases to hold; null while that is not known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Time>,
}
