//! The clocks of tickets: made anew from a ticket's history whenever that grows, so that they cannot
//! drift from it. What was agreed with the customer on the day of filing holds.

use crate::db::plain::{self, Place, RecordRow};
use crate::db::sight::{Touched, refresh};
use crate::db::tickets::{self, TicketRow};
use crate::service_hours::ServiceHours;
use crate::time::{DAY, Time};
use rapport_domain::service_level::{Agreement, Attainment, ClockState, Metric, ServiceClock};
use rapport_domain::{
    CustomerId, Date, Kind, Priority, Stamp, TicketId, TicketState, Timestamp, Typed,
};
use sqlx::{FromRow, SqliteConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

const MINUTE: i64 = 60_000;

/// A stretch of a ticket's life in one state.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    state: TicketState,
    from: Timestamp,
    /// Whether the customer moved it there.
    by_customer: bool,
}

impl Stretch {
    /// Whether the customer's side gave it up: that keeps no promise and breaks none.
    fn is_given_up(&self) -> bool {
        match self.state {
            TicketState::Cancelled => true,
            TicketState::Closed => self.by_customer,
            _ => false,
        }
    }
}

/// What a clock says after a history.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reading {
    state: ClockState,
    due_at: Option<Timestamp>,
    left: Option<u32>,
    stopped_at: Option<Timestamp>,
}

impl Reading {
    fn running(due_at: Option<Timestamp>) -> Self {
        Self {
            state: ClockState::Running,
            due_at,
            left: None,
            stopped_at: None,
        }
    }

    fn stopped(in_time: bool, due_at: Option<Timestamp>, at: Timestamp) -> Self {
        Self {
            state: if in_time {
                ClockState::Met
            } else {
                ClockState::Missed
            },
            due_at,
            left: None,
            stopped_at: Some(at),
        }
    }
}

#[derive(FromRow)]
struct Moved {
    at: i64,
    from_value: Option<String>,
    to_value: Option<String>,
    by_customer: bool,
}

/// Brings the clocks of a ticket in step with its history, and what they say of the agreements. Without
/// an agreement there are none.
///
/// # Errors
/// When the database fails.
pub async fn follow(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    ticket: &str,
) -> Result<(), sqlx::Error> {
    follow_all(conn, touched, now, [ticket.to_owned()], BTreeSet::new()).await
}

/// Only the clocks; tells the customers with whom it was agreed what those say that have stopped, or did
/// until now. A clock for which nothing is promised any more, or that cannot be measured, goes.
///
/// # Errors
/// When the database fails.
async fn run(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    ticket: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let Some(row) = tickets::find(conn, ticket).await? else {
        return Ok(Vec::new());
    };
    let day = Date::of(Timestamp(row.received_at));
    let agreement = in_force(conn, &row.customer_id, &day).await?;
    let stretches = history(conn, &row).await?;
    let answered = answered(conn, ticket, &stretches).await?;
    let priority = row.priority.as_deref().map(Priority::from);
    // How a ticket that came from elsewhere got to its state is not known, so nothing is measured.
    let is_whole = stretches
        .first()
        .is_some_and(|first| first.state == TicketState::Acknowledged);
    let measured = agreement.as_ref().filter(|_| is_whole);
    let mut counted = Vec::new();
    for metric in Metric::KNOWN {
        let target = measured.and_then(|one| Some((one, one.target(metric, priority.as_ref())?)));
        let reading = target.and_then(|(agreement, target)| {
            let hours = ServiceHours::new(&agreement.zone, &agreement.hours);
            let promised = i64::from(target.minutes) * MINUTE;
            let reading = match metric {
                Metric::Response => measure(&hours, &until(&stretches, answered), promised),
                _ => measure(&hours, &stretches, promised),
            };
            Some((target.minutes, reading?))
        });
        let customers = match reading {
            Some((minutes, reading)) => {
                keep(conn, touched, now, &row, (metric, minutes), reading).await?
            }
            None => end(conn, touched, &row, metric).await?,
        };
        counted.extend(customers);
    }
    Ok(counted)
}

