//! Writing one question: its words, what can be chosen, and where answers lead.

use super::edit::{reworded, wording_in};
use super::wording;
use crate::features::shared::explain::{self, Given};
use crate::i18n::{Msg, fmt, t, text, tf};
use crate::live;
use crate::signals::{derived, memo};
use crate::ui::{
    Button, CheckboxesField, Choice, IconButton, NumberField, SelectField, SwitchField, TextField,
    each,
};
use crate::web::dom;
use leptos::prelude::*;
use rapport_domain::form::Choice as Offered;
use rapport_domain::survey::Skip;
use rapport_domain::{Invalid, Question, QuestionKind, Reason, Text};

/// What a question's end is called among the places that answers can lead to; no key is.
const END: &str = "/";

/// A new question of that kind, with a key that none of the others has.
pub fn empty(others: &[Question], kind: QuestionKind) -> Question {
    let choices = |prefix: &str, count: usize| {
        let each = (1..=count).map(|at| Offered {
            value: format!("{prefix}{at}"),
            label: Text::default(),
        });
        each.collect::<Vec<_>>()
    };
    let key = free("q", others.iter().map(|one| one.key.as_str()));
    Question {
        options: choices("o", if kind.has_options() { 2 } else { 0 }),
        rows: choices("r", usize::from(kind == QuestionKind::Matrix)),
        ..Question::new(key, kind)
    }
}

/// The first name of that prefix that is not taken.
fn free<'a>(prefix: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut number = 1_u32;
    loop {
        let name = format!("{prefix}{number}");
        if !taken.clone().any(|other| other == name) {
            return name;
        }
        number += 1;
    }
}

/// What every part of the editor needs: the questions, which of them it is, how to write them back.
#[derive(Clone, Copy)]
struct Writing {
    at: usize,
    all: Memo<Vec<Question>>,
    language: RwSignal<String>,
    put: Callback<Vec<Question>>,
}

impl Writing {
    fn with<T: Default>(self, read: impl FnOnce(&Question) -> T) -> T {
        self.all
            .with(|all| all.get(self.at).map(read).unwrap_or_default())
    }

    fn change(self, change: impl FnOnce(&mut Question)) {
        let mut all = self.all.get_untracked();
        if let Some(question) = all.get_mut(self.at) {
            change(question);
        }
        self.put.run(all);
    }
}

/// The rows are made anew when one moves: the focus goes to a button of the one at that place.
fn lead_to(place: usize, button: u32) {
    let row = place + 1;
    live::task(async move {
        dom::focus_first(&format!(
            ".question-editor:nth-child({row}) .question-head button:nth-of-type({button})"
        ));
    });
}

/// The editor of one question.
#[component]
pub fn EditQuestion(
    at: usize,
    all: Memo<Vec<Question>>,
    found: Memo<Vec<Invalid>>,
    language: RwSignal<String>,
    put: Callback<Vec<Question>>,
) -> impl IntoView {
    let writing = Writing {
        at,
        all,
        language,
        put,
    };
    let kind = untrack(|| writing.with(|q| Some(q.kind.clone()))).unwrap_or(QuestionKind::Text);
    let number = fmt::number(u32::try_from(at + 1).unwrap_or_default().into());
    let (up, down, gone) = (number.clone(), number.clone(), number.clone());
    let swap = move |other: usize| {
        let mut questions = all.get_untracked();
        if at < questions.len() && other < questions.len() {
            questions.swap(at, other);
            put.run(questions);
            lead_to(other, if other < at { 1 } else { 2 });
        }
    };
    let remove = Callback::new(move |()| {
        let mut questions = all.get_untracked();
        if at < questions.len() {
            questions.remove(at);
        }
        let next = at.min(questions.len().saturating_sub(1));
        put.run(questions);
        lead_to(next, 3);
    });
    let faults = move || {
        let all = all.get();
        let key = all.get(at).map(|q| q.key.clone()).unwrap_or_default();
        let mine = found.get().into_iter().filter(|one| {
            let rest = one.field.strip_prefix("questions/");
            rest.is_some_and(|rest| rest == key || rest.starts_with(&format!("{key}/")))
        });
        mine.map(|one| view! { <li>{fault(&one, &key, &all)}</li> })
            .collect_view()
    };
    view! {
        <li class="card stack question-editor">
            <div class="head question-head">
                <h3>{number} ". " {wording::kind(&kind)}</h3>
                <span class="end"></span>
                <IconButton
                    label=derived(move || tf(Msg::question_up, &[("number", &up)]))
                    icon="up"
                    on_press=Callback::new(move |()| swap(at.wrapping_sub(1)))
                />
                <IconButton
                    label=derived(move || tf(Msg::question_down, &[("number", &down)]))
                    icon="down"
                    on_press=Callback::new(move |()| swap(at + 1))
                />
                <IconButton
                    label=derived(move || tf(Msg::question_remove, &[("number", &gone)]))
                    icon="close"
                    on_press=remove
                />
            </div>
            <TextField
                label=move || t(Msg::question_label)
                value=derived(move || writing.with(|q| wording_in(&q.label, &language.get())))
                on_input=Callback::new(move |words: String| writing.change(|q| {
                    q.label = reworded(q.label.clone(), &language.get_untracked(), words);
                }))
                required=true
            />
            <TextField
                label=move || t(Msg::question_help)
                value=derived(move || writing.with(|q| {
                    q.help.as_ref().map(|help| wording_in(help, &language.get())).unwrap_or_default()
                }))
                on_input=Callback::new(move |words: String| writing.change(|q| {
                    let help = q.help.clone().unwrap_or_default();
                    let help = reworded(help, &language.get_untracked(), words);
                    q.help = (help != Text::default()).then_some(help);
                }))
            />
            <SwitchField
                label=move || t(Msg::question_required)
                checked=derived(move || writing.with(|q| q.required))
                on_change=Callback::new(move |on| writing.change(|q| q.required = on))
            />
            {kind
                .has_options()
                .then(|| view! { <Options writing rows=false/> })}
            {(kind == QuestionKind::Matrix).then(|| view! { <Options writing rows=true/> })}
            {kind.has_limits().then(|| view! { <Limits writing/> })}
            <Skips writing/>
            <ul class="err plain-list" aria-live="polite">{faults}</ul>
        </li>
    }
}

