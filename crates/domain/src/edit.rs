//! Changes of a record's fields: what the user saw, what he wants, and how both come together with
//! what somebody else did meanwhile.

use crate::plain::{self, Plain};
use crate::record::{Entity, Kind};
use crate::schema::{Shape, Uses};
use crate::ticket::{Impact, Ticket, TicketState, Urgency};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One field's change: what the user saw and what he wants. `null` stands for nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The value the user saw.
    #[serde(default)]
    pub base: Value,
    /// The value the user wants.
    #[serde(default)]
    pub mine: Value,
}

/// The touched fields of a record, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordEdit {
    /// The fields.
    #[serde(default)]
    pub fields: BTreeMap<String, Edit>,
    /// Why; goes into the history.
    #[serde(default)]
    pub note: Option<String>,
}

/// A field that the user and somebody else changed to different values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldConflict {
    /// The field's name.
    pub field: String,
    /// What the user saw.
    #[serde(default)]
    pub base: Value,
    /// What the user wants.
    #[serde(default)]
    pub mine: Value,
    /// What it is on the server now.
    #[serde(default)]
    pub theirs: Value,
}

/// What became of an edit when the record had moved on meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub enum Merge {
    /// Everything wanted is already so.
    AlreadyThere,
    /// Nobody else touched these fields: the edit stands on the new version.
    Rebased(RecordEdit),
    /// A question for the user; nothing is lost.
    Conflict(Vec<FieldConflict>),
}

/// The fields of records of a kind that can be changed, and their shapes.
#[must_use]
pub fn editable(kind: Kind) -> Vec<(&'static str, Shape)> {
    if kind == Kind::Ticket {
        return vec![
            ("state", TicketState::SHAPE),
            ("subject", Shape::Text),
            ("description", Shape::Text),
            ("impact", Impact::SHAPE),
            ("urgency", Urgency::SHAPE),
        ];
    }
    plain::schema(kind)
        .iter()
        .filter(|field| field.uses.has(Uses::EDITED))
        .map(|field| (field.name, field.shape))
        .collect()
}

/// A field's value; `null` for one that cannot be changed.
fn value(record: &Entity, field: &str) -> Value {
    match record {
        Entity::Ticket(ticket) => match field {
            "state" => ticket.state.put(),
            "subject" => ticket.subject.put(),
            "description" => ticket.description.put(),
            "impact" => ticket.impact.put(),
            "urgency" => ticket.urgency.put(),
            _ => Value::Null,
        },
        Entity::Record(record) => record.get(field).clone(),
        _ => Value::Null,
    }
}

fn set_in_ticket(ticket: &mut Ticket, field: &str, value: &Value) {
    fn set<T: Plain>(slot: &mut T, value: &Value) {
        if let Some(taken) = T::take(Some(value)) {
            *slot = taken;
        }
    }
    match field {
        "state" => set(&mut ticket.state, value),
        "subject" => set(&mut ticket.subject, value),
        "description" => set(&mut ticket.description, value),
        "impact" => set(&mut ticket.impact, value),
        "urgency" => set(&mut ticket.urgency, value),
        _ => {}
    }
}

impl RecordEdit {
    /// What leads from one form of a record to another.
    #[must_use]
    pub fn between(before: &Entity, after: &Entity) -> Self {
        let mut edit = Self::default();
        for (field, _) in editable(before.kind()) {
            let (base, mine) = (value(before, field), value(after, field));
            if base != mine {
                edit.fields.insert(field.to_owned(), Edit { base, mine });
            }
        }
        edit
    }

    /// What leads from one form of a ticket to another.
    #[must_use]
    pub fn of_ticket(before: &Ticket, change: impl FnOnce(&mut Ticket)) -> Self {
        let mut after = before.clone();
        change(&mut after);
        Self::between(&Entity::Ticket(before.clone()), &Entity::Ticket(after))
    }

    /// What leads from one form of a record to another.
    #[must_use]
    pub fn of<T: plain::Typed>(before: &T, change: impl FnOnce(&mut T)) -> Self {
        let mut after = before.clone();
        change(&mut after);
        let entity = |record: &T| Entity::Record(record.to_record());
        Self::between(&entity(before), &entity(&after))
    }

    /// With a change of one field.
    #[must_use]
    pub fn with<T: Plain>(mut self, field: &str, base: &T, mine: &T) -> Self {
        let (base, mine) = (base.put(), mine.put());
        self.fields.insert(field.to_owned(), Edit { base, mine });
        self
    }

