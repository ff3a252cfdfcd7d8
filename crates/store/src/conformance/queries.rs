//! Cases of queries.

use super::Fixture;
use super::common::{numbers, pull, save};
use super::samples::{create, id, service, tickets};
use crate::columns;
use crate::fault::Fault;
use crate::query::{Filter, Query};
use crate::replica::Replica;
use rapport_domain::{Entity, Kind};

/// Filters, searches, orders and windows, over base and local records alike.
pub async fn queries_filter_sort_and_cut<F: Fixture>(fixture: &F) -> Result<(), Fault> {
    let store = fixture.open().await?;
    let mut records = tickets(0..6, 1);
    records.extend(tickets(6..10, 3));
    records.push(Entity::Service(service(1, "Printing", "Drucken")));
    records.push(Entity::Service(service(2, "E-mail", "Zustellung")));
    records.push(Entity::Service(service(3, "networks", "Äther")));
    pull(&store, &records, &[]).await?;
    save(&store, 1, &create(10)).await?;
    let replica = Replica::open(store).await?;
    let ask = |query: Query| {
        let result = replica.query(&query);
        assert_eq!(replica.count(&query), result.total);
        (numbers(&result), result.total)
    };
    use columns::ticket::{NUMBER, OVER, SAID_AT, STATE, SUBJECT, WAITS};
    let all = || Query::all(Kind::Ticket);
    let newest = || all().descending(SAID_AT);

    assert_eq!(ask(newest().window(0, 3)), (vec![10, 9, 8], 11));
    assert_eq!(ask(newest().window(9, 5)), (vec![1, 0], 11));
    assert_eq!(ask(newest().window(50, 5)), (vec![], 11));
    assert_eq!(ask(newest().window(2, 0)), (vec![], 11));
    let state = Filter::eq(STATE, "acknowledged");
    let found = ask(all().filter(state.clone()).descending(SAID_AT));
    assert_eq!(found, (vec![10, 9, 8, 7, 6], 5));
    let not_sent = Filter::IsNull(NUMBER);
    assert_eq!(ask(all().filter(not_sent.clone())), (vec![10], 1));
    let both = state.clone().and(not_sent.clone().negated());
    assert_eq!(ask(all().filter(both)), (vec![6, 7, 8, 9], 4));
    let either = Filter::eq(WAITS, true).or(not_sent);
    assert_eq!(ask(all().filter(either)).1, 7);
    assert_eq!(ask(all().filter(Filter::eq(OVER, true))).1, 0);
    let at = |number: i64| Some((1_700_000_000_000 + number * 1000).into());
    let range = Filter::Range {
        column: SAID_AT,
        from: at(3),
        to: at(5),
    };
    assert_eq!(ask(all().filter(range)), (vec![3, 4, 5], 3));
    let ids = Filter::Ids(vec![id(Kind::Ticket, 4), id(Kind::Ticket, 2)]);
    assert_eq!(ask(all().filter(ids)), (vec![2, 4], 2));
    let words = Filter::any_of(STATE, ["pending", "held"]);
    assert_eq!(ask(all().filter(words)).1, 6);
    let search = |words: &str| ask(all().filter(Filter::Search(words.into())));
    assert_eq!(search("inc-00004"), (vec![4], 1));
    assert_eq!(search("JAMS muller 4").0, [4]);
    assert_eq!(search("tray").1, 11);
    assert_eq!(search("nothing").1, 0);
    let by_state = all().ascending(STATE).descending(SAID_AT).window(4, 3);
    assert_eq!(ask(by_state).0, [6, 5, 4]);
    let by_subject = all().descending(SUBJECT).window(0, 2);
    assert_eq!(ask(by_subject).0, [9, 8]);

    let services = || Query::all(Kind::Service).ascending(columns::service::NAME);
    assert_eq!(ask(services()).0, [2, 3, 1], "case does not matter");
    assert_eq!(ask(services().in_language("de")).0, [3, 1, 2]);
    let found = Query::all(Kind::Service).filter(Filter::Search("ather".into()));
    assert_eq!(ask(found).0, [3], "found in every language");
    Ok(())
}
