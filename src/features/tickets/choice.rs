//! Which tickets a list shows: the chips, whose tickets, the searched words; as the address says it
//! and as a query. Pure.

use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{CustomerId, Kind, User};
use rapport_store::columns::ticket as column;
use rapport_store::{Filter, Query};

/// So many rows are shown at first, and so many more each time.
pub const STEP: usize = 50;

/// Where the tickets stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Somebody still has to do something.
    #[default]
    Open,
    /// Waiting for the reader (or, for one who files none himself, for the customer).
    Waiting,
    /// Over.
    Closed,
    /// Any.
    All,
}

impl Standing {
    /// Every one, in the order of the chips.
    pub const EACH: [Self; 4] = [Self::Open, Self::Waiting, Self::Closed, Self::All];

    /// Its word in the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
            Self::All => "all",
        }
    }

    /// The one of that word; open for any other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::EACH
            .into_iter()
            .find(|each| each.as_str() == word)
            .unwrap_or_default()
    }
}

/// Whose tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Everybody's whose tickets the reader sees.
    #[default]
    Everybodys,
    /// The reader's.
    Mine,
    /// Those of one customer.
    Customers(CustomerId),
}

impl Whose {
    /// The one of that word in the address.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "mine" => Self::Mine,
            other => other.parse().map_or(Self::Everybodys, Self::Customers),
        }
    }

    /// Its word in the address; empty for the default.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Everybodys => String::new(),
            Self::Mine => "mine".to_owned(),
            Self::Customers(id) => id.to_string(),
        }
    }

    /// What `user` may choose from; empty where there is nothing to choose.
    #[must_use]
    pub fn choices(user: &User) -> Vec<Self> {
        match scope(&user.role, Right::ReadTicket) {
            Scope::Nothing | Scope::Own => vec![],
            Scope::Organisation => vec![Self::Everybodys, Self::Mine],
            Scope::Assigned if user.assigned_customers.len() < 2 => vec![],
            Scope::Assigned => {
                let each = user.assigned_customers.iter().copied().map(Self::Customers);
                std::iter::once(Self::Everybodys).chain(each).collect()
            }
            Scope::All if files_own(user) => vec![Self::Everybodys, Self::Mine],
            Scope::All => vec![],
        }
    }
}

/// What a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Where they stand.
    pub standing: Standing,
    /// Whose they are.
    pub whose: Whose,
    /// Words they contain.
    pub words: String,
}

/// Whether tickets can wait for this reader himself.
#[must_use]
pub fn files_own(user: &User) -> bool {
    scope(&user.role, Right::FileTicket) != Scope::Nothing
}

impl Choice {
    /// Which tickets, for `user`.
    #[must_use]
    pub fn filter(&self, user: &User) -> Filter {
        let mine = || Filter::eq(column::REQUESTER, user.id.0);
        let mut parts = match self.standing {
            Standing::Open => vec![Filter::eq(column::OVER, false)],
            Standing::Closed => vec![Filter::eq(column::OVER, true)],
            Standing::Waiting if files_own(user) => vec![Filter::eq(column::WAITS, true), mine()],
            Standing::Waiting => vec![Filter::eq(column::WAITS, true)],
            Standing::All => vec![],
        };
        match self.whose {
            Whose::Everybodys => {}
            Whose::Mine => parts.push(mine()),
            Whose::Customers(id) => parts.push(Filter::eq(column::CUSTOMER, id.0)),
        }
        if !self.words.trim().is_empty() {
            parts.push(Filter::Search(self.words.trim().to_owned()));
        }
        parts.into_iter().reduce(Filter::and).unwrap_or_default()
    }

    /// The first `count` of them, what was active last first.
    #[must_use]
    pub fn query(&self, user: &User, count: usize) -> Query {
        Query::all(Kind::Ticket)
            .filter(self.filter(user))
            .descending(column::ACTIVE_AT)
            .window(0, count)
    }

    /// The address's parameters, without what is the default.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let standing = match self.standing {
            Standing::Open => String::new(),
            other => other.as_str().to_owned(),
        };
        let all = [
            ("filter", standing),
            ("whose", self.whose.word()),
            ("q", self.words.trim().to_owned()),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{Role, Stamp, UserId};
    use uuid::Uuid;

    fn user(role: Role) -> User {
        User {
            id: UserId(Uuid::from_u128(1)),
            stamp: Stamp::default(),
            customer: None,
            name: "Anna".into(),
            login: None,
            email: None,
            phone: None,
            role,
            assigned_customers: (1..=2).map(|n| CustomerId(Uuid::from_u128(n))).collect(),
        }
    }

    #[test]
    fn the_address_says_only_what_is_not_the_default_and_is_read_back() {
        assert_eq!(Choice::default().parameters(), []);
        let customer = CustomerId(Uuid::from_u128(7));
        for whose in [Whose::Mine, Whose::Customers(customer), Whose::Everybodys] {
            assert_eq!(Whose::parse(&whose.word()), whose);
        }
        for standing in Standing::EACH {
            assert_eq!(Standing::parse(standing.as_str()), standing);
        }
        assert_eq!(Standing::parse("nonsense"), Standing::Open);
        assert_eq!(Whose::parse("nonsense"), Whose::Everybodys);
        let choice = Choice {
            standing: Standing::Closed,
            whose: Whose::Mine,
            words: " vpn ".into(),
        };
        let said: Vec<String> = choice
            .parameters()
            .into_iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        assert_eq!(said, ["filter=closed", "whose=mine", "q=vpn"]);
    }

    #[test]
    fn waiting_for_me_means_my_own_tickets_where_i_file_any() {
        let waiting = Choice {
            standing: Standing::Waiting,
            ..Choice::default()
        };
        let waits = || Filter::eq(column::WAITS, true);
        let mine = Filter::eq(column::REQUESTER, Uuid::from_u128(1));
        assert_eq!(
            waiting.filter(&user(Role::CustomerManager)),
            waits().and(mine)
        );
        assert_eq!(waiting.filter(&user(Role::Brm)), waits());
    }

    #[test]
    fn whose_is_asked_only_where_there_is_a_choice() {
        assert_eq!(Whose::choices(&user(Role::CustomerUser)), []);
        assert_eq!(
            Whose::choices(&user(Role::CustomerManager)),
            [Whose::Everybodys, Whose::Mine]
        );
        assert_eq!(Whose::choices(&user(Role::Brm)).len(), 3);
        assert_eq!(Whose::choices(&user(Role::Agent)), []);
    }

    #[test]
    fn everything_is_asked_for_without_a_filter() {
        let all = Choice {
            standing: Standing::All,
            ..Choice::default()
        };
        let query = all.query(&user(Role::CustomerUser), STEP);
        assert_eq!(query.filter, Filter::All);
        assert_eq!(query.limit, Some(STEP));
        let both = Choice {
            words: "vpn".into(),
            ..Choice::default()
        };
        let filter = both.filter(&user(Role::CustomerUser));
        assert_eq!(
            filter,
            Filter::eq(column::OVER, false).and(Filter::Search("vpn".into()))
        );
    }
}
