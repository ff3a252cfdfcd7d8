//! Questions that every form may need beyond its own: whom an incident hinders, how long it can wait,
//! for whom it is filed.

use super::filing::{FOR_WHOM, IMPACT, URGENCY, asks_priority};
use super::sheet::{Sheet, field_id};
use crate::features::shared::explain::Given;
use crate::i18n::{Msg, t};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Choice, RadioField, SelectField};
use leptos::prelude::*;
use rapport_domain::rights::{Right, Scope, scope};
use rapport_domain::{Entity, Impact, Kind, PersonRef, Reason, Role, Urgency, User, UserId};
use rapport_store::Query;
use rapport_store::columns::user;
use serde_json::Value;

/// Whether the reader can only file in somebody else's name.
#[must_use]
pub fn only_for_others(me: &User) -> bool {
    let may = |right| scope(&me.role, right) != Scope::Nothing;
    !may(Right::FileTicket) && may(Right::FileOnBehalf)
}

fn setter(sheet: &Sheet, slot: &'static str) -> Callback<String> {
    let sheet = sheet.clone();
    Callback::new(move |word: String| sheet.set(slot, slot, Value::from(word)))
}

/// Whom it hinders and how long it can wait, where the form makes an incident and does not ask
/// itself.
#[component]
pub fn PriorityQuestions(sheet: Sheet) -> impl IntoView {
    let form = sheet.form;
    let asks = move |slot| memo(move || form.with(|form| asks_priority(form, slot)));
    let (impact, urgency) = (asks(IMPACT), asks(URGENCY));
    let (first, second) = (sheet.clone(), sheet);
    view! {
        {move || {
            let sheet = first.clone();
            impact.get().then(|| view! { <ImpactQuestion sheet/> })
        }}
        {move || {
            let sheet = second.clone();
            urgency.get().then(|| view! { <UrgencyQuestion sheet/> })
        }}
    }
}

#[component]
fn ImpactQuestion(sheet: Sheet) -> impl IntoView {
    let choices = derived(|| {
        let words = [
            (Impact::OnePerson, Msg::request_impact_one_person),
            (Impact::Team, Msg::request_impact_team),
            (Impact::Site, Msg::request_impact_site),
            (Impact::Organisation, Msg::request_impact_organisation),
        ];
        let choice = |(impact, words): (Impact, Msg)| Choice {
            value: impact.to_string(),
            label: t(words),
        };
        words.into_iter().map(choice).collect::<Vec<_>>()
    });
    view! {
        <RadioField
            label=move || t(Msg::request_impact)
            choices
            value=sheet.text(IMPACT)
            on_change=setter(&sheet, IMPACT)
            error=sheet.error(IMPACT, Given::Chosen)
            required=true
            id=field_id(IMPACT)
        />
    }
}

#[component]
fn UrgencyQuestion(sheet: Sheet) -> impl IntoView {
    let choices = derived(|| {
        let words = [
            (Urgency::Low, Msg::request_urgency_low),
            (Urgency::Medium, Msg::request_urgency_medium),
            (Urgency::High, Msg::request_urgency_high),
        ];
        let choice = |(urgency, words): (Urgency, Msg)| Choice {
            value: urgency.to_string(),
            label: t(words),
        };
        words.into_iter().map(choice).collect::<Vec<_>>()
    });
    view! {
        <RadioField
            label=move || t(Msg::request_urgency)
            choices
            value=sheet.text(URGENCY)
            on_change=setter(&sheet, URGENCY)
            error=sheet.error(URGENCY, Given::Chosen)
            required=true
            id=field_id(URGENCY)
        />
    }
}

/// The people in whose name the reader may file, by name.
#[must_use]
pub fn people() -> Memo<Vec<User>> {
    let portal = use_portal();
    let me = portal.me();
    let all = portal.records(|| Query::all(Kind::User).ascending(user::NAME));
    memo(move || {
        let found = all.get().unwrap_or_default().into_iter();
        found
            .filter_map(|entity| match entity {
                Entity::User(user) if may_be_asked_for(&me, &user) => Some(user),
                _ => None,
            })
            .collect()
    })
}