/// The agreements with a customer, the newest first.
async fn agreements(
    conn: &mut SqliteConnection,
    customer: &str,
) -> Result<Vec<Agreement>, sqlx::Error> {
    let rows: Vec<RecordRow> =
        sqlx::query_as("SELECT * FROM agreement WHERE customer_id = ? ORDER BY said_at DESC, id")
            .bind(customer)
            .fetch_all(conn)
            .await?;
    let records = rows.iter().map(|row| row.record(Kind::Agreement));
    let read: Result<Vec<_>, _> = records
        .map(|record| record.map(|record| Agreement::of(&record)))
        .collect();
    Ok(read?.into_iter().flatten().collect())
}

async fn in_force(
    conn: &mut SqliteConnection,
    customer: &str,
    day: &Date,
) -> Result<Option<Agreement>, sqlx::Error> {
    let mut all = agreements(conn, customer).await?.into_iter();
    Ok(all.find(|one| one.holds(day)))
}

/// The states that a ticket went through, the first one from its receipt on.
async fn history(
    conn: &mut SqliteConnection,
    row: &TicketRow,
) -> Result<Vec<Stretch>, sqlx::Error> {
    let moves: Vec<Moved> = sqlx::query_as(
        "SELECT c.received_at AS at, c.from_value, c.to_value, c.by_customer FROM ticket_change c
         WHERE c.ticket_id = ? AND c.field = 'state' ORDER BY c.received_at, c.id",
    )
    .bind(&row.id)
    .fetch_all(conn)
    .await?;
    let first = moves.first().and_then(|first| first.from_value.as_deref());
    // What was sent to this backend began here; what was imported began elsewhere.
    let begun = if row.content_hash.is_empty() {
        row.state.as_str()
    } else {
        TicketState::Acknowledged.as_str()
    };
    let mut stretches = vec![Stretch {
        state: TicketState::from(first.unwrap_or(begun)),
        from: Timestamp(row.received_at),
        by_customer: true,
    }];
    for one in &moves {
        stretches.push(Stretch {
            state: TicketState::from(one.to_value.as_deref().unwrap_or_default()),
            from: Timestamp(one.at.max(row.received_at)),
            by_customer: one.by_customer,
        });
    }
    Ok(stretches)
}

/// Whether the customer's side alone has to do with the ticket so far.
///
/// # Errors
/// When the database fails.
pub async fn is_untouched(
    conn: &mut SqliteConnection,
    row: &TicketRow,
) -> Result<bool, sqlx::Error> {
    let stretches = history(conn, row).await?;
    Ok(answered(conn, &row.id, &stretches).await?.is_none())
}

/// When somebody first answered: by words, or by doing something about it. Waiting for an approval is
/// no answer.
async fn answered(
    conn: &mut SqliteConnection,
    ticket: &str,
    stretches: &[Stretch],
) -> Result<Option<Timestamp>, sqlx::Error> {
    let said: Option<i64> = sqlx::query_scalar(
        "SELECT min(received_at) FROM comment WHERE ticket_id = ? AND internal = 0
         AND author_role NOT IN ('customer_user', 'customer_manager')",
    )
    .bind(ticket)
    .fetch_one(conn)
    .await?;
    let answers = |one: &&Stretch| {
        !matches!(one.state, TicketState::Acknowledged | TicketState::Held) && !one.is_given_up()
    };
    let moved = stretches.iter().find(answers);
    let both = [said.map(Timestamp), moved.map(|one| one.from)];
    Ok(both.into_iter().flatten().min())
}

/// Whole minutes; what has begun of the last one counts as one.
fn minutes(millis: i64) -> u32 {
    u32::try_from((millis.max(0) + MINUTE - 1) / MINUTE).unwrap_or(u32::MAX)
}

/// A ticket's life until the first answer, which ends it.
fn until(stretches: &[Stretch], answered: Option<Timestamp>) -> Vec<Stretch> {
    let mut life = stretches.to_vec();
    if let Some(at) = answered {
        life.retain(|one| one.from < at);
        life.push(Stretch {
            state: TicketState::Closed,
            from: at,
            by_customer: false,
        });
    }
    life
}

