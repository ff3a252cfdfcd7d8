//! Reading error tables and lists of statuses.

use super::document::{Checker, Node};
use super::{Class, ErrorRule, ErrorTable, FieldErrors, Statuses, keys};
use crate::codec::wrong;

const CLASSES: [(&str, Class); 7] = [
    ("retry", Class::Retry),
    ("sign_in", Class::SignIn),
    ("rejected", Class::Rejected),
    ("stale", Class::Stale),
    ("gone", Class::Gone),
    ("already_there", Class::AlreadyThere),
    ("cursor_lost", Class::CursorLost),
];

/// Reads the table of the whole profile.
pub fn table(check: &mut Checker, node: &Node<'_>) -> Option<ErrorTable> {
    check.object(node, &keys::ERRORS)?;
    let fields = node.get("fields").and_then(|fields| {
        check.object(&fields, &keys::FIELD_ERRORS)?;
        Some(FieldErrors {
            items: check.optional_pointer(&fields, "items")?,
            field: check.optional_pointer(&fields, "field")?,
            message: check.optional_pointer(&fields, "message")?,
            remedy: check.optional_pointer(&fields, "remedy"),
        })
    });
    Some(ErrorTable {
        title: check.optional_pointer(node, "title"),
        detail: check.optional_pointer(node, "detail"),
        fields,
        current: check.optional_pointer(node, "current"),
        media_types: texts(check, node.get("media_types")),
        rules: rules(check, node.get("rules")),
    })
}

/// Reads a list of rules.
pub fn rules(check: &mut Checker, node: Option<Node<'_>>) -> Vec<ErrorRule> {
    let mut rules = Vec::new();
    for rule in node.iter().flat_map(Node::elements) {
        if check.object(&rule, &keys::ERROR_RULE).is_none() {
            continue;
        }
        let words: Vec<&str> = CLASSES.iter().map(|(word, _)| *word).collect();
        let class = rule
            .get("class")
            .and_then(|class| check.choice(&class, &words))
            .and_then(|index| CLASSES.get(index));
        let at = check.optional_pointer(&rule, "at");
        let is = texts(check, rule.get("is"));
        let contains = texts(check, rule.get("contains"));
        if at.is_none() && !(is.is_empty() && contains.is_empty()) {
            check.error(
                &rule,
                "“is” and “contains” look at a place of the body",
                "add \"at\" with that place",
            );
        }
        let status = statuses(check, rule.get("status"));
        if let Some((_, class)) = class {
            rules.push(ErrorRule {
                status,
                at,
                is,
                contains,
                class: *class,
            });
        }
    }
    rules
}

/// Reads a text or a list of texts.
fn texts(check: &mut Checker, node: Option<Node<'_>>) -> Vec<String> {
    let nodes = node.iter().flat_map(Node::elements);
    nodes
        .filter_map(|node| check.text(&node).map(str::to_owned))
        .collect()
}

/// Reads a status, or a list of them.
pub fn statuses(check: &mut Checker, node: Option<Node<'_>>) -> Vec<Statuses> {
    let mut statuses = Vec::new();
    for node in node.iter().flat_map(Node::elements) {
        let one = node.value.as_u64().and_then(|n| u16::try_from(n).ok());
        let one = one.filter(|n| (100..600).contains(n)).map(Statuses::One);
        let hundred = node.value.as_str().and_then(|text| {
            let digit = text.strip_suffix("xx")?.parse().ok()?;
            (1..6).contains(&digit).then_some(Statuses::Hundred(digit))
        });
        match one.or(hundred) {
            Some(status) => statuses.push(status),
            None => check.error(
                &node,
                &wrong("a status", node.value),
                "write a number such as 404, or a hundred such as \"4xx\"",
            ),
        }
    }
    statuses
}
