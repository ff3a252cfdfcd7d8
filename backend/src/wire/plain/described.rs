//! What the API's document says of records of the kinds that have a schema, made of the schema.

use super::{Form, MAX_LIST, has_history, own, wire_name};
use crate::wire::records::Meta;
use rapport_domain::Kind;
use rapport_domain::schema::{Field, Shape, Uses};
use rapport_domain::ticket::{DESCRIPTION_MAX, NOTE_MAX};
use utoipa::PartialSchema as _;
use utoipa::openapi::schema::{
    AdditionalProperties, AllOfBuilder, ArrayBuilder, KnownFormat, ObjectBuilder, OneOfBuilder,
    SchemaFormat, Type,
};
use utoipa::openapi::{RefOr, Schema};

/// The description of a record or of a request about one.
#[must_use]
pub fn described(kind: Kind, form: Option<Form>) -> RefOr<Schema> {
    let use_of = match form {
        Some(Form::New) => Uses::GIVEN,
        Some(Form::Patch) => Uses::EDITED,
        Some(Form::Whole) | None => Uses::NONE,
    };
    let fields = own(kind).iter().filter(|field| field.uses.has(use_of));
    let mut object = ObjectBuilder::new();
    for field in fields.clone() {
        object = object.property(wire_name(field), property(field, form == Some(Form::Patch)));
    }
    let needed = fields.filter(|field| field.needed && form != Some(Form::Patch));
    for field in needed {
        object = object.required(wire_name(field));
    }
    let closed = || Some(AdditionalProperties::FreeForm(false));
    match form {
        None => {
            let all = AllOfBuilder::new().item(Meta::schema()).item(object);
            Schema::from(all.build()).into()
        }
        Some(Form::Patch) => {
            let note = ObjectBuilder::new()
                .schema_type(one_of_types(Type::String))
                .max_length(Some(NOTE_MAX as usize))
                .description(Some("Why; goes into the history."));
            if has_history(kind) {
                object = object.property("note", note);
            }
            let object = object
                .property("said_at", at("When it was said."))
                .additional_properties(closed());
            Schema::from(object.build()).into()
        }
        Some(_) => {
            let id = string(KnownFormat::Uuid).description(Some("Its id, made by the client."));
            let object = object
                .property("id", id)
                .required("id")
                .property("said_at", at("When it was said, by the client's clock."))
                .required("said_at")
                .additional_properties(closed());
            Schema::from(object.build()).into()
        }
    }
}

fn one_of_types(one: Type) -> utoipa::openapi::schema::SchemaType {
    utoipa::openapi::schema::SchemaType::Array(vec![one, Type::Null])
}

fn string(format: KnownFormat) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(format)))
}

fn at(about: &str) -> ObjectBuilder {
    string(KnownFormat::DateTime).description(Some(about))
}

fn property(field: &Field, clearable: bool) -> RefOr<Schema> {
    let shape = shape(field.shape, field.about.trim());
    if !clearable {
        return shape;
    }
    let nothing = ObjectBuilder::new().schema_type(Type::Null);
    let either = OneOfBuilder::new().item(shape).item(nothing);
    Schema::from(either.build()).into()
}

fn object_of(fields: &[Field]) -> ObjectBuilder {
    let mut object = ObjectBuilder::new();
    for field in fields {
        object = object.property(wire_name(field), property(field, false));
        if field.needed {
            object = object.required(wire_name(field));
        }
    }
    object.additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

fn shape(shape: Shape, about: &str) -> RefOr<Schema> {
    let plain = |one: Type| ObjectBuilder::new().schema_type(one);
    let text = || plain(Type::String).max_length(Some(DESCRIPTION_MAX as usize));
    let object = match shape {
        Shape::Text => text(),
        Shape::Word(known) => plain(Type::String).enum_values(Some(known())),
        Shape::Localized => plain(Type::Object)
            .property("default", text())
            .required("default")
            .property(
                "by_language",
                plain(Type::Object).additional_properties(Some(AdditionalProperties::from(
                    RefOr::from(Schema::from(text().build())),
                ))),
            )
            .additional_properties(Some(AdditionalProperties::FreeForm(false))),
        Shape::Id(_) => string(KnownFormat::Uuid),
        Shape::Person => plain(Type::Object)
            .property("id", string(KnownFormat::Uuid))
            .property("name", text())
            .additional_properties(Some(AdditionalProperties::FreeForm(false))),
        Shape::Time => string(KnownFormat::DateTime),
        Shape::Day => string(KnownFormat::Date),
        Shape::Number => plain(Type::Number),
        Shape::Flag => plain(Type::Boolean),
        Shape::Answer => {
            ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::Array(vec![
                Type::String,
                Type::Number,
                Type::Boolean,
                Type::Array,
            ]))
        }
        Shape::List(element) => {
            let list = ArrayBuilder::new()
                .items(self::shape(*element, ""))
                .max_items(Some(MAX_LIST))
                .description(said(about));
            return Schema::from(list.build()).into();
        }
        Shape::Rows(fields) => {
            let list = ArrayBuilder::new()
                .items(object_of(fields))
                .max_items(Some(MAX_LIST))
                .description(said(about));
            return Schema::from(list.build()).into();
        }
    };
    Schema::from(object.description(said(about)).build()).into()
}

fn said(about: &str) -> Option<&str> {
    (!about.is_empty()).then_some(about)
}

/// Types that stand for the descriptions in the document.
macro_rules! described {
    ($($kind:ident: $new:ident, $patch:ident;)+) => {$(
        described!(@one $kind, $kind, None, "A record as it is.");
        described!(@one $new, $kind, Some(Form::New), "A new record.");
        described!(@one $patch, $kind, Some(Form::Patch), "A change (RFC 7396).");
    )+};
    (@one $name:ident, $kind:ident, $form:expr, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug)]
        pub struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                described(Kind::$kind, $form)
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

described! {
    Complaint: NewComplaint, ComplaintPatch;
    ComplaintNote: NewComplaintNote, ComplaintNotePatch;
    RelationshipManager: NewRelationshipManager, RelationshipManagerPatch;
    Contact: NewContact, ContactPatch;
    Interaction: NewInteraction, InteractionPatch;
    Action: NewAction, ActionPatch;
    Review: NewReview, ReviewPatch;
    Survey: NewSurvey, SurveyPatch;
    Invitation: NewInvitation, InvitationPatch;
    Response: NewResponse, ResponsePatch;
    AnonymousResponse: NewAnonymousResponse, AnonymousResponsePatch;
    SurveyResult: NewSurveyResult, SurveyResultPatch;
    Article: NewArticle, ArticlePatch;
    Agreement: NewAgreement, AgreementPatch;
    ServiceClock: NewServiceClock, ServiceClockPatch;
    Approval: NewApproval, ApprovalPatch;
}
