//! Writing a review: planning it, its minutes, who was there, what was decided, and sharing it.

use super::Known;
use super::agenda::{AGENDA, Agenda, items};
use crate::features::shared::{DraftForm, DraftKey, review_state};
use crate::i18n::Msg;
use crate::signals::derived;
use crate::ui::Choice;
use leptos::prelude::*;
use rapport_domain::plain::Fields;
use rapport_domain::relationship::{AgendaItem, Attendee, Party};
use rapport_domain::{
    Date, Entity, Kind, Plain, RecordEdit, RecordKey, Review, ReviewId, ReviewState, Typed,
};
use serde_json::Value;

const TITLE: &str = "title";
const PLANNED: &str = "planned_on";
const HELD: &str = "held_on";
const STATE: &str = "state";
/// Under the name by which the domain finds fault with either side.
const OURS: &str = "attendance";
const THEIRS: &str = "attendance_customer";
const MINUTES: &str = "minutes";
const DECISIONS: &str = "decisions";

/// The form.
#[component]
pub fn WriteReview(id: ReviewId, review: Known) -> impl IntoView {
    let Some(before) = review.get_untracked() else {
        return ().into_any();
    };
    let customer = before.customer;
    let place = DraftKey::Change(RecordKey {
        kind: Kind::Review,
        id: id.0,
    });
    let form = DraftForm::of(place, review, given, TITLE);
    let states = derived(|| {
        let open = ReviewState::KNOWN.iter();
        let open = open.filter(|one| **one != ReviewState::Signed);
        let each = open.map(|one| Choice {
            value: one.to_string(),
            label: review_state(one),
        });
        each.collect::<Vec<_>>()
    });
    let fields = view! {
        {form.line(TITLE, Msg::review_title, None, true)}
        {form.day(PLANNED, Msg::review_planned, None, true)}
        <Agenda form=form.clone() customer/>
        {form.day(HELD, Msg::review_held, Some(Msg::review_held_hint), false)}
        {form.lines(OURS, Msg::review_ours, Some(Msg::review_line_each), false)}
        {form.lines(THEIRS, Msg::review_theirs, Some(Msg::review_line_each), false)}
        {form.lines(MINUTES, Msg::review_minutes, None, false)}
        {form.lines(DECISIONS, Msg::review_decisions, Some(Msg::review_decision_each), false)}
        {form.radio(STATE, Msg::review_state, Some(Msg::review_state_hint), states)}
    };
    let sending = form.clone();
    let send = Callback::new(move |()| {
        let Some(before) = review.get_untracked() else {
            return;
        };
        let before = sending.base(before);
        let mut after = before.clone();
        untrack(|| wanted(&mut after, &sending));
        let edit = RecordEdit::of(&before, |review| *review = after.clone());
        let entity = Entity::Record(before.to_record());
        sending.send(
            after.problems(),
            move |portal, draft| async move { portal.edit(&entity, edit, Some(&draft)).await },
            Msg::record_saved,
            Callback::new(|()| {}),
        );
    });
    form.frame(fields.into_any(), form.end(Msg::save, None), send)
}

fn names(review: &Review, side: &Party) -> Value {
    let there = review.attendance.iter().filter(|one| one.side == *side);
    let names: Vec<&str> = there.map(|one| one.name.as_str()).collect();
    Value::from(names.join("\n"))
}

fn given(review: &Review) -> Fields {
    Fields::from_iter([
        (TITLE.to_owned(), review.title.put()),
        (PLANNED.to_owned(), review.planned_on.put()),
        (HELD.to_owned(), review.held_on.put()),
        (STATE.to_owned(), review.state.put()),
        (AGENDA.to_owned(), review.agenda.put()),
        (OURS.to_owned(), names(review, &Party::Provider)),
        (THEIRS.to_owned(), names(review, &Party::Customer)),
        (MINUTES.to_owned(), review.minutes.put()),
        (
            DECISIONS.to_owned(),
            Value::from(review.decisions.join("\n")),
        ),
    ])
}

/// One entry a line; empty lines are none.
fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    let each = text.lines().map(str::trim);
    each.filter(|line| !line.is_empty()).map(str::to_owned)
}

/// The review as the form wants it.
fn wanted(review: &mut Review, form: &DraftForm) {
    form.text(TITLE).trim().clone_into(&mut review.title);
    review.planned_on = Date::parse(&form.text(PLANNED));
    review.held_on = Date::parse(&form.text(HELD));
    review.state = ReviewState::from(form.text(STATE).as_str());
    review.agenda = items(form);
    let is_empty = |item: &AgendaItem| item.title.trim().is_empty() && item.facts.trim().is_empty();
    review.agenda.retain(|item| !is_empty(item));
    review.attendance = attendance(&form.text(OURS), &form.text(THEIRS));
    form.text(MINUTES).trim().clone_into(&mut review.minutes);
    review.decisions = lines(&form.text(DECISIONS)).collect();
}

fn attendance(ours: &str, theirs: &str) -> Vec<Attendee> {
    let of = |text: &str, side: &Party| {
        let each = lines(text).map(|name| Attendee {
            name,
            side: side.clone(),
        });
        each.collect::<Vec<_>>()
    };
    [of(ours, &Party::Provider), of(theirs, &Party::Customer)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_person_of_its_side() {
        let there = attendance("Ruth Ferreira\n\n Jonas Weber ", "Mia Lindqvist");
        let said: Vec<(&str, &str)> = there
            .iter()
            .map(|one| (one.name.as_str(), one.side.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                ("Ruth Ferreira", "provider"),
                ("Jonas Weber", "provider"),
                ("Mia Lindqvist", "customer")
            ]
        );
    }
}
