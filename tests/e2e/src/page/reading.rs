//! Reading a page.

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use super::{Page, Role};
use crate::browser::as_text;
use crate::wait;

impl Page {
    /// All words that are to be seen.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn text(&self) -> Result<String> {
        as_text(self.run("return document.body.innerText", vec![]).await?)
    }

    /// Waits until words are to be seen. Upper and lower case are the style's business.
    ///
    /// # Errors
    /// When they do not appear.
    pub async fn until_sees(&self, words: &str) -> Result<()> {
        wait::until(format!("{words:?} to be seen"), || async {
            ensure!(
                self.sees(words).await?,
                "the page says {:?}",
                self.text().await?
            );
            Ok(())
        })
        .await
    }

    /// Waits until words are no longer to be seen.
    ///
    /// # Errors
    /// When they stay.
    pub async fn until_gone(&self, words: &str) -> Result<()> {
        wait::until(format!("{words:?} to go"), || async {
            ensure!(
                !self.sees(words).await?,
                "the page says {:?}",
                self.text().await?
            );
            Ok(())
        })
        .await
    }

    /// Whether words are to be seen now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn sees(&self, words: &str) -> Result<bool> {
        let squeezed = |text: &str| {
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase()
        };
        Ok(squeezed(&self.text().await?).contains(&squeezed(words)))
    }

    /// Waits for a heading of that name.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn until_heading(&self, name: &str) -> Result<()> {
        wait::until(format!("the heading {name:?}"), || async {
            if !self.all(Role::Heading, Some(name)).await?.is_empty() {
                return Ok(());
            }
            let names = self.names(Role::Heading).await?;
            bail!(
                "there are {names:?}, and the page says {:?}",
                self.text().await?
            )
        })
        .await
    }

    /// Waits until a script's expression is true.
    ///
    /// # Errors
    /// When it does not become true.
    pub async fn until_true(&self, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression})");
        wait::until(expression, || async {
            ensure!(
                self.run(&script, vec![]).await? == Value::Bool(true),
                "it is not"
            );
            Ok(())
        })
        .await
    }
}
