//! For everybody: no finding of axe, the whole way by keyboard, no scrolling sideways.

use anyhow::{Result, bail, ensure};
use rapport_e2e::axe;
use rapport_e2e::browser::Look;
use rapport_e2e::journey::{Failure, Journey, Stage};
use rapport_e2e::page::{Key, Page, Role};
use rapport_e2e::portal::{FORM, Route, SERVICE};

const NARROW: Look = Look {
    width: 320,
    height: 640,
    scale: 1.0,
    dark: false,
};
/// A laptop's window at a zoom of 200 %.
const ZOOMED: Look = Look {
    width: 640,
    height: 400,
    scale: 2.0,
    dark: false,
};

async fn visit(j: &Journey, page: &Page, route: &Route, language: &str) -> Result<()> {
    page.open(&j.url(&format!("{}?lang={language}", route.path)))
        .await?;
    page.until_settled().await
}

const LOOKS: [Look; 4] = [
    Look::PHONE,
    Look::PHONE.dark(),
    Look::DESKTOP,
    Look::DESKTOP.dark(),
];

async fn axe_everywhere(j: &mut Journey, looks: &[Look], language: &str) -> Result<()> {
    let page = j.signed_in("anna").await?;
    let routes = j.routes(&page).await?;
    axe_on(j, &page, &routes, looks, language).await
}

async fn axe_on(
    j: &mut Journey,
    page: &Page,
    routes: &[Route],
    looks: &[Look],
    language: &str,
) -> Result<()> {
    let mut found = Vec::new();
    for look in looks {
        j.browser.set_look(page, *look).await?;
        for route in routes {
            visit(j, page, route, language).await?;
            let place = format!("{} in {language}, {look:?}", route.name);
            if let Err(error) = axe::finds_nothing(page, &place).await {
                found.push(format!("{error:#}"));
            }
        }
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn axe_finds_nothing_on_any_route_in_english() -> Result<(), Failure> {
    Stage::phone().play(async |j| axe_everywhere(j, &LOOKS, "en").await)
}

#[test]
fn axe_finds_nothing_on_any_route_in_german() -> Result<(), Failure> {
    let looks = [Look::PHONE, Look::DESKTOP.dark()];
    Stage::phone().play(async |j| axe_everywhere(j, &looks, "de").await)
}

#[test]
fn axe_finds_nothing_on_any_route_from_right_to_left() -> Result<(), Failure> {
    let looks = [Look::PHONE.dark(), Look::DESKTOP];
    Stage::phone().play(async |j| axe_everywhere(j, &looks, "ar").await)
}

#[test]
fn axe_finds_nothing_on_the_routes_of_the_relationship_manager() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.browser.tab().await?;
        j.enter(&page, "ruth").await?;
        let routes = j.desk_routes().await?;
        axe_on(
            j,
            &page,
            &routes,
            &[Look::PHONE, Look::DESKTOP.dark()],
            "en",
        )
        .await?;
        let others = [Look::PHONE.dark(), Look::DESKTOP];
        axe_on(j, &page, &routes, &others, "ar").await
    })
}

#[test]
fn axe_finds_nothing_before_signing_in() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.browser.tab().await?;
        for look in [
            Look::PHONE,
            Look::PHONE.dark(),
            Look::DESKTOP,
            Look::DESKTOP.dark(),
        ] {
            j.browser.set_look(&page, look).await?;
            for language in ["en", "de", "ar"] {
                page.open(&j.url(&format!("?lang={language}"))).await?;
                page.until_settled().await?;
                axe::finds_nothing(&page, &format!("sign-in in {language}, {look:?}")).await?;
            }
        }
        Ok(())
    })
}

#[test]
fn no_route_scrolls_sideways_on_narrow_or_zoomed_windows() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        let routes = j.routes(&page).await?;
        let found = sideways(j, &page, &routes, &["en", "de", "ar"]).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
}

#[test]
fn no_route_of_the_relationship_manager_scrolls_sideways() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.browser.tab().await?;
        j.enter(&page, "ruth").await?;
        let routes = j.desk_routes().await?;
        let found = sideways(j, &page, &routes, &["de"]).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
}

