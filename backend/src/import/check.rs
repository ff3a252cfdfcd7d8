//! The check of an import file before anything is written.

use super::Fault;
use super::lines::{Numbered, Records, TicketLine, UserLine};
use super::plain;
use crate::db::Tx;
use crate::db::people::LOGIN_MAX;
use crate::forms;
use crate::problem::FieldError;
use crate::routes::catalogue::service_faults;
use crate::wire::catalogue::Audience;
use rapport_domain::ticket::{DESCRIPTION_MAX, SUBJECT_MAX, check_length};
use rapport_domain::{Impact, Kind, Role, TicketKind, TicketState, Urgency};
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What the records of the file may refer to: those of the file and those of the database.
struct Known {
    customers: HashSet<Uuid>,
    services: HashSet<Uuid>,
    forms: HashSet<Uuid>,
    /// Role and customer by user.
    users: HashMap<Uuid, (String, Option<Uuid>)>,
    /// Users by lower-case login, of the database.
    logins: HashMap<String, Uuid>,
    /// Tickets by number, of the database.
    numbers: HashMap<String, Uuid>,
    /// Requester and customer by ticket, of the database.
    tickets: HashMap<Uuid, (Uuid, Uuid)>,
}

/// Adds everything that is wrong.
pub async fn check(
    tx: &mut Tx,
    records: &Records,
    faults: &mut Vec<Fault>,
) -> Result<(), sqlx::Error> {
    let known = Known::of(tx, records).await?;
    let mut seen = HashSet::new();
    let mut once = |line: usize, kind: &'static str, id: Uuid, faults: &mut Vec<Fault>| {
        if !seen.insert((kind, id)) {
            let error = FieldError::new("id", "stands on another line too", "keep one of them");
            faults.push(Fault { line, error });
        }
    };
    for Numbered { line, record } in &records.customers {
        once(*line, "customer", record.id, faults);
        required(*line, "name", &record.name, faults);
    }
    let mut logins = HashSet::new();
    for Numbered { line, record } in &records.users {
        once(*line, "user", record.id, faults);
        let mut wrong = user(record, &known);
        if !logins.insert(record.login.to_lowercase()) {
            wrong.push(FieldError::new(
                "login",
                "stands on another line too",
                "give each user a login of his own",
            ));
        }
        add(*line, wrong, faults);
    }
    for Numbered { line, record } in &records.services {
        let (id, body) = record;
        once(*line, "service", *id, faults);
        let mut wrong = service_faults(body);
        for (index, other) in body.dependencies.iter().enumerate() {
            refer(
                &known.services,
                *other,
                "service",
                &format!("dependencies[{index}]"),
                &mut wrong,
            );
        }
        for (index, form) in body.forms.iter().enumerate() {
            refer(
                &known.forms,
                *form,
                "form",
                &format!("forms[{index}]"),
                &mut wrong,
            );
        }
        for (index, audience) in body.audience.iter().enumerate() {
            if let Audience::Customer(customer) = audience {
                let field = format!("audience[{index}].customer");
                refer(&known.customers, *customer, "customer", &field, &mut wrong);
            }
        }
        add(*line, wrong, faults);
    }
    for Numbered { line, record } in &records.forms {
        let (id, body) = record;
        once(*line, "form", *id, faults);
        let mut wrong = forms::faults(body);
        if let Some(service) = body.service_id {
            refer(
                &known.services,
                service,
                "service",
                "service_id",
                &mut wrong,
            );
        }
        add(*line, wrong, faults);
    }
    let mut numbers = HashSet::new();
    for Numbered { line, record } in &records.tickets {
        once(*line, "ticket", record.id, faults);
        let mut wrong = ticket(record, &known);
        if let Some(number) = &record.number
            && !numbers.insert(number.clone())
        {
            wrong.push(FieldError::new(
                "number",
                "stands on another line too",
                "give each ticket a number of its own",
            ));
        }
        add(*line, wrong, faults);
    }
    plain::check(tx, records, &known.ids(records), faults).await
}

fn add(line: usize, errors: Vec<FieldError>, faults: &mut Vec<Fault>) {
    faults.extend(errors.into_iter().map(|error| Fault { line, error }));
}

fn required(line: usize, field: &str, text: &str, faults: &mut Vec<Fault>) {
    if text.trim().is_empty() {
        let error = FieldError::new(field, "is required", "give a value");
        faults.push(Fault { line, error });
    }
}

