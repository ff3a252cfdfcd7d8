//! Which fields the records of a kind have, as data. Profiles are checked against these tables, and
//! whatever treats all kinds alike (lists, edits, the reference backend) goes by them.

use crate::record::Kind;

/// What kind of value a field takes.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text.
    Text,
    /// A word, one of those given or any other.
    Word(fn() -> Vec<String>),
    /// A text that may exist in several languages.
    Localized,
    /// An id of a record of this kind.
    Id(Kind),
    /// A person.
    Person,
    /// A point in time.
    Time,
    /// A day.
    Day,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// An answer to a question: a text, a number, yes or no, or several texts.
    Answer,
    /// A list of values.
    List(&'static Shape),
    /// A list of objects with these fields.
    Rows(&'static [Field]),
}

/// A field of a record.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether a row without it is no record at all.
    pub needed: bool,
    /// What it is used for.
    pub uses: Uses,
    /// What it says, for documents that are made of these tables.
    #[cfg(feature = "described")]
    pub about: &'static str,
}

impl Field {
    /// A field of which nothing is said but its name and shape.
    #[must_use]
    pub const fn new(name: &'static str, shape: Shape, needed: bool) -> Self {
        Self {
            name,
            shape,
            needed,
            uses: Uses::NONE,
            #[cfg(feature = "described")]
            about: "",
        }
    }

    /// With what it says, where documents are made of the schema.
    #[must_use]
    #[cfg_attr(
        not(feature = "described"),
        expect(unused_mut, unused_variables, reason = "nothing is said then")
    )]
    pub const fn says(mut self, about: &'static str) -> Self {
        #[cfg(feature = "described")]
        {
            self.about = about;
        }
        self
    }

    /// With these uses.
    #[must_use]
    pub const fn used(mut self, uses: Uses) -> Self {
        self.uses = uses;
        self
    }

    /// The five fields that every record has: its id and its stamp.
    #[must_use]
    pub const fn of_every_record(kind: Kind) -> [Self; 5] {
        [
            Self::new("id", Shape::Id(kind), true)
                .used(Uses::GIVEN)
                .says("Its id."),
            Self::new("version", Shape::Text, false)
                .says("Its version, which moves with every change."),
            Self::new("said_at", Shape::Time, false)
                .used(Uses::GIVEN)
                .says("When its author said it."),
            Self::new("received_at", Shape::Time, false).says("When the server got it."),
            Self::new("updated_at", Shape::Time, false).says("When it last changed."),
        ]
    }
}

/// What a field is used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses(u8);

impl Uses {
    /// Only to be shown with its record.
    pub const NONE: Self = Self(0);
    /// Lists show, filter or sort by it.
    pub const LISTED: Self = Self(1);
    /// A search looks at it.
    pub const SEARCHED: Self = Self(2);
    /// It is given when a record is created.
    pub const GIVEN: Self = Self(4);
    /// It can be changed afterwards.
    pub const EDITED: Self = Self(8);
    /// It names the record in whose line of changes this one stands.
    pub const PARENT: Self = Self(16);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are among these.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
