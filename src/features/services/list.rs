//! The catalogue: search, categories, services.

use super::shelf::{Asking, Shelf, askings, shelves};
use crate::features::shared::{AsOf, FirstLoad, Heading, SearchWords};
use crate::i18n::{Msg, t, tag, text, tn};
use crate::live::use_portal;
use crate::paths;
use crate::signals::{derived, memo};
use crate::ui::each;
use crate::ui::{
    ButtonKind, Chip, EmptyState, FilterChips, LinkButton, Note, Row, Rows, SearchInput, State,
    announce,
};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Entity, Kind, Lifecycle, RequestForm, Service, User};
use rapport_store::{Filter, Query};

/// What the list shows: as the address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choice {
    words: String,
    category: String,
}

impl Choice {
    fn address(&self) -> String {
        let said = [
            ("q", self.words.trim()),
            ("category", self.category.as_str()),
        ];
        let said: Vec<String> = said
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", Url::escape(value)))
            .collect();
        if said.is_empty() {
            paths::services()
        } else {
            format!("{}?{}", paths::services(), said.join("&"))
        }
    }
}

/// Whether the reader may ask for anything, for himself or for somebody else.
#[must_use]
pub fn may_ask(me: &User) -> bool {
    let may = |right| scope(&me.role, right) != Scope::Nothing;
    may(Right::FileTicket) || may(Right::FileOnBehalf)
}

/// The catalogue.
#[component]
pub fn ServicesPage() -> impl IntoView {
    let query = use_query_map();
    let asked = memo(move || {
        query.with(|query| Choice {
            words: query.get("q").unwrap_or_default(),
            category: query.get("category").unwrap_or_default(),
        })
    });
    let navigate = use_navigate();
    let go = Callback::new(move |wanted: Choice| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..paths::go()
        };
        navigate(&wanted.address(), options);
    });
    let note = Callback::new(move |words| {
        go.run(Choice {
            words,
            ..asked.get_untracked()
        })
    });
    let said = memo(move || asked.with(|asked| asked.words.clone()));
    let words = SearchWords::new(said, note);
    let choice = memo(move || Choice {
        words: words.get(),
        ..asked.get()
    });
    let choose = Callback::new(move |wanted: Choice| {
        words.settle();
        go.run(wanted);
    });
    let portal = use_portal();
    let me = portal.me();
    let asks = may_ask(&me);
    let found = portal.records(move || {
        let words = choice.with(|choice| choice.words.trim().to_owned());
        let all = Query::all(Kind::Service);
        if words.is_empty() {
            all
        } else {
            all.filter(Filter::Search(words))
        }
    });
    let askings = forms_found(choice, me.clone(), asks);
    let all = memo(move || {
        let services = found
            .get()?
            .into_iter()
            .filter_map(service)
            .collect::<Vec<_>>();
        Some(shelves(&services, &me, &tag()))
    });
    view! {
        <div class="head page-head">
            <Heading title=move || t(Msg::services_title)/>
            <span class="end"></span>
            <LinkButton
                href=paths::articles()
                label=move || t(Msg::articles_title)
                kind=ButtonKind::Plain
            />
        </div>
        <Chooser choice choose words all/>
        <Shelves choice all askings/>
        {asks.then(|| view! { <SomethingElse/> })}
    }
}

/// The forms that the words name, and that the reader can fill in.
fn forms_found(choice: Memo<Choice>, me: User, asks: bool) -> Memo<Vec<Asking>> {
    let portal = use_portal();
    let words = memo(move || choice.with(|choice| choice.words.trim().to_owned()));
    let found = portal.records(move || {
        let filter = match words.get() {
            words if asks && !words.is_empty() => Filter::Search(words),
            _ => Filter::Ids(Vec::new()),
        };
        Query::all(Kind::Form).filter(filter)
    });
    let services = portal.records(|| Query::all(Kind::Service));
    memo(move || {
        let forms: Vec<_> = found.get().into_iter().flatten().filter_map(form).collect();
        if forms.is_empty() {
            return Vec::new();
        }
        let services = services.get().into_iter().flatten();
        let services: Vec<_> = services.filter_map(service).collect();
        askings(&forms, &services, &me, &tag())
    })
}

fn form(entity: Entity) -> Option<RequestForm> {
    match entity {
        Entity::Form(form) => Some(form),
        _ => None,
    }
}

fn service(entity: Entity) -> Option<Service> {
    match entity {
        Entity::Service(service) => Some(service),
        _ => None,
    }
}

#[component]
fn Chooser(
    choice: Memo<Choice>,
    choose: Callback<Choice>,
    words: SearchWords,
    all: Memo<Option<Vec<Shelf>>>,
) -> impl IntoView {
    let chips = derived(move || {
        let mut chips = vec![Chip {
            value: String::new(),
            label: t(Msg::services_all),
        }];
        all.with(|all| {
            for shelf in all
                .iter()
                .flatten()
                .filter(|shelf| !shelf.category.is_empty())
            {
                let category = shelf.category.clone();
                chips.push(Chip {
                    value: category.clone(),
                    label: category,
                });
            }
        });
        chips
    });
    let on_category = Callback::new(move |category| {
        choose.run(Choice {
            category,
            ..choice.get_untracked()
        })
    });
    view! {
        <div class="stack chooser" on:focusout=move |_| words.settle()>
            <SearchInput
                label=move || t(Msg::services_search)
                value=derived(move || words.get())
                on_input=Callback::new(move |text| words.typed(text))
            />
            <FilterChips
                label=move || t(Msg::services_categories)
                chips
                chosen=derived(move || choice.with(|choice| choice.category.clone()))
                on_choose=on_category
            />
        </div>
    }
}

