//! The list of tickets: chips, search, newest first.

mod choice;

use crate::features::shared::{AsOf, FirstLoad, Heading, SearchWords, TicketRows};
use crate::i18n::{Msg, t, tf, tn};
use crate::live::{Portal, use_portal};
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{
    Button, ButtonKind, Chip, EmptyState, FilterChips, LinkButton, SearchInput, announce,
};
use choice::{Choice, STEP, Standing, Whose, files_own};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use rapport_domain::{CustomerId, Kind, User};
use rapport_store::columns::customer;
use rapport_store::{Query, QueryResult};

/// The list of tickets.
#[component]
pub fn TicketsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = memo(move || {
        query.with(|query| Choice {
            standing: Standing::parse(&query.get("filter").unwrap_or_default()),
            whose: Whose::parse(&query.get("whose").unwrap_or_default()),
            words: query.get("q").unwrap_or_default(),
        })
    });
    let navigate = use_navigate();
    let go = Callback::new(move |(wanted, replace): (Choice, bool)| {
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..paths::go()
        };
        navigate(&address(&wanted), options);
    });
    // Every choice is an address: it can be kept, sent and gone back to. Typing replaces it.
    let note = Callback::new(move |words| {
        let wanted = Choice {
            words,
            ..asked.get_untracked()
        };
        go.run((wanted, true));
    });
    let said = memo(move || asked.with(|asked| asked.words.clone()));
    let words = SearchWords::new(said, note);
    let choice = memo(move || Choice {
        words: words.get(),
        ..asked.get()
    });
    let choose = Callback::new(move |wanted: Choice| {
        words.settle();
        go.run((wanted, false));
    });
    view! {
        <div class="head page-head">
            <Heading title=move || t(Msg::tickets_title)/>
            <span class="end"></span>
            <LinkButton
                href=paths::services()
                label=move || t(Msg::new_request)
                kind=ButtonKind::Main
                icon="plus"
            />
        </div>
        <Chooser choice choose words/>
        <Found choice choose/>
    }
}

fn address(choice: &Choice) -> String {
    let parameters: Vec<String> = choice
        .parameters()
        .into_iter()
        .map(|(name, value)| format!("{name}={}", leptos_router::location::Url::escape(&value)))
        .collect();
    if parameters.is_empty() {
        paths::tickets()
    } else {
        format!("{}?{}", paths::tickets(), parameters.join("&"))
    }
}

/// Chips and search.
#[component]
fn Chooser(choice: Memo<Choice>, choose: Callback<Choice>, words: SearchWords) -> impl IntoView {
    let portal = use_portal();
    let me = portal.me();
    let own = files_own(&me);
    let standings = derived(move || {
        let chip = |standing: Standing| Chip {
            value: standing.as_str().to_owned(),
            label: standing_words(standing, own),
        };
        Standing::EACH.into_iter().map(chip).collect::<Vec<_>>()
    });
    let on_standing = Callback::new(move |word: String| {
        choose.run(Choice {
            standing: Standing::parse(&word),
            ..choice.get_untracked()
        });
    });
    view! {
        <div class="stack chooser" on:focusout=move |_| words.settle()>
            <SearchInput
                label=move || t(Msg::tickets_search)
                value=derived(move || words.get())
                on_input=Callback::new(move |text| words.typed(text))
            />
            <FilterChips
                label=move || t(Msg::tickets_filter)
                chips=standings
                chosen=derived(move || choice.with(|c| c.standing.as_str().to_owned()))
                on_choose=on_standing
            />
            <WhoseChips choice choose me/>
        </div>
    }
}

fn standing_words(standing: Standing, own: bool) -> String {
    t(match standing {
        Standing::Open => Msg::tickets_open,
        Standing::Waiting if own => Msg::tickets_waiting,
        Standing::Waiting => Msg::tickets_waiting_customer,
        Standing::Closed => Msg::tickets_closed,
        Standing::All => Msg::tickets_all,
    })
}

/// Whose tickets, for those who see more than their own.
#[component]
fn WhoseChips(choice: Memo<Choice>, choose: Callback<Choice>, me: User) -> impl IntoView {
    let choices = Whose::choices(&me);
    if choices.is_empty() {
        return ().into_any();
    }
    let customers = use_portal().rows(|| Query::all(Kind::Customer));
    let by_customer = me.customer.is_none();
    let chips = derived(move || {
        let label = |whose: Whose| match whose {
            Whose::Everybodys if by_customer => t(Msg::tickets_all_customers),
            Whose::Everybodys => t(Msg::tickets_everybodys),
            Whose::Mine => t(Msg::tickets_mine),
            Whose::Customers(id) => customers.with(|found| customer_name(found.as_ref(), id)),
        };
        let chip = |whose: &Whose| Chip {
            value: whose.word(),
            label: label(*whose),
        };
        choices.iter().map(chip).collect::<Vec<_>>()
    });
    let on_choose = Callback::new(move |word: String| {
        choose.run(Choice {
            whose: Whose::parse(&word),
            ..choice.get_untracked()
        });
    });
    view! {
        <FilterChips
            label=move || t(Msg::tickets_whose)
            chips
            chosen=derived(move || choice.with(|choice| choice.whose.word()))
            on_choose
        />
    }
    .into_any()
}