/// How long a life took; what waits for the customer or for a day that was agreed does not count, and a
/// ticket that is opened again goes on from where it stood. Nothing is read off one that was given up.
fn measure(hours: &ServiceHours, stretches: &[Stretch], promised: i64) -> Option<Reading> {
    let mut used = 0;
    let mut reading = Reading::running(None);
    let mut given_up = false;
    for (at, stretch) in stretches.iter().enumerate() {
        let end = stretches.get(at + 1).map(|next| next.from);
        // Late already, it stays due when it was.
        let was_due = reading.due_at.filter(|_| used > promised);
        given_up = stretch.is_given_up() && reading.stopped_at.is_none();
        reading = match stretch.state {
            TicketState::Acknowledged | TicketState::InProgress | TicketState::Other(_) => {
                let due_at = was_due.or_else(|| hours.after(stretch.from, promised - used));
                used += end.map_or(0, |end| hours.between(stretch.from, end));
                Reading::running(due_at)
            }
            TicketState::Pending | TicketState::Held => Reading {
                state: ClockState::Paused,
                due_at: was_due,
                left: Some(minutes(promised - used)),
                stopped_at: None,
            },
            // Closed after it was solved, it was solved then.
            _ => {
                let solved = reading.stopped_at.unwrap_or(stretch.from);
                Reading::stopped(used <= promised, was_due, solved)
            }
        };
    }
    (!given_up).then_some(reading)
}

fn id_of(row: &TicketRow, metric: &Metric) -> Result<Uuid, sqlx::Error> {
    let ticket = Uuid::try_parse(&row.id).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Uuid::new_v5(&ticket, format!("clock {metric}").as_bytes()))
}

/// The customer with whom it was agreed what a clock says, if it has stopped: only those are counted.
fn counts_for(row: &RecordRow) -> Result<Option<String>, sqlx::Error> {
    let clock = row.record(Kind::ServiceClock)?;
    let has_stopped = !clock.get("stopped_at").is_null();
    Ok(row.customer_id.clone().filter(|_| has_stopped))
}

/// Takes a clock away, if there is one; tells for whom it counted.
async fn end(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &TicketRow,
    metric: &Metric,
) -> Result<Vec<String>, sqlx::Error> {
    const KIND: Kind = Kind::ServiceClock;
    let id = id_of(row, metric)?.to_string();
    let Some(before) = plain::find(conn, KIND, &id).await? else {
        return Ok(Vec::new());
    };
    plain::remove(conn, touched, KIND, &id).await?;
    Ok(Vec::from_iter(counts_for(&before)?))
}

/// Writes a clock; tells for whom it counts now, or did and is another one now.
async fn keep(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    row: &TicketRow,
    (metric, minutes): (&Metric, u32),
    reading: Reading,
) -> Result<Vec<String>, sqlx::Error> {
    let wrong = |error: uuid::Error| sqlx::Error::Decode(error.into());
    let ticket = Uuid::try_parse(&row.id).map_err(wrong)?;
    let customer = Uuid::try_parse(&row.customer_id).map_err(wrong)?;
    let id = id_of(row, metric)?;
    let clock = ServiceClock {
        id: id.into(),
        stamp: Stamp::said_now(Timestamp(row.received_at)),
        ticket: TicketId(ticket),
        customer: Some(CustomerId(customer)),
        metric: metric.clone(),
        state: reading.state,
        minutes,
        due_at: reading.due_at,
        left: reading.left,
        stopped_at: reading.stopped_at,
    };
    let place = Place {
        customer: Some(row.customer_id.clone()),
        person: Some(row.requester_id.clone()),
        parent: Some(row.id.clone()),
    };
    let mut fresh = RecordRow::of(&clock.to_record(), place)?;
    fresh.updated_at = now.0;
    let now_for = counts_for(&fresh)?;
    let before = plain::find(conn, Kind::ServiceClock, &fresh.id).await?;
    let is_so = before
        .as_ref()
        .is_some_and(|before| before.body == fresh.body && before.customer_id == fresh.customer_id);
    if is_so {
        return Ok(Vec::new());
    }
    match before {
        Some(before) => {
            plain::update(conn, touched, Kind::ServiceClock, &fresh, now).await?;
            Ok(now_for.into_iter().chain(counts_for(&before)?).collect())
        }
        None => {
            plain::insert(conn, &fresh).await?;
            refresh(conn, touched, Kind::ServiceClock, &fresh.id).await?;
            Ok(Vec::from_iter(now_for))
        }
    }
}