/// A fault of a question in words; questions are called by what they ask.
fn fault(one: &Invalid, key: &str, all: &[Question]) -> String {
    let name = |key: &String| {
        let found = all.iter().find(|question| question.key == *key);
        found.map_or_else(|| key.clone(), |question| text(&question.label))
    };
    let reason = match &one.reason {
        Reason::UnknownTarget { to } => Reason::UnknownTarget { to: name(to) },
        Reason::NotLater { to } => Reason::NotLater { to: name(to) },
        other => other.clone(),
    };
    let part = one.field.strip_prefix(&format!("questions/{key}/"));
    let place = match part.unwrap_or_default().split('/').next() {
        Some("label") => t(Msg::question_label),
        Some("options") => t(Msg::question_options),
        Some("rows") => t(Msg::question_rows),
        Some("min" | "max") => t(Msg::question_limits),
        Some("skips") => t(Msg::question_skips),
        _ => String::new(),
    };
    let words = explain::reason(&reason, Given::Written);
    match place.is_empty() {
        true => words,
        false => format!("{place}: {words}"),
    }
}

/// A change of what a question offers.
type Change = Box<dyn FnOnce(&mut Vec<Offered>)>;

/// The options of a question, or the rows of a matrix.
#[component]
fn Options(writing: Writing, rows: bool) -> impl IntoView {
    let of = move |question: &Question| match rows {
        true => question.rows.clone(),
        false => question.options.clone(),
    };
    let change = move |change: Change| {
        writing.change(|question| {
            change(match rows {
                true => &mut question.rows,
                false => &mut question.options,
            });
        });
    };
    let offered = memo(move || writing.with(of));
    let title = if rows {
        Msg::row_name
    } else {
        Msg::option_name
    };
    let one = move |(at, value): (usize, String)| {
        let place = fmt::number(u32::try_from(at + 1).unwrap_or_default().into());
        let (named, gone) = (place.clone(), place);
        let shown = value.clone();
        view! {
            <li class="option-line">
                <TextField
                    label=derived(move || tf(title, &[("number", &named)]))
                    value=derived(move || {
                        let language = writing.language.get();
                        offered.with(|all| {
                            let found = all.iter().find(|one| one.value == shown);
                            found.map(|one| wording_in(&one.label, &language)).unwrap_or_default()
                        })
                    })
                    on_input=Callback::new(move |words: String| {
                        change(Box::new(move |all| {
                            if let Some(one) = all.get_mut(at) {
                                let language = writing.language.get_untracked();
                                one.label = reworded(one.label.clone(), &language, words);
                            }
                        }));
                    })
                    required=true
                />
                <IconButton
                    label=derived(move || tf(Msg::option_remove, &[("number", &gone)]))
                    icon="close"
                    on_press=Callback::new(move |()| {
                        change(Box::new(move |all| {
                            if at < all.len() {
                                all.remove(at);
                            }
                        }));
                    })
                />
            </li>
        }
        .into_any()
    };
    let listed = move || {
        let all = offered.get().into_iter().map(|one| one.value);
        all.enumerate().collect::<Vec<_>>()
    };
    let add = Callback::new(move |()| {
        change(Box::new(move |all| {
            let value = free(
                if rows { "r" } else { "o" },
                all.iter().map(|one| one.value.as_str()),
            );
            all.push(Offered {
                value,
                label: Text::default(),
            });
        }));
    });
    view! {
        <ol class="plain-list stack">{each(listed, Clone::clone, one)}</ol>
        <p>
            <Button
                label=move || t(if rows { Msg::row_add } else { Msg::option_add })
                icon="plus"
                on_press=add
            />
        </p>
    }
}