fn customer_name(found: Option<&QueryResult>, id: CustomerId) -> String {
    let named = |found: &QueryResult| {
        let shown = found.rows.iter().find(|shown| shown.row.key.id == id.0)?;
        Some(shown.row.text(customer::NAME).to_owned())
    };
    found
        .and_then(named)
        .unwrap_or_else(|| t(Msg::tickets_customer_unknown))
}

/// What was found: how many, the rows, more of them, or why there are none.
#[component]
fn Found(choice: Memo<Choice>, choose: Callback<Choice>) -> impl IntoView {
    let portal = use_portal();
    // A window that was opened wider holds for this choice only.
    let widened = RwSignal::new((Choice::default(), STEP));
    let window = memo(move || {
        let choice = choice.get();
        let count = widened.with(|(of, count)| if *of == choice { *count } else { STEP });
        (choice, count)
    });
    let widen = Callback::new(move |()| {
        let (choice, count) = window.get_untracked();
        widened.set((choice, count + STEP));
    });
    let me = portal.me();
    let found = portal.rows(move || window.with(|(choice, count)| choice.query(&me, *count)));
    let total = memo(move || found.with(|found| found.as_ref().map(|found| found.total)));
    let count_words = move || {
        let total = total.get().unwrap_or_default();
        let shown = found.with(|found| found.as_ref().map_or(0, |found| found.rows.len()));
        if shown < total {
            let (shown, total) = (number(shown), number(total));
            tf(
                Msg::tickets_found_of,
                &[("shown", &shown), ("count", &total)],
            )
        } else {
            tn(Msg::tickets_found, total as u64)
        }
    };
    Effect::new(move |before: Option<String>| {
        let words = count_words();
        if before.is_some_and(|before| before != words) {
            announce(words.clone());
        }
        words
    });
    let has_more = memo(move || {
        found.with(|found| {
            found
                .as_ref()
                .is_some_and(|found| found.rows.len() < found.total)
        })
    });
    let is_empty = memo(move || total.get() == Some(0));
    view! {
        <section class="stack" aria-label=move || t(Msg::tickets_title)>
            <p class="head list-status">
                <span class="quiet">{count_words}</span>
                <AsOf/>
            </p>
            {move || {
                if is_empty.get() {
                    view! { <Nothing choice choose/> }.into_any()
                } else {
                    view! { <TicketRows found/> }.into_any()
                }
            }}
            {move || {
                has_more
                    .get()
                    .then(|| {
                        view! {
                            <Button label=move || t(Msg::show_more) on_press=widen/>
                        }
                    })
            }}
        </section>
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts on a screen")]
fn number(count: usize) -> String {
    crate::i18n::fmt::number(count as f64)
}

/// Why the list is empty, and what to do about it.
#[component]
fn Nothing(choice: Memo<Choice>, choose: Callback<Choice>) -> impl IntoView {
    let portal = use_portal();
    let any = move |portal: &Portal| portal.count(Kind::Ticket) > 0;
    move || {
        let choice = choice.get();
        let complete = portal.status().with(|status| status.complete);
        if !any(&portal) && !complete {
            return view! { <FirstLoad/> }.into_any();
        }
        if !choice.words.trim().is_empty() {
            return view! { <NothingFound choice choose/> }.into_any();
        }
        let title = match choice.standing {
            Standing::Open => Msg::tickets_none_open,
            Standing::Waiting => Msg::tickets_none_waiting,
            Standing::Closed => Msg::tickets_none_closed,
            Standing::All => Msg::tickets_none_all,
        };
        view! { <EmptyState title=move || t(title) text=move || t(Msg::tickets_none_text)/> }
            .into_any()
    }
}

/// No ticket holds the words; perhaps one does elsewhere.
#[component]
fn NothingFound(choice: Choice, choose: Callback<Choice>) -> impl IntoView {
    let words = choice.words.trim().to_owned();
    let everywhere = Choice {
        standing: Standing::All,
        whose: Whose::default(),
        ..choice.clone()
    };
    let elsewhere = choice != everywhere;
    let look = Callback::new(move |()| choose.run(everywhere.clone()));
    view! {
        <EmptyState
            title=move || tf(Msg::tickets_none_found, &[("words", &words)])
            text=move || t(Msg::tickets_none_found_text)
        >
            {elsewhere
                .then(|| {
                    view! {
                        <Button
                            label=move || t(Msg::tickets_none_found_elsewhere)
                            on_press=look
                        />
                    }
                })}
        </EmptyState>
    }
}
