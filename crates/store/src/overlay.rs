//! What this device changed and the base does not show yet. The base never overwrites it; a read
//! merges both.

use rapport_domain::{Entity, Intent, LastComment, OperationId, RecordKey};
use serde::{Deserialize, Serialize};

/// One local change as a row of [`Space::Overlay`](crate::Space::Overlay), written as versioned JSON
/// so that every later build can read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverlayRow {
    /// Version of this row's format.
    pub v: u32,
    /// The operation; also the row's key.
    pub op: OperationId,
    /// The change, with the base values the user saw and the backend's version.
    pub intent: Intent,
}

impl OverlayRow {
    /// The version that is written now.
    pub const VERSION: u32 = 1;

    /// The row of a change.
    #[must_use]
    pub const fn new(op: OperationId, intent: Intent) -> Self {
        Self {
            v: Self::VERSION,
            op,
            intent,
        }
    }

    fn makes(&self) -> bool {
        !matches!(self.intent, Intent::Edit { .. })
    }

    /// The records whose shown form it has a part in: its own, and the one that it belongs to.
    #[must_use]
    pub fn touched(&self) -> Vec<RecordKey> {
        let (target, subject) = (self.intent.target(), self.intent.subject());
        if target == subject {
            vec![target]
        } else {
            vec![target, subject]
        }
    }
}

/// What of a record only this device knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// The operation that makes the record, as long as the base does not have it.
    pub created: Option<OperationId>,
    /// Operations that change its fields, oldest first.
    pub edits: Vec<OperationId>,
    /// Operations that add words, files or other records to it, oldest first.
    pub thread: Vec<OperationId>,
}

impl Local {
    /// Whether the base says all there is.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.created.is_none() && self.edits.is_empty() && self.thread.is_empty()
    }
}

/// Longest beginning of a comment that a ticket carries, in characters.
const EXCERPT: usize = 140;

/// Lays local changes over a base record. `None` when there is nothing to show: neither the base nor
/// an operation has made the record. `in_base` tells whether the base has another record.
pub(crate) fn merge<'a>(
    key: &RecordKey,
    base: Option<Entity>,
    rows: impl Iterator<Item = &'a OverlayRow>,
    in_base: impl Fn(&RecordKey) -> bool,
) -> Option<(Entity, Local)> {
    let rows: Vec<&OverlayRow> = rows.collect();
    let mut local = Local::default();
    // The base is the truth once it has the record: the operation was carried out.
    let mut shown = base.or_else(|| {
        let made = |row: &&&OverlayRow| row.intent.target() == *key;
        let row = rows.iter().filter(made).find(|row| row.makes())?;
        local.created = Some(row.op);
        row.intent.created()
    });
    for row in rows {
        match &row.intent {
            Intent::Edit { edit, target, .. } if target == key => {
                if let Some(record) = &mut shown {
                    edit.apply(record);
                    local.edits.push(row.op);
                }
            }
            Intent::AddComment { comment } if !in_base(&row.intent.target()) => {
                if let Some(Entity::Ticket(ticket)) = &mut shown {
                    let at = comment.stamp.said_at;
                    if ticket
                        .last_comment
                        .as_ref()
                        .is_none_or(|last| last.at <= at)
                    {
                        ticket.last_comment = Some(LastComment {
                            at,
                            by: comment.author.clone(),
                            text: comment.text.chars().take(EXCERPT).collect(),
                        });
                    }
                    local.thread.push(row.op);
                }
            }
            Intent::AddAttachment { .. } if !in_base(&row.intent.target()) => {
                if matches!(shown, Some(Entity::Ticket(_))) {
                    local.thread.push(row.op);
                }
            }
            Intent::Create { record }
                if record.key() != *key && !in_base(&record.key()) && shown.is_some() =>
            {
                local.thread.push(row.op);
            }
            _ => {}
        }
    }
    shown.map(|entity| (entity, local))
}
