//! Which complaints of the register are shown. Pure.

use crate::paths;
use rapport_domain::{ComplaintStage, CustomerId, Kind, Timestamp};
use rapport_store::plain::{column, updated_at};
use rapport_store::{Column, Filter, Query, Scalar};

const STAGE: Column = column(Kind::Complaint, "stage");
const DUE: Column = column(Kind::Complaint, "due_at");
const CUSTOMER: Column = column(Kind::Complaint, "customer");

/// Where a complaint stands, as the register asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Not over.
    #[default]
    Open,
    /// A stage is overdue.
    Overdue,
    /// Waits for the provider.
    Ours,
    /// Waits for its complainant.
    Theirs,
    /// Closed or withdrawn.
    Over,
    /// Every one.
    All,
}

impl Standing {
    /// Every one, in the order of the chips.
    pub const EACH: [Self; 6] = [
        Self::Open,
        Self::Overdue,
        Self::Ours,
        Self::Theirs,
        Self::Over,
        Self::All,
    ];

    /// The word in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Ours => "ours",
            Self::Theirs => "theirs",
            Self::Over => "over",
            Self::All => "all",
        }
    }

    /// The standing of a word; any other word means the usual one.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let mut each = Self::EACH.into_iter();
        each.find(|one| one.as_str() == word).unwrap_or_default()
    }

    fn filter(self, now: Timestamp) -> Filter {
        let stages = |holds: fn(&ComplaintStage) -> bool| {
            let known = ComplaintStage::KNOWN.iter().filter(|stage| holds(stage));
            Filter::any_of(STAGE, known.map(ToString::to_string))
        };
        let over = || stages(ComplaintStage::is_over);
        let theirs = || stages(ComplaintStage::waits_for_complainant);
        match self {
            Self::Open => over().negated(),
            Self::Overdue => Filter::Range {
                column: DUE,
                from: None,
                to: Some(Scalar::from(now)),
            },
            Self::Ours => over().or(theirs()).negated(),
            Self::Theirs => theirs(),
            Self::Over => over(),
            Self::All => Filter::All,
        }
    }
}

/// Which complaints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// Where they stand.
    pub standing: Standing,
    /// Whose they are; `None` for everybody's.
    pub customer: Option<CustomerId>,
    /// Words that they contain.
    pub words: String,
}

impl Choice {
    /// The question to the store at `now`: what is due first comes first, and what is over by its last
    /// change.
    #[must_use]
    pub fn query(&self, now: Timestamp) -> Query {
        let mut query = Query::all(Kind::Complaint).filter(self.standing.filter(now));
        if let Some(customer) = self.customer {
            query = query.filter(Filter::eq(CUSTOMER, customer.0));
        }
        if !self.words.trim().is_empty() {
            query = query.filter(Filter::Search(self.words.clone()));
        }
        match self.standing {
            Standing::Over | Standing::All => query.descending(updated_at(Kind::Complaint)),
            _ => query.ascending(DUE),
        }
    }

    /// The address that shows it.
    #[must_use]
    pub fn address(&self) -> String {
        let given = [
            (
                "filter",
                (self.standing != Standing::default()).then(|| self.standing.as_str().to_owned()),
            ),
            ("customer", self.customer.map(|id| id.to_string())),
            (
                "q",
                Some(self.words.trim().to_owned()).filter(|words| !words.is_empty()),
            ),
        ];
        let parts: Vec<String> = given
            .into_iter()
            .filter_map(|(name, value)| {
                let value = leptos_router::location::Url::escape(&value?);
                Some(format!("{name}={value}"))
            })
            .collect();
        let page = paths::complaints();
        if parts.is_empty() {
            page
        } else {
            format!("{page}?{}", parts.join("&"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_is_read_back_from_its_word() {
        for standing in Standing::EACH {
            assert_eq!(Standing::parse(standing.as_str()), standing);
        }
        assert_eq!(Standing::parse("nonsense"), Standing::Open);
    }

    #[test]
    fn what_is_due_comes_first_and_what_is_over_by_its_age() {
        let sorted = |standing| {
            let choice = Choice {
                standing,
                ..Choice::default()
            };
            choice.query(Timestamp(0)).sort[0].column
        };
        assert_eq!(sorted(Standing::Open), DUE);
        assert_eq!(sorted(Standing::Over), updated_at(Kind::Complaint));
    }
}
