//! Reading a whole profile. Everything that is wrong is found in one go.

use super::call::{Scope, call, read_headers, url, write};
use super::codecs::Codecs;
use super::document::{Checker, Node};
use super::error::ProfileError;
use super::lines::{Lines, scan};
use super::maps::read_map;
use super::origin::{Place, place};
use super::session::session;
use super::{
    Connection, DedupeRule, ErrorTable, Feed, Limits, Profile, Pull, Resource, error_table, keys,
};
use crate::hash::hash;
use crate::http::Method;
use crate::table::Table;
use crate::target;
use rapport_domain::Kind;
use serde_json::Value;

/// The version of the language that this build speaks.
const LANGUAGE: u64 = 1;
/// Most bytes of a profile.
const MAX_BYTES: usize = 1 << 20;
/// Bytes and rows of a reply, where the profile says nothing.
const LIMITS: Limits = Limits {
    reply_bytes: 32 << 20,
    rows: 10_000,
};

/// Reads and checks a profile.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file.
pub fn parse(json: &str) -> Result<Profile, Vec<ProfileError>> {
    if json.len() > MAX_BYTES {
        return Err(vec![ProfileError {
            path: String::new(),
            line: None,
            message: format!("is larger than {MAX_BYTES} bytes"),
            remedy: "a profile is a small document: is this the right file?".to_owned(),
        }]);
    }
    // Some editors write a byte order mark.
    let json = json.trim_start_matches('\u{feff}');
    let document: Value = serde_json::from_str(json).map_err(|error| {
        vec![ProfileError {
            path: String::new(),
            line: u32::try_from(error.line()).ok(),
            message: format!("is not JSON: {error}"),
            remedy: "correct the text there; JSON has no comments and no comma before } or ]"
                .to_owned(),
        }]
    })?;
    let mut check = Checker::default();
    let root = Node {
        value: &document,
        path: String::new(),
    };
    let profile = profile(&mut check, &root);
    let lines = scan(json);
    for path in &lines.twice {
        check.error_at(path, "is given twice", "keep one of them");
    }
    match profile {
        Some(profile) if check.errors.is_empty() => Ok(profile),
        _ => Err(in_order(check.errors, &lines)),
    }
}

/// Errors with their lines, in the order of the file.
fn in_order(errors: Vec<ProfileError>, lines: &Lines) -> Vec<ProfileError> {
    let mut sorted: Vec<ProfileError> = Vec::with_capacity(errors.len());
    for mut error in errors {
        error.line = lines.of.get(error.path.as_str()).copied();
        let place = sorted.partition_point(|other| other.line <= error.line);
        sorted.insert(place, error);
    }
    sorted
}

fn profile(check: &mut Checker, root: &Node<'_>) -> Option<Profile> {
    let complete = check.object(root, &keys::PROFILE).is_some();
    if !root.value.is_object() {
        return None;
    }
    if let Some(version) = root.get("profile")
        && version.value.as_u64() != Some(LANGUAGE)
    {
        check.error(
            &version,
            "this version of the language is not known here",
            &format!("write {LANGUAGE}"),
        );
    }
    let name = root.get("name").and_then(|name| check.text(&name));
    let codecs = Codecs::read(check, root);
    let (connection, places) = connection(check, root.get("connection"));
    let scope = Scope {
        base: &connection.base,
        places: &places,
        codecs: &codecs,
        variables: &[],
        fields: target::Sendable::all(&[]),
        read: None,
    };
    let session = root
        .get("auth")
        .and_then(|node| session(check, &node, &scope));
    let resources = root
        .get("resources")
        .map(|node| resources(check, &node, &scope))
        .unwrap_or_default();
    let pull = root
        .get("pull")
        .and_then(|node| feed(check, &node, &resources, &scope));
    if session.is_some() && !resources.is_empty() && resources.get(&Kind::User).is_none() {
        check.error_at(
            "/resources",
            "“user” is missing, which signing in needs",
            "add how a user is read",
        );
    }
    let hints = root.get("hints").and_then(|node| {
        check.object(&node, &keys::HINTS)?;
        check.choice(&node.get("kind")?, &["server_sent_events"])?;
        let url = url(check, &node.get("url")?, &scope, &[])?;
        Some(url.expand(|_| None))
    });
    let errors = match root.get("errors") {
        Some(node) => error_table::table(check, &node).unwrap_or_default(),
        None => ErrorTable::default(),
    };
    let uuids = match root.get("ids") {
        Some(node) => check.choice(&node, &["text", "uuid"]) == Some(1),
        None => false,
    };
    let dedupe = dedupe(check, root.get("dedupe"));
    let limits = limits(check, root.get("limits"));
    if !complete {
        return None;
    }
    let (auth, session) = session?;
    Some(Profile {
        name: name?.to_owned(),
        hash: hash(root.value),
        auth,
        session,
        uuids,
        dedupe,
        resources,
        pull: pull?,
        hints,
        errors,
        limits,
        connection,
    })
}

