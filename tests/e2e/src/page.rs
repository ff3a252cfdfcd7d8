//! One tab: finding things by role and accessible name, acting on them, reading them.
//!
//! Every action waits until it can be done. Nothing here knows a word of the portal.

mod element;
mod keys;
mod reading;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use crate::browser::{Current, Kind, Wire};
use crate::{locked, wait};

pub use element::Element;
pub use keys::Key;

const FINDER: &str = include_str!("page/finder.js");

/// A tab of a running browser.
#[derive(Clone)]
pub struct Page {
    client: Client,
    window: WindowHandle,
    current: Current,
    kind: Kind,
}

/// A role, as accessibility knows it; `Field` is any control one can fill in, `File` and `Date` are
/// controls that have no role of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Role {
    Alert,
    Article,
    Button,
    Checkbox,
    Combobox,
    Date,
    Dialog,
    Field,
    File,
    Group,
    Heading,
    Link,
    List,
    ListItem,
    Main,
    Navigation,
    Radio,
    Region,
    SearchBox,
    SpinButton,
    Status,
    Switch,
    TextBox,
}

impl Role {
    const fn word(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Article => "article",
            Self::Button => "button",
            Self::Checkbox => "checkbox",
            Self::Combobox => "combobox",
            Self::Date => "date",
            Self::Dialog => "dialog",
            Self::Field => "field",
            Self::File => "file",
            Self::Group => "group",
            Self::Heading => "heading",
            Self::Link => "link",
            Self::List => "list",
            Self::ListItem => "listitem",
            Self::Main => "main",
            Self::Navigation => "navigation",
            Self::Radio => "radio",
            Self::Region => "region",
            Self::SearchBox => "searchbox",
            Self::SpinButton => "spinbutton",
            Self::Status => "status",
            Self::Switch => "switch",
            Self::TextBox => "textbox",
        }
    }

    /// Whether the browser's own idea of the name must be the one that was looked for.
    const fn has_a_name(self) -> bool {
        matches!(
            self,
            Self::Button
                | Self::Checkbox
                | Self::Combobox
                | Self::Dialog
                | Self::Link
                | Self::Radio
                | Self::SearchBox
                | Self::SpinButton
                | Self::Switch
                | Self::TextBox
        )
    }
}

impl Page {
    pub(crate) const fn new(
        client: Client,
        window: WindowHandle,
        current: Current,
        kind: Kind,
    ) -> Self {
        Self {
            client,
            window,
            current,
            kind,
        }
    }

    /// The session, with this tab as the one that commands go to.
    async fn here(&self) -> Result<&Client> {
        let is_here = locked(&self.current).as_ref() == Some(&self.window);
        if !is_here {
            self.client.switch_to_window(self.window.clone()).await?;
            *locked(&self.current) = Some(self.window.clone());
        }
        Ok(&self.client)
    }