/// Brings the clocks of all these tickets in step, and counts once how far the agreements with whom they
/// concern were kept, and those with `customers`.
///
/// # Errors
/// When the database fails.
pub async fn follow_all(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    tickets: impl IntoIterator<Item = String>,
    mut customers: BTreeSet<String>,
) -> Result<(), sqlx::Error> {
    for ticket in tickets {
        customers.extend(run(conn, touched, now, &ticket).await?);
    }
    attain_all(conn, touched, now, customers).await
}

/// Counts how far the agreements with these customers were kept: all of them, since a clock counts in one
/// only, and in which depends on the others.
///
/// # Errors
/// When the database fails.
pub async fn attain_all(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    customers: impl IntoIterator<Item = String>,
) -> Result<(), sqlx::Error> {
    for customer in customers {
        for agreement in agreements(conn, &customer).await? {
            attain(conn, touched, now, &agreement).await?;
        }
    }
    Ok(())
}

/// So long back an agreement tells how far it was kept: about a year.
const KEPT: i64 = 370 * DAY;

#[derive(FromRow)]
struct Counted {
    month: String,
    metric: String,
    met: u32,
    stopped: u32,
}

/// Counts, month by month, how far the agreement was kept.
///
/// # Errors
/// When the database fails.
async fn attain(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    now: Time,
    agreement: &Agreement,
) -> Result<(), sqlx::Error> {
    // What was filed while it held counts, in the month in which it was done.
    let from = agreement
        .starts_on
        .as_ref()
        .map_or(i64::MIN, |day| day.starts_at().0);
    let until = agreement
        .ends_on
        .as_ref()
        .map_or(i64::MAX, |day| day.starts_at().0 + DAY);
    let counted: Vec<Counted> = sqlx::query_as(
        "SELECT strftime('%Y-%m-01', json_extract(body, '$.stopped_at') / 1000, 'unixepoch') AS month,
             json_extract(body, '$.metric') AS metric,
             sum(json_extract(body, '$.state') = 'met') AS met, count(*) AS stopped
         FROM service_clock c
         WHERE customer_id = ?1 AND received_at >= ?2 AND received_at < ?3
           AND json_extract(body, '$.stopped_at')
               >= CAST(strftime('%s', ?4 / 1000, 'unixepoch', 'start of month') AS INTEGER) * 1000
           -- Of agreements that hold on the same day the newer one counts (see in_force).
           AND NOT EXISTS (
               SELECT 1 FROM agreement o
               WHERE o.customer_id = ?1 AND (o.said_at > ?5 OR (o.said_at = ?5 AND o.id < ?6))
                 AND coalesce(json_extract(o.body, '$.starts_on')
                              <= date(c.received_at / 1000, 'unixepoch'), 1)
                 AND coalesce(json_extract(o.body, '$.ends_on')
                              >= date(c.received_at / 1000, 'unixepoch'), 1))
         GROUP BY month, metric ORDER BY month DESC, metric DESC",
    )
    .bind(agreement.customer.to_string())
    .bind(from)
    .bind(until)
    .bind(now.0 - KEPT)
    .bind(agreement.stamp.said_at.0)
    .bind(agreement.id.to_string())
    .fetch_all(&mut *conn)
    .await?;
    let each = counted.into_iter().filter_map(|one| {
        Some(Attainment {
            metric: Metric::from(one.metric.as_str()),
            month: Date::parse(&one.month)?,
            met: one.met,
            of: one.stopped,
        })
    });
    let attained: Vec<Attainment> = each.collect();
    let after = Agreement {
        attained,
        ..agreement.clone()
    };
    let Some(mut row) = plain::find(conn, Kind::Agreement, &agreement.id.to_string()).await? else {
        return Ok(());
    };
    let body = serde_json::to_string(&after.to_record().fields)
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    if row.body != body {
        row.body = body;
        plain::update(conn, touched, Kind::Agreement, &row, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn always() -> ServiceHours {
        ServiceHours::new("UTC", &[])
    }

    fn life(moves: &[(TicketState, i64)]) -> Vec<Stretch> {
        let each = moves.iter().map(|(state, hour)| Stretch {
            state: state.clone(),
            from: Timestamp(hour * HOUR),
            by_customer: false,
        });
        each.collect()
    }

    #[test]
    fn an_answer_stops_the_first_clock_in_time_or_late() {
        use TicketState::Acknowledged;
        let filed = life(&[(Acknowledged, 0)]);
        let read = |answered: Option<i64>| {
            let answered = answered.map(|hour| Timestamp(hour * HOUR));
            measure(&always(), &until(&filed, answered), 4 * HOUR).unwrap()
        };
        assert_eq!(read(None).due_at, Some(Timestamp(4 * HOUR)));
        assert_eq!(read(None).state, ClockState::Running);
        assert_eq!(read(Some(4)).state, ClockState::Met);
        assert_eq!(read(Some(5)).state, ClockState::Missed);
    }

    #[test]
    fn what_waits_for_the_customer_does_not_count() {
        use TicketState::{Acknowledged, InProgress, Pending, Resolved};
        let mut moves = vec![(Acknowledged, 0), (InProgress, 1), (Pending, 2)];
        let paused = measure(&always(), &life(&moves), 4 * HOUR).unwrap();
        assert_eq!((paused.state, paused.left), (ClockState::Paused, Some(120)));
        moves.push((InProgress, 10));
        let running = measure(&always(), &life(&moves), 4 * HOUR).unwrap();
        assert_eq!(running.due_at, Some(Timestamp(12 * HOUR)));
        moves.push((Resolved, 12));
        let stopped = measure(&always(), &life(&moves), 4 * HOUR).unwrap();
        assert_eq!(
            (stopped.state, stopped.stopped_at),
            (ClockState::Met, Some(Timestamp(12 * HOUR)))
        );
    }

    #[test]
    fn a_ticket_that_is_opened_again_goes_on_from_where_it_stood() {
        use TicketState::{Acknowledged, Closed, InProgress, Resolved};
        let mut moves = vec![(InProgress, 0), (Resolved, 3), (Closed, 9)];
        let closed = measure(&always(), &life(&moves), 4 * HOUR).unwrap();
        assert_eq!(
            (closed.state, closed.stopped_at),
            (ClockState::Met, Some(Timestamp(3 * HOUR)))
        );
        moves.push((Acknowledged, 20));
        let again = measure(&always(), &life(&moves), 4 * HOUR).unwrap();
        assert_eq!(again.due_at, Some(Timestamp(21 * HOUR)));
        moves.push((Resolved, 22));
        let late = measure(&always(), &life(&moves), 4 * HOUR).unwrap();
        assert_eq!(
            (late.state, late.stopped_at),
            (ClockState::Missed, Some(Timestamp(22 * HOUR)))
        );
        assert_eq!(late.due_at, Some(Timestamp(21 * HOUR)));
    }

    #[test]
    fn what_the_customer_gives_up_keeps_no_promise_and_breaks_none() {
        use TicketState::{Acknowledged, Cancelled, Closed, InProgress, Resolved};
        let mut closed = life(&[(Acknowledged, 0), (Closed, 1)]);
        assert!(measure(&always(), &closed, 4 * HOUR).is_some());
        closed[1].by_customer = true;
        assert_eq!(measure(&always(), &closed, 4 * HOUR), None);
        let refused = life(&[(Acknowledged, 0), (Cancelled, 9)]);
        assert_eq!(measure(&always(), &refused, 4 * HOUR), None);
        let mut thanked = life(&[(InProgress, 0), (Resolved, 1), (Closed, 9)]);
        thanked[2].by_customer = true;
        let kept = measure(&always(), &thanked, 4 * HOUR).unwrap();
        assert_eq!(kept.state, ClockState::Met);
    }

    #[test]
    fn the_last_begun_minute_is_left_until_it_has_passed() {
        assert_eq!([0, 1, 60_000, 60_001].map(minutes), [0, 1, 1, 2]);
    }
}
