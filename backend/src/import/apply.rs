//! Writing a checked import file.

use super::lines::{Numbered, Records, TicketLine};
use super::plain::{self, Became};
use super::{Fault, ImportError, Outcome};
use crate::db::people::{self, CustomerRow, UserRow};
use crate::db::sight::{Touched, refresh, refresh_thread};
use crate::db::thread::{self, ChangeRow};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Tx, catalogue};
use crate::record_rules::approval;
use crate::ticket_rules::clock;
use crate::time::Time;
use rapport_domain::{Kind, TicketState};
use serde::Serialize;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Writes everything. Adds what is wrong all the same; then nothing of it may be kept.
pub async fn apply(
    tx: &mut Tx,
    records: Records,
    faults: &mut Vec<Fault>,
) -> Result<Outcome, ImportError> {
    let mut work = Work {
        tx,
        touched: Touched::default(),
        now: Time::now(),
        outcome: Outcome::default(),
    };
    for Numbered { record, .. } in records.customers {
        let row = CustomerRow {
            id: record.id.to_string(),
            name: record.name,
            card: record.card,
        };
        let there = exists(work.tx, "customer", &row.id).await?;
        let changed = people::put_customer(work.tx, &mut work.touched, &row, work.now).await?;
        work.count(there, changed);
    }
    // Two users may swap their logins, so that none of the new ones is free before all are given up.
    for Numbered { record, .. } in &records.users {
        sqlx::query("UPDATE user SET login = id || ' ' || login WHERE id = ? AND login IS NOT ?")
            .bind(record.id.to_string())
            .bind(&record.login)
            .execute(&mut **work.tx)
            .await?;
    }
    for Numbered { record, .. } in records.users {
        let row = UserRow {
            id: record.id.to_string(),
            customer_id: record.customer_id.map(|id| id.to_string()),
            name: record.name,
            login: record.login,
            email: record.email,
            phone: record.phone,
            role: record.role,
            assigned: record
                .assigned_customers
                .iter()
                .map(Uuid::to_string)
                .collect(),
        };
        let there = exists(work.tx, "user", &row.id).await?;
        let changed = people::put_user(work.tx, &mut work.touched, &row, work.now).await?;
        work.count(there, changed);
    }
    for Numbered { record, .. } in records.services {
        work.put(Kind::Service, record.0, &record.1).await?;
    }
    for Numbered { record, .. } in records.forms {
        work.put(Kind::Form, record.0, &record.1).await?;
    }
    let mut timed = BTreeSet::new();
    for Numbered { record, .. } in records.tickets {
        timed.insert(record.id.to_string());
        work.ticket(record).await?;
    }
    let mut agreed: BTreeSet<String> = records
        .plain
        .iter()
        .filter_map(|line| line.record.agreed_with())
        .collect();
    agreed.extend(plain::agreed_until_now(work.tx, &records.plain).await?);
    let (touched, now) = (&mut work.touched, work.now);
    for became in plain::apply(work.tx, touched, now, records.plain, faults).await? {
        match became {
            Became::New => work.count(false, true),
            Became::Changed => work.count(true, true),
            Became::Unchanged => work.count(true, false),
        }
    }
    for customer in &agreed {
        let all: Vec<String> = sqlx::query_scalar("SELECT id FROM ticket WHERE customer_id = ?")
            .bind(customer)
            .fetch_all(&mut **work.tx)
            .await?;
        timed.extend(all);
    }
    clock::follow_all(work.tx, &mut work.touched, work.now, timed, agreed).await?;
    Ok(work.outcome)
}

struct Work<'a> {
    tx: &'a mut Tx,
    touched: Touched,
    now: Time,
    outcome: Outcome,
}

