//! The closed lists of words that this API knows: the domain's own, described in the API's schema.

use utoipa::PartialSchema;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

macro_rules! words {
    ($($name:ident: $what:literal;)+) => {
        $(
            #[doc = $what]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    let known = rapport_domain::$name::KNOWN.iter().map(|word| word.as_str());
                    let one = ObjectBuilder::new().schema_type(Type::String);
                    let one = one.enum_values(Some(known)).description(Some($what));
                    Schema::from(one.build()).into()
                }
            }

            impl ToSchema for $name {}
        )+
    };
}

words! {
    Role: "What a person may do.";
    TicketKind: "What a ticket is.";
    TicketState: "Where a ticket stands (TMF621).";
    Impact: "Whom a ticket hinders.";
    Urgency: "How long a ticket can wait.";
    Priority: "In which order tickets are worked on.";
    Severity: "How much a piece of news matters.";
    Lifecycle: "Where a service stands in its life.";
}
