//! What a draft holds, and what becomes of it when two tabs wrote on the same one. Pure.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest text that is taken for a line of its own, in characters.
const LINE: usize = 80;

/// Where a draft that changes a record keeps the record as it was seen. It was not typed.
pub const SEEN: &str = "seen";

/// The fields of a draft by name.
pub type DraftValue = Map<String, Value>;

/// What is kept of a draft within the store's versioned envelope.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub title: String,
    pub fields: DraftValue,
    /// Whether something of it was sent or discarded in another tab, so that sending the rest is not
    /// to happen by the way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overtaken: bool,
    /// Of a copy that was left behind with the page: what it was written on top of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Base>,
}

/// What a tab knew of a draft's row when its page was left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Base {
    pub fields: DraftValue,
    pub was_there: bool,
}

impl Kept {
    /// What `left`, a copy left behind with a page, makes of what is there.
    pub fn brought_home(there: Option<Self>, left: Self) -> Self {
        let base = left.base.unwrap_or_default();
        match there {
            Some(there) => Self {
                fields: merge(&base.fields, &left.fields, &there.fields),
                overtaken: there.overtaken || left.overtaken,
                ..there
            },
            // What was there when it was written has been sent or discarded since.
            None => Self {
                overtaken: left.overtaken || base.was_there,
                base: None,
                ..left
            },
        }
    }
}

/// The fields of both sides, who began with `base`: what only one of them changed is his, and where
/// both wrote, both texts stay.
pub(super) fn merge(base: &DraftValue, mine: &DraftValue, theirs: &DraftValue) -> DraftValue {
    let only_theirs = theirs.keys().filter(|name| !mine.contains_key(*name));
    let merged = mine.keys().chain(only_theirs).filter_map(|name| {
        let (base, mine, theirs) = (base.get(name), mine.get(name), theirs.get(name));
        let value = match (name.as_str(), theirs) {
            // What was seen first is what both stand on.
            (SEEN, Some(theirs)) => Some(theirs.clone()),
            _ => either(base, mine, theirs),
        };
        Some((name.clone(), value?))
    });
    merged.collect()
}

/// A value of both sides.
fn either(base: Option<&Value>, mine: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
    if mine == theirs || theirs == base {
        mine.cloned()
    } else if mine == base {
        theirs.cloned()
    } else {
        both(base, mine, theirs)
    }
}

/// `more` below what stands there already, unless that ends with it.
pub(super) fn below(present: &str, more: &str) -> String {
    let before = present.trim_end().strip_suffix(more.trim());
    if before.is_some_and(|before| before.is_empty() || before.ends_with('\n')) {
        return present.to_owned();
    }
    match (present.trim().is_empty(), more.trim().is_empty()) {
        (true, _) => more.to_owned(),
        (false, true) => present.to_owned(),
        (false, false) => format!("{present}\n\n{more}"),
    }
}

fn both(base: Option<&Value>, mine: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
    match (mine, theirs) {
        (Some(Value::String(mine)), Some(Value::String(theirs))) => {
            Some(Value::from(joined(mine, theirs)))
        }
        (Some(Value::Object(mine)), Some(Value::Object(theirs))) => {
            let none = DraftValue::new();
            let base = base.and_then(Value::as_object).unwrap_or(&none);
            Some(Value::Object(merge(base, mine, theirs)))
        }
        (Some(Value::Array(mine)), Some(Value::Array(theirs))) => {
            let base = base.and_then(Value::as_array).map(Vec::as_slice);
            Some(Value::Array(lists(base.unwrap_or_default(), mine, theirs)))
        }
        (Some(value), _) | (None, Some(value)) => Some(value.clone()),
        (None, None) => None,
    }
}

