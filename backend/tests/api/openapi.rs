//! The description of the API is whole.

use crate::harness::World;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let (_, document) = rapport_backend::routes::described("/");
    serde_json::to_value(document).unwrap()
});

/// Every answer that any test sees comes by here.
#[track_caller]
pub fn assert_described(method: &Method, path: &str, status: StatusCode) {
    let paths = DESCRIPTION["paths"].as_object().unwrap();
    let found = paths.iter().find(|(template, _)| fits(template, path));
    let method = method.as_str().to_lowercase();
    let Some(operation) = found.and_then(|(_, item)| item.get(&method)) else {
        return;
    };
    let responses = operation["responses"].as_object().unwrap();
    let class = format!("{}XX", status.as_u16() / 100);
    assert!(
        responses.contains_key(status.as_str()) || responses.contains_key(&class),
        "{method} {path} answers {status}, which the description does not know"
    );
}

/// Whether the path is the template's, under whatever base.
fn fits(template: &str, path: &str) -> bool {
    let mut segments = path.rsplit('/');
    let mut wanted = template.trim_start_matches('/').rsplit('/');
    wanted.all(|wanted| {
        segments
            .next()
            .is_some_and(|s| s == wanted || wanted == "{id}")
    })
}

/// Everything the contract names.
const ROUTES: [&str; 86] = [
    "get /healthz",
    "post /api/v1/session",
    "get /api/v1/session",
    "delete /api/v1/session",
    "get /api/v1/changes",
    "get /api/v1/complaints",
    "get /api/v1/complaints/{id}",
    "post /api/v1/complaints",
    "patch /api/v1/complaints/{id}",
    "get /api/v1/complaint-notes",
    "get /api/v1/complaint-notes/{id}",
    "post /api/v1/complaint-notes",
    "get /api/v1/relationship-managers",
    "get /api/v1/relationship-managers/{id}",
    "get /api/v1/contacts",
    "get /api/v1/contacts/{id}",
    "post /api/v1/contacts",
    "patch /api/v1/contacts/{id}",
    "get /api/v1/interactions",
    "get /api/v1/interactions/{id}",
    "post /api/v1/interactions",
    "get /api/v1/actions",
    "get /api/v1/actions/{id}",
    "post /api/v1/actions",
    "patch /api/v1/actions/{id}",
    "get /api/v1/reviews",
    "get /api/v1/reviews/{id}",
    "post /api/v1/reviews",
    "patch /api/v1/reviews/{id}",
    "get /api/v1/surveys",
    "get /api/v1/surveys/{id}",
    "post /api/v1/surveys",
    "patch /api/v1/surveys/{id}",
    "get /api/v1/invitations",
    "get /api/v1/invitations/{id}",
    "post /api/v1/invitations",
    "patch /api/v1/invitations/{id}",
    "get /api/v1/responses",
    "get /api/v1/responses/{id}",
    "post /api/v1/responses",
    "get /api/v1/anonymous-responses",
    "get /api/v1/anonymous-responses/{id}",
    "post /api/v1/anonymous-responses",
    "get /api/v1/survey-results",
    "get /api/v1/survey-results/{id}",
    "get /api/v1/articles",
    "get /api/v1/articles/{id}",
    "get /api/v1/agreements",
    "get /api/v1/agreements/{id}",
    "get /api/v1/service-clocks",
    "get /api/v1/service-clocks/{id}",
    "get /api/v1/approvals",
    "get /api/v1/approvals/{id}",
    "post /api/v1/approvals",
    "patch /api/v1/approvals/{id}",
    "get /api/v1/events",
    "get /api/v1/customers",
    "get /api/v1/customers/{id}",
    "get /api/v1/users",
    "get /api/v1/users/{id}",
    "get /api/v1/services",
    "get /api/v1/services/{id}",
    "put /api/v1/services/{id}",
    "delete /api/v1/services/{id}",
    "get /api/v1/forms",
    "get /api/v1/forms/{id}",
    "put /api/v1/forms/{id}",
    "delete /api/v1/forms/{id}",
    "get /api/v1/announcements",
    "get /api/v1/announcements/{id}",
    "put /api/v1/announcements/{id}",
    "delete /api/v1/announcements/{id}",
    "get /api/v1/tickets",
    "post /api/v1/tickets",
    "get /api/v1/tickets/{id}",
    "patch /api/v1/tickets/{id}",
    "get /api/v1/tickets/{id}/comments",
    "post /api/v1/tickets/{id}/comments",
    "get /api/v1/tickets/{id}/changes",
    "get /api/v1/tickets/{id}/attachments",
    "post /api/v1/tickets/{id}/attachments",
    "get /api/v1/attachments",
    "get /api/v1/attachments/{id}",
    "get /api/v1/attachments/{id}/content",
    "get /profile.json",
    "get /api/openapi.json",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_described_and_every_description_is_a_route() {
    let world = World::new().await;
    let anna = world.user("anna");
    let document = anna.get("api/openapi.json").await.expect(200);
    assert_eq!(document.header("content-type"), "application/json");
    let document = document.body;
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(document["servers"], serde_json::json!([{"url": "/"}]));
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described.insert(format!("{method} {path}"));
            let what = format!("{method} {path}");
            assert!(
                operation["summary"].is_string() || operation["description"].is_string(),
                "{what}"
            );
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|code| code.starts_with('2')), "{what}");
            for (code, response) in responses {
                let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
                if code.starts_with('4') || code.starts_with('5') {
                    assert_eq!(problem, "#/components/schemas/Problem", "{what} {code}");
                }
            }
            let open = operation["security"] == serde_json::json!([{}]);
            assert!(open || responses.contains_key("401"), "{what}");
            if what.contains("{id}") {
                let parameters = operation["parameters"].as_array().unwrap();
                assert!(
                    parameters
                        .iter()
                        .any(|p| p["name"] == "id" && p["in"] == "path"),
                    "{what}"
                );
            }
            // It exists: the router knows path and method.
            let url = path.replace("{id}", &uuid::Uuid::now_v7().to_string());
            if path != "/api/v1/events" {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let reply = anna
                    .send(anna.request(method, url.trim_start_matches('/')))
                    .await;
                assert_ne!(reply.status, 405, "{what}");
                assert!(
                    !reply.body["detail"]
                        .as_str()
                        .unwrap_or("")
                        .contains("no such path"),
                    "{what}"
                );
                if !url.contains("session") {
                    continue;
                }
            }
        }
    }
    let expected: BTreeSet<String> = ROUTES.iter().map(ToString::to_string).collect();
    assert_eq!(described, expected);
    references_lead_somewhere(&document, &document);
    let problem = &document["components"]["schemas"]["Problem"];
    assert_eq!(problem["example"]["type"], "/problems/invalid");
    let text = document.to_string();
    for slug in [
        "cursor-lost",
        "stale",
        "id-taken",
        "ticket-closed",
        "too-large",
        "unauthorized",
        "wrong-password",
    ] {
        assert!(
            text.contains(&format!("/problems/{slug}")),
            "an example of {slug}"
        );
    }
    world.server.end().await;
}