impl Work<'_> {
    fn count(&mut self, there: bool, changed: bool) {
        match (there, changed) {
            (false, _) => self.outcome.new += 1,
            (true, true) => self.outcome.changed += 1,
            (true, false) => self.outcome.unchanged += 1,
        }
    }

    async fn put<T: Serialize>(
        &mut self,
        kind: Kind,
        id: Uuid,
        body: &T,
    ) -> Result<(), ImportError> {
        let id = id.to_string();
        let body = serde_json::to_string(body)?;
        let there = exists(self.tx, kind.as_str(), &id).await?;
        let changed =
            catalogue::put(self.tx, &mut self.touched, kind, &id, &body, self.now).await?;
        self.count(there, changed);
        Ok(())
    }

    async fn ticket(&mut self, line: TicketLine) -> Result<(), ImportError> {
        let id = line.id.to_string();
        let requester = line.requester.id.to_string();
        let before = tickets::find(self.tx, &id).await?;
        // A thread stays with its customer when the person who began it moves on.
        let customer = match (line.customer_id, &before) {
            (Some(named), _) => named.to_string(),
            (None, Some(before)) => before.customer_id.clone(),
            (None, None) => {
                sqlx::query_scalar("SELECT customer_id FROM user WHERE id = ?")
                    .bind(&requester)
                    .fetch_one(&mut **self.tx)
                    .await?
            }
        };
        let number = match (&line.number, &before) {
            (Some(number), _) => number.clone(),
            (None, Some(before)) => before.number.clone(),
            (None, None) => tickets::next_number(self.tx, &line.kind).await?,
        };
        let said_at = line.said_at.or(line.received_at).unwrap_or(self.now).0;
        let mut row = TicketRow {
            number,
            priority: tickets::priority(line.impact.as_deref(), line.urgency.as_deref()),
            kind: line.kind,
            state: line.state,
            subject: line.subject.trim().to_owned(),
            description: line.description.trim().to_owned(),
            customer_id: customer,
            author_id: requester.clone(),
            requester_id: requester,
            assignee_id: line.assignee.map(|person| person.id.to_string()),
            service_id: line.service_id.map(|id| id.to_string()),
            form_id: line.form_id.map(|id| id.to_string()),
            answers: serde_json::to_string(&line.answers)?,
            impact: line.impact,
            urgency: line.urgency,
            last_comment_id: None,
            content_hash: Vec::new(),
            version: 1,
            said_at,
            received_at: line.received_at.unwrap_or(self.now).0,
            updated_at: line.received_at.unwrap_or(self.now).0,
            id,
        };
        let Some(before) = before else {
            tickets::insert(self.tx, &row).await?;
            refresh(self.tx, &mut self.touched, Kind::Ticket, &row.id).await?;
            self.count(false, true);
            return Ok(());
        };
        // What an import does not say stays as it is.
        row.author_id.clone_from(&before.author_id);
        row.last_comment_id.clone_from(&before.last_comment_id);
        row.content_hash.clone_from(&before.content_hash);
        row.version = before.version;
        row.said_at = before.said_at;
        row.received_at = before.received_at;
        row.updated_at = before.updated_at;
        let changed = row != before;
        if changed {
            let moved = (&row.customer_id, &row.requester_id)
                != (&before.customer_id, &before.requester_id);
            tickets::update(self.tx, &mut self.touched, &row, self.now).await?;
            if row.state != before.state {
                self.tell_state(&before, &row).await?;
            }
            if TicketState::from(row.state.as_str()).is_over() {
                approval::withdraw(self.tx, &mut self.touched, self.now, &row.id).await?;
            }
            if moved {
                approval::move_with(self.tx, &mut self.touched, self.now, &row).await?;
                refresh_thread(self.tx, &mut self.touched, &row.id).await?;
            }
        }
        self.count(true, changed);
        Ok(())
    }

    /// What an import changes stands in the history, which the clocks go by.
    async fn tell_state(
        &mut self,
        before: &TicketRow,
        after: &TicketRow,
    ) -> Result<(), ImportError> {
        let change = ChangeRow {
            id: Uuid::now_v7().to_string(),
            ticket_id: after.id.clone(),
            by_id: None,
            field: "state",
            from_value: Some(before.state.clone()),
            to_value: Some(after.state.clone()),
            note: None,
            said_at: self.now.0,
            received_at: self.now.0,
        };
        thread::add_change(self.tx, &mut self.touched, &change).await?;
        Ok(())
    }
}

async fn exists(conn: &mut SqliteConnection, table: &str, id: &str) -> Result<bool, sqlx::Error> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?)");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(id)
        .fetch_one(conn)
        .await
}
