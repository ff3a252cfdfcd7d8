//! The backends of the simulation, as variations of the reference profile.

use rapport_connector::Connector;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// How a backend keeps one change from becoming two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// It answers a repeated request with the first answer.
    HonoursKeys,
    /// It ignores keys but can be asked for our ids.
    KeepsOurIds,
}

fn profile(backend: Backend) -> Value {
    let json = include_str!("../../../../profiles/rapport.json");
    let mut profile: Value = serde_json::from_str(json).unwrap();
    let resources = &mut profile["resources"];
    if backend == Backend::KeepsOurIds {
        let comment = json!({ "url": "api/v1/comments/{id}", "result": { "record": "" } });
        resources["comment"]["create"]["look_up"] = comment;
        profile["dedupe"] = json!({ "kind": "client_id" });
    }
    profile
}

thread_local! {
    static PARSED: RefCell<Vec<(Backend, Rc<Connector>)>> = const { RefCell::new(Vec::new()) };
}

/// The connector of a backend, parsed once.
pub fn connector(backend: Backend) -> Rc<Connector> {
    PARSED.with_borrow_mut(|parsed| {
        if let Some((_, connector)) = parsed.iter().find(|(kind, _)| *kind == backend) {
            return Rc::clone(connector);
        }
        let connector = Connector::parse(&profile(backend).to_string()).expect("a good profile");
        let connector = Rc::new(connector);
        parsed.push((backend, Rc::clone(&connector)));
        connector
    })
}