/// The lists of both sides. Rows are the same where their key is, or their place if they have none; what
/// one side took out and the other left as it was is out.
fn lists(base: &[Value], mine: &[Value], theirs: &[Value]) -> Vec<Value> {
    let is_rows = mine.iter().chain(theirs).any(Value::is_object);
    if !is_rows {
        let further = mine.iter().filter(|item| !theirs.contains(item));
        return theirs.iter().chain(further).cloned().collect();
    }
    let name = |(place, row): (usize, &Value)| match row.get("key") {
        Some(key) => key.to_string(),
        None => place.to_string(),
    };
    let named = |rows: &[Value]| -> Vec<(String, Value)> {
        let each = rows.iter().enumerate();
        each.map(|(place, row)| (name((place, row)), row.clone()))
            .collect()
    };
    let (base, mine, theirs) = (named(base), named(mine), named(theirs));
    let of = |rows: &[(String, Value)], wanted: &str| {
        let found = rows.iter().find(|(name, _)| name == wanted);
        found.map(|(_, row)| row.clone())
    };
    let further = mine.iter().filter(|(name, _)| of(&theirs, name).is_none());
    let rows = theirs.iter().chain(further).filter_map(|(name, _)| {
        let (base, mine, theirs) = (of(&base, name), of(&mine, name), of(&theirs, name));
        either(base.as_ref(), mine.as_ref(), theirs.as_ref())
    });
    rows.collect()
}

/// Both texts, the longer one alone where it holds the other. A single word may stand for a choice, a
/// date or a record, of which there can be only one: then it is `mine`.
fn joined(mine: &str, theirs: &str) -> String {
    if mine.contains(theirs.trim()) {
        return mine.to_owned();
    }
    if theirs.contains(mine.trim()) {
        return theirs.to_owned();
    }
    let has_words = |text: &str| text.trim().contains(char::is_whitespace);
    if !has_words(mine) && !has_words(theirs) {
        return mine.to_owned();
    }
    let is_long = |text: &str| text.contains('\n') || text.chars().count() > LINE;
    let between = if is_long(mine) || is_long(theirs) {
        "\n\n"
    } else {
        " – "
    };
    format!("{}{between}{}", theirs.trim_end(), mine.trim_start())
}