fn connection(check: &mut Checker, node: Option<Node<'_>>) -> (Connection, Vec<Place>) {
    let mut connection = Connection::default();
    let mut places = vec![Place::Portal];
    let Some(node) = node.filter(|node| check.object(node, &keys::CONNECTION).is_some()) else {
        return (connection, places);
    };
    if let Some(base) = node.get("base")
        && let Some(text) = check.text(&base)
    {
        let whole = text.is_empty() || text.ends_with('/');
        match place(text) {
            Ok(found) if whole && !text.contains(['{', '}', '?', '#']) => {
                places = vec![found];
                text.clone_into(&mut connection.base);
            }
            Ok(_) => check.error(
                &base,
                "is not a base for URLs",
                "write it with a “/” at the end and without “?”, “#” and braces",
            ),
            Err(message) => check.error(&base, &message, "write https://host/path/ or a path"),
        }
    }
    for origin in node.get("origins").iter().flat_map(Node::elements) {
        let Some(text) = check.text(&origin) else {
            continue;
        };
        match place(text) {
            Ok(Place::Origin(found)) if found == text => {
                connection.origins.push(found.clone());
                places.push(Place::Origin(found));
            }
            _ => check.error(
                &origin,
                &format!("“{text}” is not an origin"),
                "write scheme, host and port only, such as https://files.example.org",
            ),
        }
    }
    if let Some(headers) = node.get("headers") {
        connection.headers = read_headers(check, &headers, &[]);
    }
    (connection, places)
}

fn resources(check: &mut Checker, node: &Node<'_>, scope: &Scope<'_>) -> Table<Kind, Resource> {
    let words = Kind::ALL.map(Kind::as_str);
    let mut resources = Table::default();
    if !node.value.is_object() {
        check.error(
            node,
            "resources are an object",
            "write { \"ticket\": …, … }",
        );
    }
    for (name, node) in node.members() {
        let Some(kind) = Kind::parse(name) else {
            check.error(
                &node,
                &format!("there is no kind of record “{name}”"),
                &super::document::choose(name, &words),
            );
            continue;
        };
        if let Some(resource) = resource(check, &node, kind, scope) {
            resources.add(kind, resource);
        }
    }
    resources
}

fn resource(
    check: &mut Checker,
    node: &Node<'_>,
    kind: Kind,
    scope: &Scope<'_>,
) -> Option<Resource> {
    check.object(node, &keys::RESOURCE)?;
    let read = read_map(check, &node.get("read")?, target::of(kind), scope.codecs);
    let mut verb = |key: &str, fields: Option<target::Sendable>, method| {
        let node = node.get(key)?;
        let Some(fields) = fields else {
            check.error(
                &node,
                &format!("“{key}” is not done for this kind of record"),
                "leave it out",
            );
            return None;
        };
        let scope = Scope {
            variables: &["id", "record", "ticket", "version", "operation"],
            fields,
            read: Some(&read),
            ..*scope
        };
        write(check, &node, method, kind, &scope)
    };
    let create = verb("create", target::created(kind), Method::Post);
    let update = verb("update", target::updated(kind), Method::Patch);
    let mut only_files = |key: &str| {
        let node = node.get(key)?;
        if kind != Kind::Attachment {
            check.error(
                &node,
                &format!("“{key}” is for attachments"),
                "leave it out",
            );
            return None;
        }
        Some(node)
    };
    let download = only_files("download");
    let max_bytes = only_files("max_bytes");
    Some(Resource {
        create,
        update,
        download: download.and_then(|node| url(check, &node, scope, &["id", "name"])),
        max_bytes: max_bytes.and_then(|node| check.count(&node)),
        read,
    })
}

