//! The agenda: points with what the figures say, taken from what this device knows at that moment.

use crate::features::shared::{Desk, DraftForm, satisfaction_words};
use crate::i18n::{Msg, fmt, t, tf};
use crate::signals::{derived, memo};
use crate::ui::{Button, IconButton, TextAreaField, TextField, each};
use crate::web::clock;
use leptos::prelude::*;
use rapport_domain::relationship::AgendaItem;
use rapport_domain::{CustomerId, Plain};

/// The field of the draft.
pub const AGENDA: &str = "agenda";

/// The points that stand in the form.
pub fn items(form: &DraftForm) -> Vec<AgendaItem> {
    Vec::<AgendaItem>::take(Some(&form.value(AGENDA))).unwrap_or_default()
}

/// The points, each with its figures, and a button that fills in those of now.
#[component]
pub fn Agenda(form: DraftForm, customer: CustomerId) -> impl IntoView {
    let desk = Desk::follow();
    let read = form.clone();
    let all = memo(move || items(&read));
    let put = {
        let form = form.clone();
        Callback::new(move |items: Vec<AgendaItem>| form.set(AGENDA, items.put()))
    };
    let add = Callback::new(move |()| {
        let mut items = all.get_untracked();
        items.push(AgendaItem {
            title: String::new(),
            facts: String::new(),
        });
        put.run(items);
    });
    let fill = Callback::new(move |()| {
        let fresh = untrack(|| from_figures(desk, customer));
        let as_of = untrack(|| tf(Msg::review_as_of, &[("time", "")]));
        put.run(merged(all.get_untracked(), fresh, as_of.trim()));
    });
    let places = move || (0..all.with(Vec::len)).collect::<Vec<_>>();
    let one = move |at: usize| view! { <Item at all put/> }.into_any();
    view! {
        <fieldset class="field stack">
            <legend>{move || t(Msg::review_agenda)}</legend>
            <ol class="plain-list stack">{each(places, |at| *at, one)}</ol>
            <div class="head">
                <Button label=move || t(Msg::review_fill) on_press=fill/>
                <Button label=move || t(Msg::review_add_point) icon="plus" on_press=add/>
            </div>
        </fieldset>
    }
}

#[component]
fn Item(at: usize, all: Memo<Vec<AgendaItem>>, put: Callback<Vec<AgendaItem>>) -> impl IntoView {
    let number = fmt::number(u32::try_from(at + 1).unwrap_or_default().into());
    let (named, factual, gone) = (number.clone(), number.clone(), number);
    let change = move |change: &dyn Fn(&mut AgendaItem)| {
        let mut items = all.get_untracked();
        if let Some(item) = items.get_mut(at) {
            change(item);
        }
        put.run(items);
    };
    let shown = move |read: fn(&AgendaItem) -> String| {
        derived(move || all.with(|all| all.get(at).map(read).unwrap_or_default()))
    };
    view! {
        <li class="rule stack">
            <div class="option-line">
                <TextField
                    label=derived(move || tf(Msg::review_point, &[("number", &named)]))
                    value=shown(|item| item.title.clone())
                    on_input=Callback::new(move |words: String| {
                        change(&|item| item.title.clone_from(&words));
                    })
                    required=true
                />
                <IconButton
                    label=derived(move || tf(Msg::review_remove_point, &[("number", &gone)]))
                    icon="close"
                    on_press=Callback::new(move |()| {
                        let mut items = all.get_untracked();
                        if at < items.len() {
                            items.remove(at);
                        }
                        put.run(items);
                    })
                />
            </div>
            <TextAreaField
                label=derived(move || tf(Msg::review_facts, &[("number", &factual)]))
                value=shown(|item| item.facts.clone())
                on_input=Callback::new(move |words: String| {
                    change(&|item| item.facts.clone_from(&words));
                })
            />
        </li>
    }
}

/// The points with fresh figures: those of the same title get them below what somebody wrote there, others
/// come after, and what somebody has added himself stays. Figures of an earlier time make room: they end
/// with the line that says of when they are.
fn merged(mut items: Vec<AgendaItem>, fresh: Vec<AgendaItem>, as_of: &str) -> Vec<AgendaItem> {
    items.retain(|item| !(item.title.is_empty() && item.facts.is_empty()));
    for new in fresh {
        match items.iter_mut().find(|item| item.title == new.title) {
            Some(item) => item.facts = refreshed(&item.facts, new.facts, as_of),
            None => items.push(new),
        }
    }
    items
}

/// The new figures above what was written below the old ones, which end with the line that begins with
/// `as_of`; above everything where there were none.
fn refreshed(before: &str, figures: String, as_of: &str) -> String {
    let mut lines = before.lines();
    let had_figures = lines.any(|line| !as_of.is_empty() && line.starts_with(as_of));
    let own = match had_figures {
        true => lines.collect::<Vec<_>>().join("\n"),
        false => before.to_owned(),
    };
    match own.trim() {
        "" => figures,
        own => format!("{figures}\n{own}"),
    }
}

/// What the figures of this device say now, point by point.
fn from_figures(desk: Desk, customer: CustomerId) -> Vec<AgendaItem> {
    let standing = desk.standing(customer);
    let count = |count: usize| fmt::number(u32::try_from(count).unwrap_or(u32::MAX).into());
    let as_of = tf(
        Msg::review_as_of,
        &[("time", &fmt::date_time(clock::now()))],
    );
    let item = |title: Msg, facts: String| AgendaItem {
        title: t(title),
        facts: format!("{facts}\n{as_of}"),
    };
    let satisfaction = standing
        .satisfaction
        .as_ref()
        .map_or_else(|| t(Msg::standing_no_score), satisfaction_words);
    vec![
        item(
            Msg::nav_tickets,
            tf(Msg::standing_tickets, &[("open", &count(standing.tickets))]),
        ),
        item(
            Msg::complaints_title,
            tf(
                Msg::standing_complaints,
                &[
                    ("open", &count(standing.complaints)),
                    ("late", &count(standing.overdue)),
                ],
            ),
        ),
        item(Msg::review_satisfaction, satisfaction),
        item(
            Msg::actions_title,
            tf(
                Msg::standing_actions,
                &[
                    ("open", &count(standing.actions)),
                    ("late", &count(standing.late_actions)),
                ],
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(title: &str, facts: &str) -> AgendaItem {
        AgendaItem {
            title: title.into(),
            facts: facts.into(),
        }
    }

    #[test]
    fn fresh_figures_replace_old_ones_and_leave_what_was_added() {
        let before = vec![
            item("Tickets", "9 open\nAs of noon\nMia asks why"),
            item("Actions", "Ask Ben"),
            item("", ""),
            item("Parking", "full"),
        ];
        let after = merged(
            before,
            vec![
                item("Tickets", "3 open\nAs of one"),
                item("Actions", "1\nAs of one"),
                item("Reviews", "2"),
            ],
            "As of",
        );
        assert_eq!(
            after,
            [
                item("Tickets", "3 open\nAs of one\nMia asks why"),
                item("Actions", "1\nAs of one\nAsk Ben"),
                item("Parking", "full"),
                item("Reviews", "2")
            ]
        );
    }
}