/// What was typed since `sent`.
pub(super) fn beyond(fields: &DraftValue, sent: &DraftValue) -> DraftValue {
    let since = fields
        .iter()
        .filter(|(name, value)| sent.get(*name) != Some(*value));
    since
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The texts of a field's value, for several choices and for names of files.
#[must_use]
pub fn texts(value: Option<&Value>) -> Vec<String> {
    let Some(Value::Array(items)) = value else {
        return Vec::new();
    };
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Whether nothing stands in any field: that is no draft.
#[must_use]
pub fn is_blank(fields: &DraftValue) -> bool {
    let typed = fields.iter().filter(|(name, _)| *name != SEEN);
    typed.map(|(_, value)| value).all(|value| match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> DraftValue {
        serde_json::from_value(value).unwrap()
    }

    fn merged(base: Value, mine: Value, theirs: Value) -> Value {
        Value::Object(merge(&fields(base), &fields(mine), &fields(theirs)))
    }

    #[test]
    fn what_only_one_tab_changed_is_taken_from_it() {
        let base = json!({"text": "It began", "impact": "team", "site": "Ulm"});
        let mine = json!({"text": "It began on Monday", "impact": "team", "site": "Ulm"});
        let theirs = json!({"text": "It began", "impact": "site", "more": true});
        assert_eq!(
            merged(base, mine, theirs),
            json!({"text": "It began on Monday", "impact": "site", "more": true})
        );
    }

    #[test]
    fn both_texts_stay_where_both_tabs_wrote() {
        let long = "The wall display stays dark. ".repeat(4);
        let cases = [
            ("First words", "Other words", "Other words – First words"),
            ("One\ntwo", "Other words", "Other words\n\nOne\ntwo"),
            (
                long.as_str(),
                "Other words",
                &format!("Other words\n\n{long}"),
            ),
            ("Half a", "Half a sentence", "Half a sentence"),
            ("Half a sentence", "Half a", "Half a sentence"),
            ("", "Other words", "Other words"),
        ];
        for (mine, theirs, expected) in cases {
            let found = merged(
                json!({"text": "?"}),
                json!({"text": mine}),
                json!({"text": theirs}),
            );
            assert_eq!(found, json!({"text": expected}));
        }
    }

    #[test]
    fn choices_are_not_joined_and_lists_are() {
        let found = merged(
            json!({}),
            json!({"impact": "team", "files": ["a", "b"], "sure": true}),
            json!({"impact": "site", "files": ["c", "b"], "sure": false}),
        );
        assert_eq!(
            found,
            json!({"impact": "team", "files": ["c", "b", "a"], "sure": true})
        );
    }

    #[test]
    fn words_inside_of_fields_and_rows_stay_as_well() {
        let row = |key: &str, title: &str| json!({"key": key, "title": title});
        let found = merged(
            json!({"words": {"en": "Hello"}, "rows": [row("a", "One"), row("b", "Two")]}),
            json!({"words": {"en": "Hello", "de": "Guten Tag"},
                "rows": [row("a", "One and a half"), row("b", "Two"), row("m", "Mine")]}),
            json!({"words": {"en": "Hello there"},
                "rows": [row("t", "Theirs"), row("a", "One")]}),
        );
        assert_eq!(
            found,
            json!({"words": {"en": "Hello there", "de": "Guten Tag"},
                "rows": [row("t", "Theirs"), row("a", "One and a half"), row("m", "Mine")]})
        );
        let points = merged(
            json!({"rows": [{"title": "A", "facts": ""}]}),
            json!({"rows": [{"title": "A", "facts": "9 open"}]}),
            json!({"rows": [{"title": "A", "facts": ""}, {"title": "B", "facts": "none"}]}),
        );
        assert_eq!(
            points,
            json!({"rows": [{"title": "A", "facts": "9 open"}, {"title": "B", "facts": "none"}]})
        );
    }

    #[test]
    fn what_was_seen_is_no_draft_and_the_first_sight_counts() {
        assert!(is_blank(&fields(
            json!({"seen": {"version": "3"}, "note": " "})
        )));
        let found = merged(
            json!({}),
            json!({"seen": {"version": "4"}}),
            json!({"seen": {"version": "3"}}),
        );
        assert_eq!(found, json!({"seen": {"version": "3"}}));
    }

    #[test]
    fn what_was_typed_before_the_row_was_read_takes_nothing_from_it() {
        let found = merged(
            json!({}),
            json!({"text": "Typed at once"}),
            json!({"text": "Restored later", "site": "Ulm"}),
        );
        assert_eq!(
            found,
            json!({"text": "Restored later – Typed at once", "site": "Ulm"})
        );
    }

    #[test]
    fn only_what_was_typed_after_the_press_outlives_the_sending() {
        let sent = fields(json!({"text": "Sent", "files": []}));
        assert!(beyond(&sent, &sent).is_empty());
        let now = fields(json!({"text": "Sent. And", "files": []}));
        assert_eq!(
            Value::Object(beyond(&now, &sent)),
            json!({"text": "Sent. And"})
        );
    }

    #[test]
    fn a_row_of_an_earlier_build_is_read_and_the_usual_row_stays_as_it_was() {
        let kept: Kept =
            serde_json::from_value(json!({"title": "T", "fields": {"a": "b"}})).unwrap();
        assert!(!kept.overtaken);
        let again = serde_json::to_value(&kept).unwrap();
        assert_eq!(again, json!({"title": "T", "fields": {"a": "b"}}));
    }

    #[test]
    fn a_copy_left_behind_is_merged_and_does_not_bring_back_what_was_sent() {
        let left = |was_there| Kept {
            fields: fields(json!({"text": "It began on Monday"})),
            base: Some(Base {
                fields: fields(json!({"text": "It began"})),
                was_there,
            }),
            ..Kept::default()
        };
        let there = Kept {
            fields: fields(json!({"text": "It began", "impact": "team"})),
            ..Kept::default()
        };
        let merged = Kept::brought_home(Some(there), left(true));
        assert_eq!(
            Value::Object(merged.fields),
            json!({"text": "It began on Monday", "impact": "team"})
        );
        assert!(!merged.overtaken && merged.base.is_none());
        assert!(Kept::brought_home(None, left(true)).overtaken);
        assert!(!Kept::brought_home(None, left(false)).overtaken);
    }

    #[test]
    fn an_answer_of_any_kind_is_worth_keeping() {
        let blank = json!({"text": " ", "files": [], "none": null});
        assert!(is_blank(&fields(blank)));
        for kept in [json!("a"), json!(false), json!(0), json!(["a"])] {
            assert!(!is_blank(&fields(json!({"field": kept}))));
        }
    }

    #[test]
    fn words_come_below_what_stands_there() {
        assert_eq!(below(" ", "new"), "new");
        assert_eq!(below("old", "new"), "old\n\nnew");
        assert_eq!(below("old", ""), "old");
        assert_eq!(below(&below("old", "new"), "new"), "old\n\nnew");
        assert_eq!(below("piano", "no"), "piano\n\nno");
    }
}
