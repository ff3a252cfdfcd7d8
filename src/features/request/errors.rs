//! What is wrong with a form, above it: each line leads to its field.

use super::filing::{FOR_WHOM, IMPACT, URGENCY};
use super::general_form::{KIND, SERVICE};
use super::sheet::{Sheet, field_id};
use crate::features::shared::explain::{self, Given};
use crate::i18n::{Msg, t, text, tn};
use crate::signals::memo;
use crate::ui::each;
use crate::web::dom;
use leptos::prelude::*;
use rapport_domain::{FieldKind, Invalid, RequestForm};

/// The id of the summary, which takes the focus after a vain attempt to send.
pub const SUMMARY: &str = "request-errors";

/// What is wrong, as links; nothing while `shown` is false or nothing is.
#[component]
pub fn ErrorSummary(sheet: Sheet, #[prop(into)] shown: Signal<bool>) -> impl IntoView {
    let form = sheet.form;
    let wrong = memo(move || sheet.wrong());
    let lines = move || {
        form.with(|form| {
            wrong.with(|wrong| {
                wrong
                    .iter()
                    .map(|invalid| line(form, invalid))
                    .collect::<Vec<_>>()
            })
        })
    };
    let one = |(field, words): (String, String)| {
        let id = field_id(&field);
        let href = format!("#{id}");
        let go = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            dom::focus(&id);
        };
        view! {
            <li>
                <a href=href on:click=go>
                    {words}
                </a>
            </li>
        }
    };
    move || {
        (shown.get() && !wrong.with(Vec::is_empty)).then(|| {
            view! {
                <div id=SUMMARY class="note error-summary" data-s="bad" tabindex="-1" role="alert">
                    <div class="note-words">
                        <strong>
                            {move || tn(Msg::request_errors, wrong.with(Vec::len) as u64)}
                        </strong>
                        <ul>
                            {each(lines, Clone::clone, one)}
                        </ul>
                    </div>
                </div>
            }
        })
    }
}

/// A question with what is wrong about its answer.
fn line(form: &RequestForm, invalid: &Invalid) -> (String, String) {
    let field = form.fields.iter().find(|field| field.key == invalid.field);
    let label = match (field, invalid.field.as_str()) {
        (Some(field), _) => text(&field.label),
        (None, IMPACT) => t(Msg::request_impact),
        (None, URGENCY) => t(Msg::request_urgency),
        (None, FOR_WHOM) => t(Msg::request_for_whom),
        (None, KIND) => t(Msg::general_kind),
        (None, SERVICE) => t(Msg::general_service),
        (None, other) => other.to_owned(),
    };
    let given = match field.map(|field| &field.kind) {
        Some(
            FieldKind::Text { .. }
            | FieldKind::LongText { .. }
            | FieldKind::Number { .. }
            | FieldKind::Date { .. }
            | FieldKind::Other(_),
        ) => Given::Written,
        Some(FieldKind::File { .. }) => Given::Added,
        Some(FieldKind::Choice { .. } | FieldKind::MultiChoice { .. } | FieldKind::YesNo)
        | None => Given::Chosen,
    };
    let reason = explain::reason(&invalid.reason, given);
    // A question has its mark already.
    let between = if label.ends_with(['?', '？', '؟', ':']) {
        " "
    } else {
        ": "
    };
    (invalid.field.clone(), format!("{label}{between}{reason}"))
}
