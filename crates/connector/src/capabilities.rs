//! What a backend can do, so that the interface offers nothing else.

use crate::codec::Codec;
use crate::profile::{CallBody, Profile, WriteForm, WriteSource};
use crate::table::Table;
use rapport_domain::Kind;

/// Something that can be done with records of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// They are fetched.
    Read,
    /// New ones can be sent.
    Create,
    /// They can be changed; see [`Capabilities::edits`].
    Update,
    /// Their bytes can be fetched.
    Download,
}

/// What a backend can do, per kind of record and verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    verbs: Vec<(Kind, Verb)>,
    edits: Vec<(Kind, &'static str)>,
    words: Table<(Kind, &'static str), Vec<String>>,
    max_attachment: Option<u64>,
}

impl Capabilities {
    /// What `profile` says how to do.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let mut can = Self::default();
        let crate::profile::Pull::Feed(feed) = &profile.pull;
        for (_, kind) in feed.kinds.iter() {
            can.verbs.push((*kind, Verb::Read));
        }
        for (kind, resource) in profile.resources.iter() {
            let verbs = [
                (Verb::Create, resource.create.is_some()),
                (Verb::Update, resource.update.is_some()),
                (Verb::Download, resource.download.is_some()),
            ];
            let there = verbs.into_iter().filter(|(_, there)| *there);
            can.verbs.extend(there.map(|(verb, _)| (*kind, verb)));
            if let Some(update) = &resource.update
                && let CallBody::Json(rules) = &update.call.body
            {
                for rule in rules {
                    can.note_edit(*kind, &rule.source);
                }
            }
            can.max_attachment = can.max_attachment.or(resource.max_bytes);
        }
        can
    }

    fn note_edit(&mut self, kind: Kind, source: &WriteSource) {
        let WriteSource::Field { name, form, .. } = source else {
            return;
        };
        self.edits.push((kind, name));
        if let WriteForm::One(Codec::Enum(table), _) = form {
            let words = table.write.iter().map(|(ours, _)| ours.clone());
            self.words.add((kind, name), words.collect());
        }
    }

    /// Whether `verb` can be done with records of `kind`.
    #[must_use]
    pub fn can(&self, kind: Kind, verb: Verb) -> bool {
        self.verbs.contains(&(kind, verb))
    }

    /// Whether this field of a record can be changed.
    #[must_use]
    pub fn edits(&self, kind: Kind, field: &str) -> bool {
        self.edits.contains(&(kind, field))
    }

    /// Whether this field of a record can be changed to that word.
    #[must_use]
    pub fn edits_to(&self, kind: Kind, field: &str, word: &str) -> bool {
        let mut words = self.words.iter();
        let words = words.find(|(own, _)| **own == (kind, field));
        self.edits(kind, field)
            && words.is_none_or(|(_, words)| words.iter().any(|own| own == word))
    }

    /// Most bytes of an attachment, where the profile says so.
    #[must_use]
    pub const fn max_attachment(&self) -> Option<u64> {
        self.max_attachment
    }
}