    /// Loads an address.
    ///
    /// # Errors
    /// When the browser shows an error page of its own.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.here()
            .await?
            .goto(url)
            .await
            .with_context(|| format!("{url} cannot be opened"))
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When the browser shows an error page of its own.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.here().await?.refresh().await?)
    }

    /// Goes back in the history.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn back(&self) -> Result<()> {
        Ok(self.here().await?.back().await?)
    }

    /// Closes this tab; the page is told, as when a person closes it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn close(self) -> Result<()> {
        self.here().await?.close_window().await?;
        *locked(&self.current) = None;
        Ok(())
    }

    /// The address.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn url(&self) -> Result<String> {
        Ok(self.here().await?.current_url().await?.to_string())
    }

    /// The path of the address.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn path(&self) -> Result<String> {
        Ok(self.here().await?.current_url().await?.path().to_owned())
    }

    /// Runs a script's body and returns what it returns; a promise is waited for.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.here().await?.execute(script, arguments).await?)
    }

    /// Sends a command of Chromium's developer tools.
    ///
    /// # Errors
    /// When it is refused, or the browser is another one.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        ensure!(
            self.kind == Kind::Chromium,
            "{command} is only understood by Chromium"
        );
        let body = json!({"cmd": command, "params": parameters});
        Ok(self
            .here()
            .await?
            .issue_cmd(Wire::post("goog/cdp/execute", body))
            .await?)
    }

    pub(crate) async fn set_window_size(&self, width: u32, height: u32) -> Result<()> {
        Ok(self.here().await?.set_window_size(width, height).await?)
    }

    /// A picture of what is to be seen, as PNG.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.here().await?.screenshot().await?)
    }

    /// The document as it stands.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn html(&self) -> Result<String> {
        Ok(self.here().await?.source().await?)
    }

    /// Everything of that role and name that is shown now. A name that ends with `*` stands for all
    /// that begin so, `None` for any.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn all(&self, role: Role, name: Option<&str>) -> Result<Vec<Element>> {
        self.all_in(None, role, name).await
    }

    async fn all_in(
        &self,
        within: Option<Role>,
        role: Role,
        name: Option<&str>,
    ) -> Result<Vec<Element>> {
        let within = within.map(Role::word);
        let arguments = vec![
            json!("find"),
            json!(role.word()),
            json!(name),
            json!(within),
        ];
        let found = self.run(FINDER, arguments).await?;
        let found = found.as_array().context("no list of elements")?;
        found
            .iter()
            .map(|value| Element::new(self.clone(), value))
            .collect()
    }

    /// The one thing of that role and name that is shown now. The browser must tell assistive
    /// technology the same name.
    ///
    /// # Errors
    /// When there is none or more than one; the message names what there is.
    pub async fn now(&self, role: Role, name: &str) -> Result<Element> {
        self.now_in(None, role, name).await
    }

    async fn now_in(&self, within: Option<Role>, role: Role, name: &str) -> Result<Element> {
        let mut found = self.all_in(within, role, Some(name)).await?;
        let Some(element) = found.pop() else {
            let (names, text) = (self.names(role).await?, self.text().await?);
            bail!("there is no {role:?} {name:?}; there are {names:?}, and the page says {text:?}")
        };
        ensure!(
            found.is_empty(),
            "there are {} of {role:?} {name:?}",
            found.len() + 1
        );
        if role.has_a_name() {
            let label = element.label().await?;
            let is_same = match name.strip_suffix('*') {
                Some(start) => label.starts_with(start),
                None => label == name,
            };
            ensure!(
                is_same,
                "the browser gives {role:?} {name:?} the name {label:?}"
            );
        }
        Ok(element)
    }

    /// The names of everything of that role that is shown now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn names(&self, role: Role) -> Result<Vec<String>> {
        let arguments = vec![json!("names"), json!(role.word()), Value::Null, Value::Null];
        let names = self.run(FINDER, arguments).await?;
        Ok(serde_json::from_value(names)?)
    }

    /// Waits for the one thing of that role and name.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn find(&self, role: Role, name: &str) -> Result<Element> {
        wait::until(format!("{role:?} {name:?}"), || self.now(role, name)).await
    }

    /// Presses a button.
    ///
    /// # Errors
    /// When there is none that can be pressed.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.click(Role::Button, name).await
    }

    /// Follows a link.
    ///
    /// # Errors
    /// When there is none that can be followed.
    pub async fn follow(&self, name: &str) -> Result<()> {
        self.click(Role::Link, name).await
    }

    /// Follows a link of the main navigation.
    ///
    /// # Errors
    /// When there is none that can be followed.
    pub async fn navigate(&self, name: &str) -> Result<()> {
        self.click_in(Some(Role::Navigation), Role::Link, name)
            .await
    }

    /// Clicks on something as soon as it is there and nothing lies over it.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        self.click_in(None, role, name).await
    }

    async fn click_in(&self, within: Option<Role>, role: Role, name: &str) -> Result<()> {
        wait::until(format!("a click on {role:?} {name:?}"), || async {
            // A click that fails has not happened, so trying again is safe.
            self.now_in(within, role, name).await?.click().await
        })
        .await
    }

    /// Replaces what stands in a field, key by key.
    ///
    /// # Errors
    /// When there is no such field, or it does not take it.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(Role::Field, name).await?;
        if !field.value().await?.is_empty() {
            field.clear().await?;
        }
        field.type_in(text).await?;
        let value = field.value().await?;
        ensure!(
            value == text,
            "{name:?} holds {value:?} instead of {text:?}"
        );
        Ok(())
    }

    /// Types a day, given as `2026-12-01`, in the order in which an American browser asks for it.
    ///
    /// # Errors
    /// When there is no such field, or it does not take it.
    pub async fn fill_day(&self, name: &str, day: &str) -> Result<()> {
        let field = self.find(Role::Date, name).await?;
        let (year, rest) = day.split_once('-').context("no day")?;
        field
            .type_in(&format!("{}{year}", rest.replace('-', "")))
            .await?;
        let value = field.value().await?;
        ensure!(value == day, "{name:?} holds {value:?} instead of {day:?}");
        Ok(())
    }

    /// Chooses an option of a list by its words.
    ///
    /// # Errors
    /// When there is no such list or option.
    pub async fn choose(&self, name: &str, option: &str) -> Result<()> {
        let list = self.find(Role::Combobox, name).await?;
        list.choose(option).await
    }

    /// Waits until a field holds a text.
    ///
    /// # Errors
    /// When it comes to hold another one, or there is no such field.
    pub async fn until_field_is(&self, name: &str, text: &str) -> Result<()> {
        wait::until(format!("the field {name:?} to hold {text:?}"), || async {
            let value = self.now(Role::Field, name).await?.value().await?;
            ensure!(value == text, "it holds {value:?}");
            Ok(())
        })
        .await
    }
}