#[component]
fn Shelves(
    choice: Memo<Choice>,
    all: Memo<Option<Vec<Shelf>>>,
    askings: Memo<Vec<Asking>>,
) -> impl IntoView {
    let portal = use_portal();
    let shown = memo(move || {
        let category = choice.with(|choice| choice.category.clone());
        let fits = |shelf: &Shelf| category.is_empty() || shelf.category == category;
        all.get()
            .map(|all| all.into_iter().filter(fits).collect::<Vec<_>>())
    });
    let count = memo(move || {
        shown.with(|shown| {
            shown
                .iter()
                .flatten()
                .map(|s| s.services.len() as u64)
                .sum::<u64>()
        })
    });
    Effect::new(move |before: Option<u64>| {
        let count = count.get();
        if before.is_some_and(|before| before != count) {
            announce(untrack(|| tn(Msg::services_found, count)));
        }
        count
    });
    // A shelf whose services changed is drawn anew: there are few, and they change rarely.
    let key = |shelf: &Shelf| {
        let services = shelf
            .services
            .iter()
            .map(|s| (s.id, s.stamp.version.clone()));
        (shelf.category.clone(), services.collect::<Vec<_>>())
    };
    let status = portal.status();
    let nothing = move || {
        let none_yet = portal.count(Kind::Service) == 0;
        match (none_yet, status.with(|status| status.complete)) {
            (true, false) => view! { <FirstLoad/> }.into_any(),
            (true, true) => view! {
                <EmptyState
                    title=move || t(Msg::services_empty_title)
                    text=move || t(Msg::services_empty_text)
                />
            }
            .into_any(),
            (false, _) => view! {
                <EmptyState
                    title=move || t(Msg::services_none_title)
                    text=move || t(Msg::services_none_text)
                />
            }
            .into_any(),
        }
    };
    let is_read = memo(move || shown.with(Option::is_some));
    view! {
        <p class="head list-status">
            <span class="quiet">
                {move || is_read.get().then(|| tn(Msg::services_found, count.get()))}
            </span>
            <AsOf/>
        </p>
        <Askings askings/>
        {move || {
            let found_none = count.get() == 0 && askings.with(Vec::is_empty);
            (is_read.get() && found_none).then(&nothing)
        }}
        {each(move || shown.get().unwrap_or_default(), key, shelf_view)}
    }
}

/// What can be asked for by the name that was searched for.
#[component]
fn Askings(askings: Memo<Vec<Asking>>) -> impl IntoView {
    let one = |asking: Asking| {
        let Asking {
            form,
            title,
            service,
            service_name,
        } = asking;
        view! {
            <Row href=paths::form(service, form) title=derived(move || text(&title))>
                <span class="quiet">{move || text(&service_name)}</span>
            </Row>
        }
    };
    move || {
        (!askings.with(Vec::is_empty)).then(|| {
            let rows = askings.get().into_iter().map(one).collect_view();
            view! {
                <section class="stack shelf">
                    <h2>{move || t(Msg::services_askings)}</h2>
                    <Rows label=t(Msg::services_askings)>{rows}</Rows>
                </section>
            }
        })
    }
}

fn shelf_view(shelf: Shelf) -> AnyView {
    let (category, label) = (shelf.category.clone(), shelf.category);
    let rows = shelf.services.into_iter().map(service_row).collect_view();
    view! {
        <section class="stack shelf">
            {(!category.is_empty()).then(|| view! { <h2>{category}</h2> })}
            <Rows label>{rows}</Rows>
        </section>
    }
    .into_any()
}

fn service_row(service: Service) -> impl IntoView {
    let (name, summary) = (service.name.clone(), service.summary.clone());
    let stage = match service.lifecycle {
        Lifecycle::Pipeline => Some(("new", Msg::lifecycle_pipeline)),
        Lifecycle::Retiring => Some(("held", Msg::lifecycle_retiring)),
        _ => None,
    };
    view! {
        <Row href=paths::service(service.id) title=derived(move || text(&name))>
            <span class="quiet">{move || text(&summary)}</span>
            {stage.map(|(tone, words)| view! { <State tone label=move || t(words)/> })}
        </Row>
    }
}

/// The way for everything that no form is for.
#[component]
fn SomethingElse() -> impl IntoView {
    view! {
        <Note
            title=move || t(Msg::services_other)
            text=move || t(Msg::services_other_text)
        >
            <LinkButton
                href=paths::general()
                label=move || t(Msg::services_other_button)
                kind=ButtonKind::Usual
            />
        </Note>
    }
}