fn feed(
    check: &mut Checker,
    node: &Node<'_>,
    resources: &Table<Kind, Resource>,
    scope: &Scope<'_>,
) -> Option<Pull> {
    if let Some(kind) = node.get("kind") {
        check.choice(&kind, &["feed"])?;
    }
    check.object(node, &keys::FEED)?;
    let mut kinds = Table::default();
    let words = Kind::ALL.map(Kind::as_str);
    let types = node.get("types")?;
    if !types.value.is_object() {
        check.error(
            &types,
            "types are an object",
            "write { \"a type\": \"ticket\", … }",
        );
    }
    for (word, node) in types.members() {
        let Some(kind) = check.choice(&node, &words).and_then(|i| Kind::ALL.get(i)) else {
            continue;
        };
        if resources.get(kind).is_none() {
            check.error(
                &node,
                &format!("“{}” has no entry in “resources”", kind.as_str()),
                "say there how it is read, or leave out this type",
            );
        }
        kinds.add(word.clone(), *kind);
    }
    let scope = Scope {
        variables: &["since"],
        ..*scope
    };
    let call = call(check, node, Method::Get, &scope)?;
    if let Some((name, _)) = call.url.variables().find(|(_, optional)| !optional) {
        check.error(
            node,
            &format!("“{name}” is not known at the first pull"),
            &format!("write it in the query, as {{?{name}}} or {{&{name}}}"),
        );
    }
    let deleted = check.optional_pointer(node, "deleted");
    let id = check.optional_pointer(node, "id");
    if deleted.is_some() && id.is_none() {
        check.error(
            node,
            "what is gone is known by its id only",
            "add “id” with the place of the id in a change",
        );
    }
    Some(Pull::Feed(Feed {
        call,
        items: check.optional_pointer(node, "items")?,
        kind: check.optional_pointer(node, "type")?,
        kinds,
        record: check.optional_pointer(node, "record")?,
        id,
        deleted,
        cursor: check.optional_pointer(node, "cursor")?,
        more: check.optional_pointer(node, "more"),
    }))
}

fn dedupe(check: &mut Checker, node: Option<Node<'_>>) -> DedupeRule {
    let Some(node) = node.filter(|node| check.object(node, &keys::DEDUPE).is_some()) else {
        return DedupeRule::None;
    };
    let kind = node
        .get("kind")
        .and_then(|kind| check.choice(&kind, &["none", "key", "client_id"]));
    let header = node.get("header");
    match (kind, header) {
        (Some(1), header) => {
            let header = match &header {
                Some(node) => check.text(node).unwrap_or_default(),
                None => "Idempotency-Key",
            };
            DedupeRule::Key {
                header: header.to_owned(),
            }
        }
        (kind, Some(header)) => {
            check.error(
                &header,
                "“header” is for keys",
                "leave it out, or change “kind” to key",
            );
            if kind == Some(2) {
                DedupeRule::ClientId
            } else {
                DedupeRule::None
            }
        }
        (Some(2), None) => DedupeRule::ClientId,
        (_, None) => DedupeRule::None,
    }
}

fn limits(check: &mut Checker, node: Option<Node<'_>>) -> Limits {
    let mut limits = LIMITS;
    let Some(node) = node.filter(|node| check.object(node, &keys::LIMITS).is_some()) else {
        return limits;
    };
    if let Some(bytes) = node.get("reply_bytes")
        && let Some(bytes) = check.count(&bytes)
    {
        limits.reply_bytes = bytes;
    }
    if let Some(rows) = node.get("rows")
        && let Some(rows) = check.count(&rows)
    {
        limits.rows = rows;
    }
    limits
}
