//! The register of complaints: those that are due first, filters, and what it says as a whole.

mod choice;
mod report;

use crate::features::shared::{
    AsOf, ComplaintRows, FirstLoad, Heading, OfflineNote, Places, SearchWords, now,
};
use crate::i18n::{Msg, t, tn};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::{ButtonKind, Chip, EmptyState, FilterChips, LinkButton, SearchInput, announce};
use choice::{Choice, Standing};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use rapport_domain::{CustomerId, Kind};
use rapport_store::Query;
use rapport_store::columns::customer;
use report::ReportCard;

/// The register.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let query = use_query_map();
    let asked = memo(move || {
        query.with(|query| Choice {
            standing: Standing::parse(&query.get("filter").unwrap_or_default()),
            customer: query
                .get("customer")
                .and_then(|id| id.parse::<CustomerId>().ok()),
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
        navigate(&wanted.address(), options);
    });
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
        <div class="page-top">
            <Places href=paths::feedback() label=move || t(Msg::feedback_title)/>
            <div class="head page-head">
                <Heading title=move || t(Msg::register_title)/>
                <span class="end"></span>
                <LinkButton
                    href=paths::new_complaint()
                    label=move || t(Msg::complaint_enter)
                    kind=ButtonKind::Main
                    icon="plus"
                />
            </div>
        </div>
        <OfflineNote/>
        <div class="stack chooser" on:focusout=move |_| words.settle()>
            <SearchInput
                label=move || t(Msg::register_search)
                value=derived(move || words.get())
                on_input=Callback::new(move |text| words.typed(text))
            />
            <Standings choice choose/>
            <Customers choice choose/>
        </div>
        <Found choice/>
        <ReportCard choice/>
    }
}

#[component]
fn Standings(choice: Memo<Choice>, choose: Callback<Choice>) -> impl IntoView {
    let chips = derived(|| {
        let chip = |standing: Standing| Chip {
            value: standing.as_str().to_owned(),
            label: t(match standing {
                Standing::Open => Msg::register_all_open,
                Standing::Overdue => Msg::register_overdue,
                Standing::Ours => Msg::register_ours,
                Standing::Theirs => Msg::register_theirs,
                Standing::Over => Msg::register_over,
                Standing::All => Msg::tickets_all,
            }),
        };
        Standing::EACH.into_iter().map(chip).collect::<Vec<_>>()
    });
    let on_choose = Callback::new(move |word: String| {
        choose.run(Choice {
            standing: Standing::parse(&word),
            ..choice.get_untracked()
        });
    });
    view! {
        <FilterChips
            label=move || t(Msg::tickets_filter)
            chips
            chosen=derived(move || choice.with(|c| c.standing.as_str().to_owned()))
            on_choose
        />
    }
}

/// Whose complaints, for those who answer to more than one customer.
#[component]
fn Customers(choice: Memo<Choice>, choose: Callback<Choice>) -> impl IntoView {
    let customers = use_portal().rows(|| Query::all(Kind::Customer).ascending(customer::NAME));
    let several = memo(move || customers.with(|f| f.as_ref().is_some_and(|f| f.total > 1)));
    let chips = derived(move || {
        let all = Chip {
            value: String::new(),
            label: t(Msg::tickets_all_customers),
        };
        let rows = customers.get().unwrap_or_default().rows;
        let each = rows.into_iter().map(|shown| Chip {
            value: shown.row.key.id.to_string(),
            label: shown.row.text(customer::NAME).to_owned(),
        });
        std::iter::once(all).chain(each).collect::<Vec<_>>()
    });
    let on_choose = Callback::new(move |word: String| {
        choose.run(Choice {
            customer: word.parse().ok(),
            ..choice.get_untracked()
        });
    });
    move || {
        several.get().then(|| {
            let chosen = derived(move || {
                choice.with(|c| c.customer.map(|id| id.to_string()).unwrap_or_default())
            });
            view! { <FilterChips label=move || t(Msg::tickets_whose) chips chosen on_choose/> }
        })
    }
}

#[component]
fn Found(choice: Memo<Choice>) -> impl IntoView {
    let portal = use_portal();
    let found = portal.rows(move || choice.with(|choice| choice.query(now())));
    let total = memo(move || found.with(|found| found.as_ref().map_or(0, |found| found.total)));
    let count_words = move || tn(Msg::complaints_found, total.get() as u64);
    Effect::new(move |before: Option<String>| {
        let words = count_words();
        if before.is_some_and(|before| before != words) {
            announce(words.clone());
        }
        words
    });
    let status = portal.status();
    view! {
        <section class="stack" aria-label=move || t(Msg::register_title)>
            <p class="head list-status">
                <span class="quiet">{count_words}</span>
                <AsOf/>
            </p>
            {move || {
                if total.get() > 0 {
                    view! { <ComplaintRows found/> }.into_any()
                } else if !status.with(|status| status.complete) {
                    view! { <FirstLoad/> }.into_any()
                } else {
                    view! {
                        <EmptyState
                            title=move || t(Msg::register_none_title)
                            text=move || t(Msg::register_none_text)
                        />
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
