//! The routes, and what stands around them: sign-in, shell, banners.

use crate::context;
use crate::features;
use crate::i18n::{Msg, t};
use crate::live::{Portal, Session, branding};
use crate::paths;
use crate::signals::derived;
use crate::ui::IconLink;
use crate::ui::shell::{NavItem, Shell};
use crate::web::{assets, badge};
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{ParamSegment, StaticSegment};
use rapport_domain::rights::{Right, Scope, scope};

/// The whole client.
#[component]
pub fn App() -> impl IntoView {
    let base = assets::base_path();
    view! {
        <Router base=base>
            <Gate/>
        </Router>
    }
}

/// Shows the sign-in page, the portal, or why there is none.
#[component]
fn Gate() -> impl IntoView {
    let app = context::app();
    let session = app.session.clone();
    move || match session.get() {
        // The static first paint stands in `index.html`'s place until the account is known.
        Session::Starting => view! { <features::start::Starting/> }.into_any(),
        Session::SignedOut => view! { <features::sign_in::SignInPage/> }.into_any(),
        Session::Unusable(why) => view! { <features::start::Unusable why/> }.into_any(),
        Session::Open(portal) => view! { <SignedIn portal/> }.into_any(),
    }
}

#[component]
fn SignedIn(portal: Portal) -> impl IntoView {
    context::provide_portal(portal.clone());
    let unsent = portal.outbox();
    Effect::new(move || badge::show(u32::try_from(unsent.with(Vec::len)).unwrap_or(u32::MAX)));
    // What waits of somebody who has signed out is not the next one's.
    on_cleanup(|| badge::show(0));
    let looks_after = scope(&portal.me().role, Right::WriteCustomer) == Scope::Assigned;
    let items = derived(move || {
        let unsent = u32::try_from(unsent.with(Vec::len)).unwrap_or(u32::MAX);
        // Who looks after customers goes to them more often than to the catalogue, which the button on
        // the first page leads to as well; more than five places do not fit below a phone.
        let second = if looks_after {
            NavItem::new(paths::customers(), t(Msg::nav_customers), "person")
        } else {
            NavItem::new(paths::services(), t(Msg::nav_services), "services")
        };
        vec![
            NavItem::new(paths::home(), t(Msg::nav_home), "home"),
            second,
            NavItem::new(paths::tickets(), t(Msg::nav_tickets), "tickets"),
            NavItem::new(paths::feedback(), t(Msg::nav_feedback), "feedback"),
            NavItem::new(paths::unsent(), t(Msg::nav_unsent), "unsent").count(unsent),
        ]
    });
    view! {
        <Shell
            brand=branding().name
            items
            aside=ViewFn::from(|| {
                view! {
                    <features::shared::SyncPill/>
                    <IconLink
                        href=paths::settings()
                        label=move || t(Msg::nav_settings)
                        icon="settings"
                    />
                }
            })
            banner=ViewFn::from(|| view! { <features::shared::Banners/> })
        >
            <Pages/>
        </Shell>
    }
}

/// A page for those who hold the right at all; the rows on it are those that they see.
fn with(right: Right, page: fn() -> AnyView) -> AnyView {
    match scope(&crate::live::use_portal().me().role, right) {
        Scope::Nothing => view! { <features::start::NoRight/> }.into_any(),
        _ => page(),
    }
}

