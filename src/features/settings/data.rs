//! How old the data is, and which build shows it.

use crate::features::shared::{ago, say};
use crate::i18n::{Msg, t, tf, tn};
use crate::live::use_portal;
use crate::signals::{derived, memo};
use crate::ui::{Button, Card, Fact, Facts};
use crate::web::assets;
use leptos::prelude::*;

/// How old the data is.
#[component]
pub fn Data() -> impl IntoView {
    let portal = use_portal();
    let (status, as_of) = (portal.status(), portal.as_of());
    let build = assets::assets().build;
    let pulling = memo(move || status.with(|status| status.pulling));
    let check = Callback::new(move |()| {
        portal.check_now();
        say(Msg::settings_checking);
    });
    let age = move || match (pulling.get(), as_of.get()) {
        (true, _) => t(Msg::settings_checking),
        (false, Some(at)) => tf(Msg::settings_checked, &[("time", &ago(at))]),
        (false, None) => String::new(),
    };
    let unreadable = move || match status.with(|status| status.unreadable) {
        0 => String::new(),
        count => tn(Msg::settings_unreadable, u64::from(count)),
    };
    let problem = move || {
        status
            .with(|status| status.pull_problem.clone())
            .unwrap_or_default()
    };
    view! {
        <Card title=move || t(Msg::settings_data)>
            <Facts>
                <Fact name=move || t(Msg::settings_state) value=derived(age)/>
                <Fact name=move || t(Msg::settings_problem) value=derived(problem)/>
                <Fact name=move || t(Msg::settings_problem) value=derived(unreadable)/>
                <Fact name=move || t(Msg::settings_version) value=build/>
            </Facts>
            <Button label=move || t(Msg::settings_check_now) on_press=check busy=pulling/>
        </Card>
    }
}