fn refer(known: &HashSet<Uuid>, id: Uuid, kind: &str, field: &str, wrong: &mut Vec<FieldError>) {
    if !known.contains(&id) {
        wrong.push(FieldError::new(
            field,
            format!("there is no {kind} {id}, neither in the file nor in the database"),
            format!("add the {kind}, or correct the id"),
        ));
    }
}

fn user(user: &UserLine, known: &Known) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    for (field, text) in [("name", &user.name), ("login", &user.login)] {
        if text.trim().is_empty() {
            wrong.push(FieldError::new(field, "is required", "give a value"));
        }
    }
    if user.login.chars().count() > LOGIN_MAX {
        wrong.push(FieldError::new(
            "login",
            format!("is longer than {LOGIN_MAX} characters"),
            "choose a shorter one",
        ));
    }
    if known
        .logins
        .get(&user.login.to_lowercase())
        .is_some_and(|id| *id != user.id)
    {
        wrong.push(FieldError::new(
            "login",
            format!("“{}” belongs to another user of the database", user.login),
            "choose another login, or use that user's id",
        ));
    }
    let role = Role::from(user.role.as_str());
    match (&role, user.customer_id) {
        (Role::Other(word), _) => wrong.push(FieldError::new(
            "role",
            format!("“{word}” is not known here"),
            "give customer_user, customer_manager, brm, agent or administrator",
        )),
        (Role::CustomerUser | Role::CustomerManager, None) => wrong.push(FieldError::new(
            "customer_id",
            "is required for this role",
            "give the id of the customer",
        )),
        (Role::Brm | Role::Agent | Role::Administrator, Some(_)) => wrong.push(FieldError::new(
            "customer_id",
            "this role belongs to no customer",
            "leave it out; a BRM's customers stand in assigned_customers",
        )),
        _ => {}
    }
    if let Some(customer) = user.customer_id {
        refer(
            &known.customers,
            customer,
            "customer",
            "customer_id",
            &mut wrong,
        );
    }
    if role != Role::Brm && !user.assigned_customers.is_empty() {
        wrong.push(FieldError::new(
            "assigned_customers",
            "are for a BRM",
            "leave them out, or make the role brm",
        ));
    }
    for (index, customer) in user.assigned_customers.iter().enumerate() {
        let field = format!("assigned_customers[{index}]");
        refer(&known.customers, *customer, "customer", &field, &mut wrong);
    }
    wrong
}

/// Whether requester and customer fit together. A ticket of the database may keep its customer, also
/// when its requester has moved to another one or works for the service desk now.
fn whose(ticket: &TicketLine, known: &Known) -> Option<FieldError> {
    let requester = ticket.requester.id;
    let Some((_, customer)) = known.users.get(&requester) else {
        return Some(FieldError::new(
            "requester.id",
            format!("there is no user {requester}"),
            "add the user, or correct the id",
        ));
    };
    let stored = known.tickets.get(&ticket.id);
    let fits = |named: Uuid| Some(named) == *customer || stored.is_some_and(|(_, c)| *c == named);
    match (ticket.customer_id, stored) {
        (_, None) if customer.is_none() => Some(FieldError::new(
            "requester.id",
            "belongs to no customer",
            "name one of a customer's people",
        )),
        (Some(named), _) if fits(named) => None,
        (Some(_), _) => Some(FieldError::new(
            "customer_id",
            "is not the requester's customer",
            "leave it out, or correct it",
        )),
        (None, None) => None,
        (None, Some((before, stored))) if *before == requester || *customer == Some(*stored) => {
            None
        }
        (None, Some(_)) => Some(FieldError::new(
            "requester.id",
            "is not one of the ticket's customer",
            "name the ticket's customer in customer_id, or correct the id",
        )),
    }
}