#[component]
fn Pages() -> impl IntoView {
    use features::{
        articles, complaint, complaints, customer, customers, feedback, home, request, review,
        services, settings, sign_in, survey, surveys, ticket, tickets, unsent,
    };
    view! {
        <Routes fallback=|| view! { <features::start::NotFound/> }.into_any()>
            <Route path=StaticSegment("") view=|| view! { <home::HomePage/> }.into_any()/>
            <Route path=StaticSegment("sign-in") view=|| view! { <sign_in::SignInPage/> }.into_any()/>
            <Route
                path=StaticSegment("services")
                view=|| view! { <services::ServicesPage/> }.into_any()
            />
            <Route
                path=(StaticSegment("services"), ParamSegment("id"))
                view=|| view! { <services::ServicePage/> }.into_any()
            />
            <Route
                path=(
                    StaticSegment("services"),
                    ParamSegment("id"),
                    StaticSegment("request"),
                    ParamSegment("form"),
                )
                view=|| view! { <request::FormPage/> }.into_any()
            />
            <Route
                path=StaticSegment("request")
                view=|| view! { <request::GeneralPage/> }.into_any()
            />
            <Route
                path=StaticSegment("tickets")
                view=|| view! { <tickets::TicketsPage/> }.into_any()
            />
            <Route
                path=(StaticSegment("tickets"), ParamSegment("id"))
                view=|| view! { <ticket::TicketPage/> }.into_any()
            />
            <Route
                path=StaticSegment("feedback")
                view=|| view! { <feedback::FeedbackPage/> }.into_any()
            />
            <Route
                path=StaticSegment("complaints")
                view=|| with(Right::HandleComplaint, || view! { <complaints::RegisterPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("complaints"), StaticSegment("new"))
                view=|| view! { <complaint::NewComplaintPage/> }.into_any()
            />
            <Route
                path=(StaticSegment("complaints"), ParamSegment("id"))
                view=|| view! { <complaint::ComplaintPage/> }.into_any()
            />
            <Route
                path=StaticSegment("surveys")
                view=|| with(Right::ReadResults, || view! { <surveys::SurveysPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("surveys"), StaticSegment("new"))
                view=|| with(Right::WriteSurveys, || view! { <surveys::NewSurveyPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("surveys"), ParamSegment("id"))
                view=|| with(Right::ReadResults, || view! { <survey::SurveyPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("surveys"), ParamSegment("id"), StaticSegment("edit"))
                view=|| with(Right::WriteSurveys, || view! { <survey::EditPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("surveys"), ParamSegment("id"), StaticSegment("preview"))
                view=|| with(Right::WriteSurveys, || view! { <survey::PreviewPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("surveys"), ParamSegment("id"), StaticSegment("take"))
                view=|| {
                    // Administrators make surveys, and do not see answers.
                    with(Right::WriteSurveys, || {
                        with(Right::ReadResponses, || view! { <survey::TakePage/> }.into_any())
                    })
                }
            />
            <Route
                path=(StaticSegment("surveys"), ParamSegment("id"), StaticSegment("results"))
                view=|| with(Right::ReadResults, || view! { <survey::ResultsPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("invitations"), ParamSegment("id"))
                view=|| view! { <survey::AnswerPage/> }.into_any()
            />
            <Route
                path=StaticSegment("articles")
                view=|| view! { <articles::ArticlesPage/> }.into_any()
            />
            <Route
                path=(StaticSegment("articles"), ParamSegment("id"))
                view=|| view! { <articles::ArticlePage/> }.into_any()
            />
            <Route
                path=StaticSegment("customers")
                view=|| with(Right::FileOnBehalf, || view! { <customers::CustomersPage/> }.into_any())
            />
            <Route
                path=(StaticSegment("customers"), ParamSegment("id"))
                view=|| view! { <customer::CustomerPage/> }.into_any()
            />
            <Route
                path=(StaticSegment("reviews"), ParamSegment("id"))
                view=|| view! { <review::ReviewPage/> }.into_any()
            />
            <Route path=StaticSegment("unsent") view=|| view! { <unsent::UnsentPage/> }.into_any()/>
            <Route
                path=(StaticSegment("unsent"), ParamSegment("op"))
                view=|| view! { <unsent::EditPage request=request::again/> }.into_any()
            />
            <Route
                path=StaticSegment("settings")
                view=|| view! { <settings::SettingsPage/> }.into_any()
            />
        </Routes>
    }
}