    /// Holds only as long as these fields of `seen` are as they were seen: another value becomes a
    /// question, though nobody wants to change them. For signatures.
    #[must_use]
    pub fn standing_on<'a>(
        mut self,
        seen: &Entity,
        fields: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        for field in fields {
            let base = value(seen, field);
            let mine = base.clone();
            self.fields.insert(field.to_owned(), Edit { base, mine });
        }
        self
    }

    /// With a reason, unless it is blank.
    #[must_use]
    pub fn because(mut self, note: &str) -> Self {
        let note = note.trim();
        self.note = (!note.is_empty()).then(|| note.to_owned());
        self
    }

    /// Whether no field is touched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether it leaves everything as it is and says nothing.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.note.is_none() && !self.fields.values().any(Edit::is_wanted)
    }

    /// The value that is wanted of a field; `None` where it is not touched.
    #[must_use]
    pub fn mine<T: Plain>(&self, field: &str) -> Option<T> {
        self.fields
            .get(field)
            .and_then(|edit| T::take(Some(&edit.mine)))
    }

    /// The value that the user saw in a field; `None` where it is not touched.
    #[must_use]
    pub fn base<T: Plain>(&self, field: &str) -> Option<T> {
        self.fields
            .get(field)
            .and_then(|edit| T::take(Some(&edit.base)))
    }

    /// Wants another value of a field that is touched already.
    pub fn want(&mut self, field: &str, mine: &impl Plain) {
        if let Some(edit) = self.fields.get_mut(field) {
            edit.mine = mine.put();
        }
    }

    /// The texts that are wanted of a record of this kind, as they were typed.
    pub fn texts(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let texts = editable(kind)
            .into_iter()
            .filter(|(_, shape)| matches!(shape, Shape::Text));
        texts.filter_map(|(field, _)| {
            let edit = self.fields.get(field)?;
            edit.mine.as_str().filter(|_| edit.is_wanted())
        })
    }

    /// Whether this edit stands on what `earlier` makes.
    #[must_use]
    pub fn stands_on(&self, earlier: &Self) -> bool {
        self.fields.iter().any(|(field, edit)| {
            earlier
                .fields
                .get(field)
                .is_some_and(|first| first.mine == edit.base)
        })
    }

    /// Takes what is there now for what the user saw: he has been asked, and keeps his own.
    pub fn keep_mine(&mut self, conflict: &FieldConflict) {
        if let Some(edit) = self.fields.get_mut(&conflict.field) {
            edit.base = conflict.theirs.clone();
        }
    }

    /// Gives the wish for a field up.
    pub fn take_theirs(&mut self, conflict: &FieldConflict) {
        self.fields.remove(&conflict.field);
    }

    /// Writes the wanted values into `record`. What comes of it is no version of the backend's: an edit
    /// made on top of it must not claim to have seen one, or it would replace unseen what this one
    /// hides.
    pub fn apply(&self, record: &mut Entity) {
        for (field, edit) in &self.fields {
            match record {
                Entity::Ticket(ticket) => set_in_ticket(ticket, field, &edit.mine),
                Entity::Record(record) => record.set(field, edit.mine.clone()),
                _ => {}
            }
        }
        if let Entity::Record(record) = record {
            plain::derive(record);
        }
        record.stamp_mut().version = None;
    }

    /// Three-way merge, field by field: the base the user saw, what he wants, what `theirs` is now.
    /// Fields that only one side touched merge; a field that both changed differently is a conflict.
    #[must_use]
    pub fn merge(&self, theirs: &Entity) -> Merge {
        let mut conflicts = Vec::new();
        let mut rebased = Self {
            fields: BTreeMap::new(),
            note: self.note.clone(),
        };
        for (field, edit) in &self.fields {
            let now = value(theirs, field);
            if edit.mine == now {
                if !edit.is_wanted() {
                    rebased.fields.insert(field.clone(), edit.clone());
                }
                continue;
            }
            if edit.base != now {
                conflicts.push(edit.against(field, now.clone()));
            }
            let mine = edit.mine.clone();
            rebased
                .fields
                .insert(field.clone(), Edit { base: now, mine });
        }
        if !conflicts.is_empty() {
            Merge::Conflict(conflicts)
        } else if !rebased.fields.values().any(Edit::is_wanted) {
            Merge::AlreadyThere
        } else {
            Merge::Rebased(rebased)
        }
    }

    /// Every touched field that is not as wanted, with all three values.
    #[must_use]
    pub fn differences(&self, theirs: &Entity) -> Vec<FieldConflict> {
        let fields = self.fields.iter();
        fields
            .map(|(field, edit)| edit.against(field, value(theirs, field)))
            .filter(|field| field.mine != field.theirs)
            .collect()
    }
}

impl Edit {
    /// Whether it changes anything; one that does not says what the others stand on.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.base != self.mine
    }

    fn against(&self, field: &str, theirs: Value) -> FieldConflict {
        FieldConflict {
            field: field.to_owned(),
            base: self.base.clone(),
            mine: self.mine.clone(),
            theirs,
        }
    }
}

#[cfg(test)]
mod tests;
