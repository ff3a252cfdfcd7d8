//! Refusals that kinds of routes have in common, for the API's description. A route lists the sets that
//! hold for it, and after them, in its own words, what one of the statuses means there.

use crate::problem::MEDIA_TYPE;
use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::{Content, Ref, RefOr, Response};

macro_rules! sets {
    ($($(#[$doc:meta])* $name:ident: $($status:literal $meaning:literal),+;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(($status, $meaning)),+].map(problem).into()
            }
        }
    )+};
}

sets! {
    /// Every route for those who are signed in.
    SignedIn: "401" "Not signed in",
        "5XX" "The server is at fault or too busy; with Retry-After, try again then";
    /// A route with a query.
    Query: "400" "The query cannot be read";
    /// A route about one record.
    Record: "404" "Not there, or not to be seen";
    /// A write with an Idempotency-Key.
    Writing: "400" "The request broke off, or its key cannot be used",
        "403" "Not allowed, or sent by another site",
        "409" "The key is in use",
        "413" "Too large",
        "422" "Fields need attention, or the key belongs to another request";
    /// A route that reads JSON.
    JsonBody: "400" "The request broke off, is not JSON, or its key cannot be used",
        "413" "Too large",
        "415" "The media type is not JSON";
    /// A change of one version of a record.
    Versioned: "412" "Changed meanwhile; `current` is how it is now",
        "428" "If-Match is missing";
}

fn problem((status, meaning): (&str, &str)) -> (String, RefOr<Response>) {
    let mut response = Response::new(meaning);
    let schema = Ref::from_schema_name("Problem");
    response
        .content
        .insert(MEDIA_TYPE.to_owned(), Content::new(Some(schema)).into());
    (status.to_owned(), response.into())
}
