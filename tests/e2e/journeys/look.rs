//! Pictures of every route, for people to look at: `target/screens`.

use anyhow::Result;
use rapport_e2e::journey::{Failure, Stage};
use rapport_e2e::screens;

#[test]
fn pictures_of_every_route_can_be_taken() -> Result<(), Failure> {
    Stage::phone().play(async |j| {
        let page = j.signed_in("anna").await?;
        for route in j.routes(&page).await? {
            page.open(&j.url(&route.path)).await?;
            page.until_settled().await?;
            screens::shoot(&page, &format!("{}-360-light-en", route.name)).await?;
        }
        Ok(())
    })
}