/// An address of the description, under its server's, is one of this server.
#[tokio::test(flavor = "multi_thread")]
async fn the_description_names_the_base() {
    let world = World::with(|config| config.base = "/help/".to_owned()).await;
    let document = world.user("anna").get("api/openapi.json").await.expect(200);
    assert_eq!(
        document.body["servers"],
        serde_json::json!([{"url": "/help"}])
    );
    world.server.end().await;
}

/// Whatever reads JSON says, and describes, what it makes of a body that is none.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_cannot_be_read_are_refused_as_described() {
    let world = World::new().await;
    let ada = world.user("ada");
    let mut routes = 0;
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"];
            if body.is_null() {
                continue;
            }
            routes += 1;
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let path = path.replace("{id}", &uuid::Uuid::now_v7().to_string());
            for (media, bytes, status) in [
                ("text/plain", b"{}".to_vec(), 415),
                ("application/json", b"{".to_vec(), 400),
                ("application/json", vec![b' '; 1_000_001], 413),
            ] {
                let request = ada.request(method.clone(), path.trim_start_matches('/'));
                let request = request.header("content-type", media).body(bytes);
                ada.send(request).await.expect(status);
            }
        }
    }
    assert_eq!(
        routes, 25,
        "sign-in, three of tickets, three of complaints, seven of the relationship, six of surveys, two of approvals, three of the catalogue"
    );
    world.server.end().await;
}

fn references_lead_somewhere(document: &Value, value: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get("$ref") {
                let pointer = target.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{target}");
            }
            map.values()
                .for_each(|value| references_lead_somewhere(document, value));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| references_lead_somewhere(document, value)),
        _ => {}
    }
}

/// The schemas of records name just the fields that are sent.
#[tokio::test(flavor = "multi_thread")]
async fn records_have_the_fields_of_their_schemas() {
    let world = World::new().await;
    let anna = world.user("anna");
    let ticket = anna.file("for the schema").await;
    let id = ticket["id"].as_str().unwrap();
    let comment = anna.say(id, "words").await;
    let document = anna.get("api/openapi.json").await.body;
    let own = anna.get(&format!("api/v1/users/{}", anna.id)).await.body;
    let service = anna
        .get(&format!("api/v1/services/{}", world.ids["for all"]))
        .await
        .body;
    let form = anna
        .get(&format!("api/v1/forms/{}", world.ids["form for all"]))
        .await
        .body;
    let news = anna
        .get(&format!(
            "api/v1/announcements/{}",
            world.ids["news for all"]
        ))
        .await
        .body;
    for (schema, record) in [
        ("Ticket", &ticket),
        ("Comment", &comment),
        ("User", &own),
        ("Service", &service),
        ("Form", &form),
        ("Announcement", &news),
    ] {
        let mut fields = BTreeSet::new();
        collect(
            &document,
            &document["components"]["schemas"][schema],
            &mut fields,
        );
        for field in record.as_object().unwrap().keys() {
            assert!(
                fields.contains(field),
                "{schema} has no {field}: {fields:?}"
            );
        }
    }
    world.server.end().await;
}

fn collect(document: &Value, schema: &Value, fields: &mut BTreeSet<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        collect(document, document.pointer(&target[1..]).unwrap(), fields);
    }
    if let Some(properties) = schema["properties"].as_object() {
        fields.extend(properties.keys().cloned());
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(document, part, fields);
    }
}
