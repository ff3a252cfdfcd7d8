//! What was agreed with the customers, and the clocks of their tickets.

use super::DemoError;
use super::ids::Ids;
use crate::db::Tx;
use crate::db::plain::{self, Place, RecordRow};
use crate::db::sight::Touched;
use crate::ticket_rules::clock;
use crate::time::{DAY, Time};
use rapport_domain::service_level::{Metric, Opening, Target};
use rapport_domain::{Agreement, CustomerId, Date, Priority, Stamp, Timestamp, Typed};
use serde::Deserialize;
use std::collections::BTreeSet;

const AGREEMENTS: &str = include_str!("agreements.json");

/// `from` and `to` are minutes after midnight; promises are by priority, in minutes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgreementTold {
    customer: String,
    title: String,
    zone: String,
    days: u32,
    from: u32,
    to: u32,
    response: Vec<(Option<String>, u32)>,
    resolution: Vec<(Option<String>, u32)>,
    percent: u32,
}

/// Writes all of it.
pub async fn fill(tx: &mut Tx, ids: &Ids, now: Time) -> Result<(), DemoError> {
    let told: Vec<AgreementTold> = serde_json::from_str(AGREEMENTS)?;
    for one in told {
        let customer = ids.uuid("customer", &one.customer);
        let begun = Timestamp(now.plus(-700 * DAY).0);
        let promises = |metric: Metric, all: Vec<(Option<String>, u32)>| {
            let each = all.into_iter().map(move |(priority, minutes)| Target {
                metric: metric.clone(),
                priority: priority.as_deref().map(Priority::from),
                minutes,
                percent: one.percent,
            });
            each.collect::<Vec<_>>()
        };
        let hours = (1..=one.days).map(|weekday| Opening {
            weekday,
            from: one.from,
            to: one.to,
        });
        let agreement = Agreement {
            id: ids.uuid("agreement", &one.customer).into(),
            stamp: Stamp::said_now(begun),
            customer: CustomerId(customer),
            title: one.title,
            starts_on: Some(Date::of(begun)),
            ends_on: None,
            zone: one.zone,
            hours: hours.collect(),
            targets: [
                promises(Metric::Response, one.response),
                promises(Metric::Resolution, one.resolution),
            ]
            .concat(),
            attained: Vec::new(),
        };
        let place = Place {
            customer: Some(customer.to_string()),
            ..Place::default()
        };
        plain::insert(tx, &RecordRow::of(&agreement.to_record(), place)?).await?;
    }
    let tickets: Vec<String> = sqlx::query_scalar("SELECT id FROM ticket ORDER BY id")
        .fetch_all(&mut **tx)
        .await?;
    clock::follow_all(tx, &mut Touched::default(), now, tickets, BTreeSet::new()).await?;
    Ok(())
}
