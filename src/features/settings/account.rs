//! Who is signed in, and who looks after him.

use crate::features::shared::words;
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::derived;
use crate::ui::{Card, Fact, Facts};
use leptos::prelude::*;
use rapport_domain::{Entity, Kind, Role, User};
use rapport_store::columns::{customer, user};
use rapport_store::{Filter, Query};

/// Who is signed in.
#[component]
pub fn Account() -> impl IntoView {
    let portal = use_portal();
    let me = portal.me_signal();
    let customers = portal.rows(|| Query::all(Kind::Customer));
    let organisation = move || {
        let id = me.with(|me| me.customer)?;
        customers.with(|found| {
            let rows = &found.as_ref()?.rows;
            let shown = rows.iter().find(|shown| shown.row.key.id == id.0)?;
            Some(shown.row.text(customer::NAME).to_owned())
        })
    };
    let signed_in = move || {
        me.with(|me| match &me.login {
            Some(login) if *login != me.name => format!("{} ({login})", me.name),
            _ => me.name.clone(),
        })
    };
    view! {
        <Card title=move || t(Msg::settings_account)>
            <Facts>
                <Fact
                    name=move || t(Msg::settings_signed_in_as)
                    value=derived(signed_in)
                />
                <Fact
                    name=move || t(Msg::settings_role)
                    value=derived(move || me.with(|me| words::role(&me.role)))
                />
                <Fact
                    name=move || t(Msg::settings_organisation)
                    value=derived(move || organisation().unwrap_or_default())
                />
                <Contact/>
            </Facts>
        </Card>
    }
}

/// The customer's relationship manager, where the backend tells who that is.
#[component]
fn Contact() -> impl IntoView {
    let portal = use_portal();
    let is_customer = matches!(portal.me().role, Role::CustomerUser | Role::CustomerManager);
    let found = portal
        .records(|| Query::all(Kind::User).filter(Filter::eq(user::ROLE, Role::Brm.as_str())));
    let managers = move || {
        let all = found.get().unwrap_or_default().into_iter();
        all.filter_map(|entity| match entity {
            Entity::User(user) => Some(user),
            _ => None,
        })
        .collect::<Vec<_>>()
    };
    let one = |user: User| {
        let phone = user
            .phone
            .map(|phone| view! { <br/> <bdi dir="ltr">{phone}</bdi> });
        let email = user.email.map(|email| {
            let href = format!("mailto:{email}");
            view! {
                <br/>
                <a href=href>{email}</a>
            }
        });
        view! { <dd>{user.name} {phone} {email}</dd> }
    };
    move || {
        let managers = if is_customer { managers() } else { Vec::new() };
        (!managers.is_empty()).then(|| {
            view! {
                <dt>{move || t(Msg::settings_contact)}</dt>
                {managers.into_iter().map(one).collect_view()}
            }
        })
    }
}
