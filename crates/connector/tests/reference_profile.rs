//! The profile of the reference backend, against the shapes of its API.

use rapport_connector::{Connector, Dedupe, Verb};
use rapport_domain::Kind;

#[test]
fn the_profile_is_sound_and_complete() {
    let connector = Connector::parse(include_str!("../../../profiles/rapport.json"))
        .unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(connector.dedupe(), Dedupe::Key);
    let can = connector.capabilities();
    assert!(Kind::ALL.iter().all(|kind| can.can(*kind, Verb::Read)));
    assert!(can.can(Kind::Attachment, Verb::Download));
}