/// Whether `me` may file in the name of `user`.
fn may_be_asked_for(me: &User, user: &User) -> bool {
    let is_customer = matches!(user.role, Role::CustomerUser | Role::CustomerManager);
    is_customer
        && match scope(&me.role, Right::FileOnBehalf) {
            Scope::All => true,
            // The backend shows a relationship manager the people of his customers alone.
            Scope::Assigned => user
                .customer
                .is_none_or(|customer| me.assigned_customers.contains(&customer)),
            _ => false,
        }
}

/// For whom it is filed, where that is not plain.
#[component]
pub fn ForWhom(sheet: Sheet) -> impl IntoView {
    let me = use_portal().me();
    if scope(&me.role, Right::FileOnBehalf) == Scope::Nothing {
        return ().into_any();
    }
    let people = sheet.people;
    let needed = only_for_others(&me);
    let chosen = sheet.text(FOR_WHOM);
    let choices = derived(move || {
        let nobody = if needed {
            t(Msg::request_for_whom_choose)
        } else {
            t(Msg::person_you)
        };
        let none = Choice {
            value: String::new(),
            label: nobody,
        };
        let each = people.get().into_iter();
        let each = each.map(|user| Choice {
            value: user.id.to_string(),
            label: user.name,
        });
        // Whoever is gone stays chosen in sight: the first of the list would be somebody else.
        let chosen = chosen.get();
        let gone =
            people.with(|people| !chosen.is_empty() && chosen_person(people, &chosen).is_none());
        let gone = gone.then(|| Choice {
            value: chosen,
            label: t(Msg::request_for_whom_gone),
        });
        std::iter::once(none)
            .chain(each)
            .chain(gone)
            .collect::<Vec<_>>()
    });
    view! {
        <SelectField
            label=move || t(Msg::request_for_whom)
            choices
            value=chosen
            on_change=setter(&sheet, FOR_WHOM)
            error=sheet.error(FOR_WHOM, Given::Chosen)
            required=needed
            id=field_id(FOR_WHOM)
        />
    }
    .into_any()
}

/// What is wrong with the person for whom `me` files. Somebody who was chosen and cannot be found is
/// named: the request must not go out in another's name.
#[must_use]
pub fn wrong_person(me: &User, people: &[User], word: &str) -> Option<Reason> {
    if scope(&me.role, Right::FileOnBehalf) == Scope::Nothing {
        return None;
    }
    if word.is_empty() {
        return only_for_others(me).then_some(Reason::Required);
    }
    let gone = chosen_person(people, word).is_none();
    gone.then(|| Reason::NotAChoice {
        given: word.to_owned(),
    })
}

/// The person that was chosen.
#[must_use]
pub fn chosen_person(people: &[User], word: &str) -> Option<PersonRef> {
    let id = word.parse::<UserId>().ok()?;
    let user = people.iter().find(|user| user.id == id)?;
    Some(PersonRef {
        id: Some(user.id),
        name: user.name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::Stamp;
    use uuid::Uuid;

    fn user(id: u128, role: Role) -> User {
        User {
            id: UserId(Uuid::from_u128(id)),
            stamp: Stamp::default(),
            customer: None,
            name: "Anna".into(),
            login: None,
            email: None,
            phone: None,
            role,
            assigned_customers: vec![],
        }
    }

    #[test]
    fn somebody_who_is_gone_is_named_and_not_replaced() {
        let people = [user(1, Role::CustomerUser)];
        let word = |id: u128| Uuid::from_u128(id).to_string();
        let agent = user(9, Role::Agent);
        assert_eq!(wrong_person(&agent, &people, &word(1)), None);
        let gone = Reason::NotAChoice { given: word(2) };
        assert_eq!(wrong_person(&agent, &people, &word(2)), Some(gone));
        let brm = user(9, Role::Brm);
        let nobody = only_for_others(&brm).then_some(Reason::Required);
        assert_eq!(wrong_person(&brm, &people, ""), nobody);
        // Who files for himself alone is not asked.
        let own = user(1, Role::CustomerUser);
        assert_eq!(wrong_person(&own, &people, &word(2)), None);
    }
}
