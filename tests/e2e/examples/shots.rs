//! Takes pictures of every route in every variant into `target/screens`, for people to look at:
//! `cargo run --package rapport-e2e --example shots [ROUTE…]`.

use anyhow::Result;
use rapport_e2e::browser::Look;
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::Page;
use rapport_e2e::portal::Route;
use rapport_e2e::screens;

const LANGUAGES: [&str; 3] = ["en", "de", "ar-XB"];
const LOOKS: [Look; 4] = [
    Look::PHONE,
    Look::PHONE.dark(),
    Look::DESKTOP,
    Look::DESKTOP.dark(),
];

fn main() -> Result<(), Failure> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    Stage::phone().play(async |j| {
        let page = j.browser.tab().await?;
        let sign_in = Route {
            name: "sign-in-first",
            path: String::new(),
        };
        if is_wanted(&wanted, &sign_in) {
            all_variants(j, &page, &sign_in).await?;
        }
        page.open(&j.url("?lang=en")).await?;
        j.browser.set_look(&page, Look::PHONE).await?;
        let page = j.signed_in("anna").await?;
        let routes = j.routes(&page).await?;
        for route in routes.iter().filter(|route| is_wanted(&wanted, route)) {
            j.step(&format!("pictures of {}", route.name));
            all_variants(j, &page, route).await?;
        }
        j.step("pictures without a network");
        j.proxy.cut();
        for route in routes.iter().filter(|route| is_wanted(&wanted, route)) {
            for look in [Look::PHONE, Look::DESKTOP] {
                j.browser.set_look(&page, look).await?;
                shoot(j, &page, route, "en", "offline-").await?;
            }
        }
        Ok(())
    })
}

fn is_wanted(wanted: &[String], route: &Route) -> bool {
    wanted.is_empty() || wanted.iter().any(|name| name == route.name)
}

async fn all_variants(j: &mut Journey, page: &Page, route: &Route) -> Result<()> {
    for look in LOOKS {
        j.browser.set_look(page, look).await?;
        for language in LANGUAGES {
            shoot(j, page, route, language, "").await?;
        }
    }
    Ok(())
}

async fn shoot(j: &Journey, page: &Page, route: &Route, language: &str, state: &str) -> Result<()> {
    page.open(&j.url(&format!("{}?lang={language}", route.path)))
        .await?;
    page.until_settled().await?;
    let look = j.browser.look();
    let theme = if look.dark { "dark" } else { "light" };
    let language = if language == "ar-XB" { "rtl" } else { language };
    let name = format!("{}-{}-{theme}-{state}{language}", route.name, look.width);
    screens::shoot(page, &name).await
}
