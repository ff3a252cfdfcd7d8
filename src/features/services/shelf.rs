//! The catalogue as a customer walks through it: by category, each service in its place; and what can
//! be asked for by name. Pure.

use rapport_domain::{FormId, Lifecycle, RequestForm, Service, ServiceId, Text, User};

/// A category with its services.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf {
    /// Its name in the reader's language.
    pub category: String,
    /// Its services, by name.
    pub services: Vec<Service>,
}

/// Services that `user` may see and that are not gone, on shelves by name.
#[must_use]
pub fn shelves(services: &[Service], user: &User, language: &str) -> Vec<Shelf> {
    let mut shown: Vec<&Service> = services
        .iter()
        .filter(|service| service.is_for(user) && service.lifecycle != Lifecycle::Retired)
        .collect();
    shown.sort_by_cached_key(|service| {
        let category = service.category.in_language(language).to_lowercase();
        (
            category,
            service.name.in_language(language).to_lowercase(),
            service.id,
        )
    });
    let mut shelves: Vec<Shelf> = Vec::new();
    for service in shown {
        let category = service.category.in_language(language);
        match shelves.last_mut() {
            Some(shelf) if shelf.category == category => shelf.services.push(service.clone()),
            _ => shelves.push(Shelf {
                category: category.to_owned(),
                services: vec![service.clone()],
            }),
        }
    }
    shelves
}

/// A form that was found by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Asking {
    /// The form.
    pub form: FormId,
    /// What it is called.
    pub title: Text,
    /// The service it belongs to.
    pub service: ServiceId,
    /// What that is called.
    pub service_name: Text,
}

/// Those of the `forms` with which `user` can ask for one of the `services` now, by name.
#[must_use]
pub fn askings(
    forms: &[RequestForm],
    services: &[Service],
    user: &User,
    language: &str,
) -> Vec<Asking> {
    let asking = |form: &RequestForm| {
        let offers = |service: &&Service| {
            service.forms.contains(&form.id) && service.is_for(user) && service.is_offered()
        };
        let service = services.iter().find(offers)?;
        Some(Asking {
            form: form.id,
            title: form.title.clone(),
            service: service.id,
            service_name: service.name.clone(),
        })
    };
    let mut found: Vec<Asking> = forms.iter().filter_map(asking).collect();
    found.sort_by_cached_key(|asking| asking.title.in_language(language).to_lowercase());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::{Audience, Role, Stamp, TicketKind, UserId};
    use uuid::Uuid;

    fn service(id: u128, name: &str, category: &str) -> Service {
        Service {
            id: ServiceId(Uuid::from_u128(id)),
            stamp: Stamp::default(),
            name: Text::plain(name),
            summary: Text::default(),
            description: Text::default(),
            category: Text::plain(category),
            audience: vec![],
            intended_outcome: Text::default(),
            owner: None,
            hours: Text::default(),
            service_levels: vec![],
            dependencies: vec![],
            lifecycle: Lifecycle::Live,
            edition: "1".into(),
            reviewed_on: None,
            forms: vec![],
        }
    }

    fn user(role: Role) -> User {
        User {
            id: UserId(Uuid::from_u128(1)),
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
    fn services_stand_by_category_and_name_and_only_for_their_audience() {
        let hidden = Service {
            audience: vec![Audience::Role(Role::Brm)],
            ..service(4, "Reviews", "Business")
        };
        let gone = Service {
            lifecycle: Lifecycle::Retired,
            ..service(5, "Fax", "Workplace")
        };
        let all = [
            service(1, "printing", "Workplace"),
            service(2, "VPN", "Network"),
            service(3, "Laptops", "Workplace"),
            hidden,
            gone,
        ];
        let seen = |role| {
            let names = |shelf: Shelf| {
                let names = shelf
                    .services
                    .iter()
                    .map(|s| s.name.default.clone())
                    .collect();
                (shelf.category, names)
            };
            shelves(&all, &user(role), "en")
                .into_iter()
                .map(names)
                .collect::<Vec<_>>()
        };
        let own: Vec<(String, Vec<String>)> = vec![
            ("Network".into(), vec!["VPN".into()]),
            (
                "Workplace".into(),
                vec!["Laptops".into(), "printing".into()],
            ),
        ];
        assert_eq!(seen(Role::CustomerUser), own);
        assert_eq!(seen(Role::Brm)[0].0, "Business");
    }
    #[test]
    fn a_form_is_found_where_its_service_can_be_asked_for() {
        let form = |id: u128, title: &str| RequestForm {
            id: FormId(Uuid::from_u128(id)),
            stamp: Stamp::default(),
            service: None,
            title: Text::plain(title),
            intro: None,
            ticket_kind: TicketKind::ServiceRequest,
            edition: "1".into(),
            approval: false,
            fields: vec![],
        };
        let with = |service: Service, forms: &[u128]| Service {
            forms: forms
                .iter()
                .map(|id| FormId(Uuid::from_u128(*id)))
                .collect(),
            ..service
        };
        let gone = Service {
            lifecycle: Lifecycle::Retired,
            ..service(2, "Fax", "Workplace")
        };
        let services = [
            with(service(1, "Laptops", "Workplace"), &[11, 12]),
            with(gone, &[13]),
        ];
        let forms = [
            form(12, "Repair"),
            form(11, "New laptop"),
            form(13, "Fax line"),
        ];
        let found = askings(&forms, &services, &user(Role::CustomerUser), "en");
        let titles: Vec<_> = found.iter().map(|a| a.title.default.as_str()).collect();
        assert_eq!(titles, ["New laptop", "Repair"]);
        assert_eq!(found[0].service, services[0].id);
    }
}