/// A limit as it is typed. What is no number is none, and stays in the field until it is left.
fn limit(
    label: Msg,
    value: Signal<Option<f64>>,
    set: impl Fn(Option<f64>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let typed = RwSignal::new(None::<String>);
    let shown = derived(move || match typed.get() {
        Some(words) => words,
        None => value
            .get()
            .map_or_else(String::new, |n| fmt::signs().write(n)),
    });
    view! {
        <NumberField
            label=move || t(label)
            value=shown
            on_input=Callback::new(move |words: String| {
                set(untrack(fmt::signs).read(&words, false));
                typed.set(Some(words));
            })
            on_leave=Callback::new(move |()| typed.set(None))
        />
    }
    .into_any()
}

#[component]
fn Limits(writing: Writing) -> impl IntoView {
    let least = derived(move || writing.with(|q| q.min));
    let most = derived(move || writing.with(|q| q.max));
    view! {
        {limit(Msg::question_least, least, move |n| writing.change(|q| q.min = n))}
        {limit(Msg::question_most, most, move |n| writing.change(|q| q.max = n))}
    }
}

/// Where answers lead.
#[component]
fn Skips(writing: Writing) -> impl IntoView {
    let count = memo(move || writing.with(|q| q.skips.len()));
    let add = Callback::new(move |()| writing.change(|q| q.skips.push(Skip::default())));
    let one = move |nth: usize| view! { <EditSkip writing nth/> }.into_any();
    view! {
        <ul class="plain-list stack">
            {each(move || (0..count.get()).collect(), |nth| *nth, one)}
        </ul>
        <p>
            <Button label=move || t(Msg::skip_add) icon="plus" on_press=add/>
        </p>
    }
}

#[component]
fn EditSkip(writing: Writing, nth: usize) -> impl IntoView {
    let skip = memo(move || {
        writing
            .with(|q| q.skips.get(nth).cloned())
            .unwrap_or_default()
    });
    let change = move |change: &dyn Fn(&mut Skip)| {
        writing.change(|q| {
            if let Some(skip) = q.skips.get_mut(nth) {
                change(skip);
            }
        });
    };
    let kind = untrack(|| writing.with(|q| Some(q.kind.clone()))).unwrap_or(QuestionKind::Text);
    let condition = if kind.is_numeric() {
        let least = derived(move || skip.with(|skip| skip.min));
        let most = derived(move || skip.with(|skip| skip.max));
        view! {
            {limit(Msg::skip_at_least, least, move |n| change(&|skip: &mut Skip| skip.min = n))}
            {limit(Msg::skip_at_most, most, move |n| change(&|skip: &mut Skip| skip.max = n))}
        }
        .into_any()
    } else if kind.decides() {
        let options = derived(move || {
            writing.with(|q| {
                let each = q.values().into_iter().map(|value| Choice {
                    value: value.to_owned(),
                    label: wording::option(q, value),
                });
                each.collect::<Vec<_>>()
            })
        });
        view! {
            <CheckboxesField
                label=move || t(Msg::skip_if)
                choices=options
                values=derived(move || skip.with(|skip| skip.is.clone()))
                on_change=Callback::new(move |values: Vec<String>| {
                    change(&|skip: &mut Skip| skip.is.clone_from(&values));
                })
            />
        }
        .into_any()
    } else {
        view! { <p class="quiet">{move || t(Msg::skip_always)}</p> }.into_any()
    };
    let targets = derived(move || {
        let all = writing.all.get();
        let later = all.iter().enumerate().skip(writing.at + 1);
        let later = later.map(|(at, question)| Choice {
            value: question.key.clone(),
            label: format!("{}. {}", at + 1, text(&question.label)),
        });
        let end = Choice {
            value: END.to_owned(),
            label: t(Msg::skip_end),
        };
        later.chain([end]).collect::<Vec<_>>()
    });
    view! {
        <li class="rule stack">
            {condition}
            <SelectField
                label=move || t(Msg::skip_to)
                choices=targets
                value=derived(move || skip.with(|skip| skip.to.clone()).unwrap_or_else(|| END.to_owned()))
                on_change=Callback::new(move |to: String| {
                    change(&|skip: &mut Skip| skip.to = Some(to.clone()).filter(|to| to != END));
                })
                required=true
            />
            <p>
                <Button
                    label=move || t(Msg::skip_remove)
                    on_press=Callback::new(move |()| writing.change(|q| {
                        if nth < q.skips.len() {
                            q.skips.remove(nth);
                        }
                    }))
                />
            </p>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::survey::check;

    #[test]
    fn a_new_question_has_a_key_of_its_own_and_only_lacks_words() {
        let mut all = Vec::new();
        for kind in QuestionKind::KNOWN {
            let one = empty(&all, kind.clone());
            assert!(all.iter().all(|other: &Question| other.key != one.key));
            all.push(one);
        }
        all.remove(3);
        assert_eq!(empty(&all, QuestionKind::Csat).key, "q4");
        for found in check::questionnaire(&all) {
            assert!(found.field.ends_with("/label"), "{found:?}");
        }
    }
}