/// What is wider than a narrow or a zoomed window, with text at its size and at twice that.
async fn sideways(
    j: &mut Journey,
    page: &Page,
    routes: &[Route],
    languages: &[&str],
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for language in languages {
        for look in [NARROW, ZOOMED] {
            j.browser.set_look(page, look).await?;
            for route in routes {
                visit(j, page, route, language).await?;
                found.extend(
                    too_wide(page).await?.map(|what| {
                        format!("{} in {language} at {}: {what}", route.name, look.width)
                    }),
                );
                // Text alone at twice its size, as a browser's text zoom does.
                if look.width == ZOOMED.width {
                    continue;
                }
                page.run("document.documentElement.style.fontSize = '200%'", vec![])
                    .await?;
                found.extend(
                    too_wide(page)
                        .await?
                        .map(|what| format!("{} in {language}, text at 200 %: {what}", route.name)),
                );
            }
        }
    }
    Ok(found)
}

/// What makes the page wider than the window, if anything does.
async fn too_wide(page: &Page) -> Result<Option<String>> {
    let script = "
        const root = document.scrollingElement;
        if (root.scrollWidth <= root.clientWidth) return null;
        const out = [...document.querySelectorAll('body *')].filter((e) => {
          const r = e.getBoundingClientRect();
          return r.width > 0 && (r.right > innerWidth + 1 || r.left < -1);
        });
        const say = (e) => `${e.localName}.${e.className} ${Math.round(e.getBoundingClientRect().width)}`;
        return `${root.scrollWidth} > ${root.clientWidth}: ${out.slice(0, 4).map(say).join(', ')}`;";
    Ok(page.run(script, vec![]).await?.as_str().map(str::to_owned))
}

#[test]
fn a_request_is_filed_with_the_keyboard_alone() -> Result<(), Failure> {
    Stage::desktop().play(async |j| {
        let page = j.browser.tab().await?;
        page.open(&j.url("")).await?;
        j.step("sign in");
        page.find(Role::Field, "User name").await?;
        page.tab_to(Role::Field, "User name").await?;
        page.type_text("anna").await?;
        page.tab_to(Role::Field, "Password").await?;
        page.type_text("demo").await?;
        page.key(Key::Enter).await?;
        page.until_heading("Home").await?;
        page.until_up_to_date().await?;

        j.step("find the form");
        for (link, heading) in [
            ("Services*", "Services"),
            ("Managed*", SERVICE),
            ("Report*", FORM),
        ] {
            page.tab_to(Role::Link, link).await?;
            ensure!(
                focus_is_visible(&page).await?,
                "the focus on {link} cannot be seen"
            );
            page.key(Key::Enter).await?;
            page.until_heading(heading).await?;
        }
        j.step("fill it in");
        page.tab_to(Role::Field, "What does not work?").await?;
        page.type_text("No pointer was used").await?;
        page.tab_to(Role::Field, "What happens, and since when?")
            .await?;
        page.type_text("Only keys, from the first to the last step.")
            .await?;
        page.tab_to(Role::Radio, "Yes").await?;
        page.key(Key::Space).await?;
        page.tab_to(Role::Radio, "Only one person").await?;
        page.key(Key::Down).await?;
        page.tab_to(Role::Radio, "It goes on").await?;
        page.key(Key::Space).await?;
        page.tab_to(Role::Button, "Send request").await?;
        page.key(Key::Enter).await?;
        page.until_heading("No pointer was used").await?;
        page.until_unsent(0).await?;
        j.backend
            .as_user("anna")
            .await?
            .the_ticket("No pointer was used")
            .await?;

        j.step("answer on it");
        page.tab_to(Role::Field, "Your answer").await?;
        page.type_text("And an answer.").await?;
        page.tab_to(Role::Button, "Send").await?;
        page.key(Key::Enter).await?;
        page.until_field_is("Your answer", "").await?;
        page.until_unsent(0).await
    })
}

async fn focus_is_visible(page: &Page) -> Result<bool> {
    let script = "
        const style = getComputedStyle(document.activeElement);
        return document.activeElement.matches(':focus-visible')
          && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');";
    match page.run(script, vec![]).await?.as_bool() {
        Some(visible) => Ok(visible),
        None => bail!("no answer"),
    }
}

#[test]
fn the_content_security_policy_is_kept_on_every_route() -> Result<(), Failure> {
    // The journey itself fails on any complaint in the console.
    Stage::desktop().play(async |j| {
        let page = j.signed_in("anna").await?;
        for route in j.routes(&page).await? {
            visit(j, &page, &route, "en").await?;
        }
        let header =
            "return fetch(document.baseURI).then((r) => r.headers.get('content-security-policy'))";
        let policy = page.run(header, vec![]).await?;
        ensure!(
            policy
                .as_str()
                .is_some_and(|p| !p.contains("unsafe-inline")),
            "{policy}"
        );
        j.console_is_clean().await
    })
}
