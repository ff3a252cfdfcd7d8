//! Three customers and the people of all roles.

use super::DemoError;
use super::ids::Ids;
use crate::db::Tx;
use crate::db::people::{self, CustomerRow, UserRow};
use crate::db::sight::Touched;
use crate::password;
use crate::time::Time;

/// Everybody's password.
const PASSWORD: &str = "demo";

/// One of the people.
pub struct Person {
    /// What he signs in with.
    pub login: &'static str,
    /// His name.
    pub name: &'static str,
    /// What he may do.
    pub role: &'static str,
    /// His organisation.
    pub customer: Option<&'static str>,
    phone: &'static str,
    mail: &'static str,
}

const CUSTOMERS: [(&str, &str, &str); 3] = [
    (
        "harbour",
        "Harbour Logistics",
        "Contract HL-2024-017 · Kaistraße 12, 20457 Hamburg · 3 terminals, 420 people",
    ),
    (
        "alder",
        "Alder Clinics",
        "Vertrag AC-2023-004 · Erlenweg 3, 50667 Köln · 2 Häuser, 310 Mitarbeitende",
    ),
    (
        "northwind",
        "Northwind",
        "Contract NW-2025-002 · 8 Mill Lane, Leeds LS1 4AB · 1 warehouse, 95 people",
    ),
];

/// The eight accounts.
pub const PEOPLE: [Person; 8] = [
    person(
        "anna",
        "Anna Berg",
        "customer_user",
        Some("harbour"),
        "101",
        "anna.berg@harbour.example",
    ),
    person(
        "ben",
        "Ben Okafor",
        "customer_user",
        Some("harbour"),
        "102",
        "ben.okafor@harbour.example",
    ),
    person(
        "mia",
        "Mia Lindqvist",
        "customer_manager",
        Some("harbour"),
        "103",
        "mia.lindqvist@harbour.example",
    ),
    person(
        "carl",
        "Carl Brandt",
        "customer_user",
        Some("alder"),
        "201",
        "carl.brandt@alder.example",
    ),
    person(
        "dora",
        "Dora Novak",
        "customer_manager",
        Some("northwind"),
        "301",
        "dora.novak@northwind.example",
    ),
    person(
        "ruth",
        "Ruth Ferreira",
        "brm",
        None,
        "120",
        "ruth.ferreira@servicedesk.example",
    ),
    person(
        "jonas",
        "Jonas Weber",
        "agent",
        None,
        "110",
        "jonas.weber@servicedesk.example",
    ),
    person(
        "ada",
        "Ada Moreau",
        "administrator",
        None,
        "111",
        "ada.moreau@servicedesk.example",
    ),
];

const fn person(
    login: &'static str,
    name: &'static str,
    role: &'static str,
    customer: Option<&'static str>,
    phone: &'static str,
    mail: &'static str,
) -> Person {
    Person {
        login,
        name,
        role,
        customer,
        phone,
        mail,
    }
}

/// The person with this login; the accounts are fixed, so an unknown login is the first one's.
pub fn by_login(login: &str) -> &'static Person {
    PEOPLE
        .iter()
        .find(|person| person.login == login)
        .unwrap_or(&PEOPLE[0])
}

/// Writes customers and people.
pub async fn fill(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    let mut touched = Touched::default();
    let joined = now.plus(-400 * crate::time::DAY);
    for (slug, name, card) in CUSTOMERS {
        let row = CustomerRow {
            id: ids.of("customer", slug),
            name: name.to_owned(),
            card: Some(card.to_owned()),
        };
        people::put_customer(tx, &mut touched, &row, joined).await?;
    }
    // One hash for all: hashing is slow on purpose, and this password is no secret.
    let hash = password::hash(PASSWORD)?;
    for person in &PEOPLE {
        let assigned = match person.role {
            "brm" => vec![ids.of("customer", "harbour"), ids.of("customer", "alder")],
            _ => Vec::new(),
        };
        let row = UserRow {
            id: ids.of("user", person.login),
            customer_id: person.customer.map(|slug| ids.of("customer", slug)),
            name: person.name.to_owned(),
            login: person.login.to_owned(),
            email: Some(person.mail.to_owned()),
            phone: Some(format!("+49 40 5550 {}", person.phone)),
            role: person.role.to_owned(),
            assigned,
        };
        people::put_user(tx, &mut touched, &row, joined).await?;
        people::set_password(tx, &row.id, &hash).await?;
    }
    // The places noted on the way are made anew with everything else.
    sqlx::query("DELETE FROM sight").execute(&mut **tx).await?;
    Ok(())
}