fn ticket(ticket: &TicketLine, known: &Known) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut word = |field: &str, word: &str, known: bool| {
        if !known {
            wrong.push(FieldError::new(
                field,
                format!("“{word}” is not known here"),
                "give one of the words of the API",
            ));
        }
    };
    let kind = TicketKind::from(ticket.kind.as_str());
    word("kind", &ticket.kind, !matches!(kind, TicketKind::Other(_)));
    let state = TicketState::from(ticket.state.as_str());
    word(
        "state",
        &ticket.state,
        !matches!(state, TicketState::Other(_)),
    );
    if let Some(impact) = &ticket.impact {
        let known = !matches!(Impact::from(impact.as_str()), Impact::Other(_));
        word("impact", impact, known);
    }
    if let Some(urgency) = &ticket.urgency {
        let known = !matches!(Urgency::from(urgency.as_str()), Urgency::Other(_));
        word("urgency", urgency, known);
    }
    let mut lengths = Vec::new();
    check_length(&mut lengths, "subject", &ticket.subject, 1, SUBJECT_MAX);
    check_length(
        &mut lengths,
        "description",
        &ticket.description,
        0,
        DESCRIPTION_MAX,
    );
    wrong.extend(lengths.into_iter().map(FieldError::from));
    wrong.extend(whose(ticket, known));
    if let Some(assignee) = &ticket.assignee {
        let works = known
            .users
            .get(&assignee.id)
            .is_some_and(|(role, _)| matches!(role.as_str(), "agent" | "administrator" | "brm"));
        if !works {
            wrong.push(FieldError::new(
                "assignee.id",
                "is nobody who works on tickets",
                "name an agent, an administrator or a BRM",
            ));
        }
    }
    if let Some(service) = ticket.service_id {
        refer(
            &known.services,
            service,
            "service",
            "service_id",
            &mut wrong,
        );
    }
    if let Some(form) = ticket.form_id {
        refer(&known.forms, form, "form", "form_id", &mut wrong);
    }
    if let Some(number) = &ticket.number
        && known.numbers.get(number).is_some_and(|id| *id != ticket.id)
    {
        wrong.push(FieldError::new(
            "number",
            format!("“{number}” is another ticket's"),
            "leave it out, or choose another one",
        ));
    }
    wrong
}

impl Known {
    /// The ids that records under a schema may name.
    fn ids(&self, records: &Records) -> HashMap<Kind, HashSet<Uuid>> {
        let tickets = self.tickets.keys().copied();
        let tickets = tickets.chain(records.tickets.iter().map(|line| line.record.id));
        HashMap::from([
            (Kind::Customer, self.customers.clone()),
            (Kind::Service, self.services.clone()),
            (Kind::User, self.users.keys().copied().collect()),
            (Kind::Ticket, tickets.collect()),
        ])
    }

    async fn of(tx: &mut Tx, records: &Records) -> Result<Self, sqlx::Error> {
        let mut known = Self {
            customers: ids(tx, "customer").await?,
            services: ids(tx, "service WHERE deleted = 0").await?,
            forms: ids(tx, "form WHERE deleted = 0").await?,
            users: HashMap::new(),
            logins: HashMap::new(),
            numbers: HashMap::new(),
            tickets: HashMap::new(),
        };
        let users: Vec<(String, String, String, Option<String>)> =
            sqlx::query_as("SELECT id, login, role, customer_id FROM user")
                .fetch_all(&mut **tx)
                .await?;
        for (id, login, role, customer) in users {
            let Ok(id) = id.parse() else { continue };
            known.logins.insert(login.to_lowercase(), id);
            let customer = customer.and_then(|customer| customer.parse().ok());
            known.users.insert(id, (role, customer));
        }
        for Numbered { record, .. } in &records.users {
            // A user who gets another login sets the old one free.
            known.logins.retain(|_, id| *id != record.id);
            let entry = (record.role.clone(), record.customer_id);
            known.users.insert(record.id, entry);
        }
        let tickets: Vec<(String, String, String, String)> =
            sqlx::query_as("SELECT number, id, requester_id, customer_id FROM ticket")
                .fetch_all(&mut **tx)
                .await?;
        for (number, id, requester, customer) in tickets {
            let Ok(id) = id.parse() else { continue };
            known.numbers.insert(number, id);
            if let (Ok(requester), Ok(customer)) = (requester.parse(), customer.parse()) {
                known.tickets.insert(id, (requester, customer));
            }
        }
        known
            .customers
            .extend(records.customers.iter().map(|line| line.record.id));
        known
            .services
            .extend(records.services.iter().map(|line| line.record.0));
        known
            .forms
            .extend(records.forms.iter().map(|line| line.record.0));
        Ok(known)
    }
}

async fn ids(conn: &mut SqliteConnection, table: &str) -> Result<HashSet<Uuid>, sqlx::Error> {
    let sql = format!("SELECT id FROM {table}");
    let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(conn)
        .await?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}
