//! One element of a page.

use anyhow::{Context, Result, bail};
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};

use super::Page;
use crate::browser::{Wire, as_text};

/// The name under which WebDriver passes elements.
const KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element that was found.
#[derive(Clone)]
pub struct Element {
    page: Page,
    id: String,
}

/// Where an element stands in the window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Distance from the window's upper edge.
    pub top: f64,
    /// Distance of the lower edge from the window's upper edge.
    pub bottom: f64,
    /// Distance from the window's left edge.
    pub left: f64,
    /// Distance of the right edge from the window's left edge.
    pub right: f64,
}

impl Element {
    pub(super) fn new(page: Page, value: &Value) -> Result<Self> {
        let id = value[KEY].as_str().context("no element")?.to_owned();
        Ok(Self { page, id })
    }

    /// The element as an argument of a script.
    #[must_use]
    pub fn as_argument(&self) -> Value {
        json!({KEY: self.id})
    }

    async fn issue(
        &self,
        command: impl WebDriverCompatibleCommand + Send + 'static,
    ) -> Result<Value> {
        Ok(self.page.here().await?.issue_cmd(command).await?)
    }

    fn path(&self, rest: &str) -> String {
        format!("element/{}/{rest}", self.id)
    }

    async fn run(&self, script: &str, more: Vec<Value>) -> Result<Value> {
        let mut arguments = vec![self.as_argument()];
        arguments.extend(more);
        self.page.run(script, arguments).await
    }

    /// The accessible name the browser computes.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn label(&self) -> Result<String> {
        let label = as_text(self.issue(Wire::get(self.path("computedlabel"))).await?)?;
        Ok(label.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The role the browser computes.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn role(&self) -> Result<String> {
        as_text(self.issue(Wire::get(self.path("computedrole"))).await?)
    }

    /// Clicks in its middle.
    ///
    /// # Errors
    /// When it is gone, cannot be seen, or something lies over it.
    pub async fn click(&self) -> Result<()> {
        self.scroll_to().await?;
        self.issue(Wire::post(self.path("click"), json!({})))
            .await?;
        Ok(())
    }

    /// Scrolls it to the middle, as a person does who wants to see what is pressed: a driver is content
    /// with a place under a bar that stays at the window's edge.
    async fn scroll_to(&self) -> Result<()> {
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.run(script, vec![]).await?;
        Ok(())
    }

    /// Double-clicks in its middle.
    ///
    /// # Errors
    /// When it is gone or out of the window.
    pub async fn double_click(&self) -> Result<()> {
        self.run("arguments[0].scrollIntoView({ block: 'center' })", vec![])
            .await?;
        let press = [
            json!({"type": "pointerDown", "button": 0}),
            json!({"type": "pointerUp", "button": 0}),
        ];
        let mut moves =
            vec![json!({"type": "pointerMove", "origin": self.as_argument(), "x": 0, "y": 0})];
        moves.extend(press.clone());
        moves.extend(press);
        let actions = json!({"actions": [{
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": moves,
        }]});
        self.issue(Wire::post("actions", actions)).await?;
        Ok(())
    }

    /// Types a text into it, key by key; into a file input, the path of a file.
    ///
    /// # Errors
    /// When it is gone or takes no keys.
    pub async fn type_in(&self, text: &str) -> Result<()> {
        self.issue(Wire::post(self.path("value"), json!({"text": text})))
            .await?;
        Ok(())
    }

    /// Empties a field.
    ///
    /// # Errors
    /// When it is gone or is no field.
    pub async fn clear(&self) -> Result<()> {
        self.issue(Wire::post(self.path("clear"), json!({})))
            .await?;
        Ok(())
    }

    /// What stands in a field.
    ///
    /// # Errors
    /// When it is gone or is no field.
    pub async fn value(&self) -> Result<String> {
        match self
            .run("return arguments[0].value ?? null", vec![])
            .await?
        {
            Value::String(value) => Ok(value),
            _ => bail!("it is no field"),
        }
    }

    /// An attribute, if it is there.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn attribute(&self, name: &str) -> Result<Option<String>> {
        let value = self
            .run(
                "return arguments[0].getAttribute(arguments[1])",
                vec![json!(name)],
            )
            .await?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// The words in it, as they are seen.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn text(&self) -> Result<String> {
        as_text(self.run("return arguments[0].innerText", vec![]).await?)
    }

    /// Whether it has the keyboard's attention.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn has_focus(&self) -> Result<bool> {
        Ok(self
            .run("return document.activeElement === arguments[0]", vec![])
            .await?
            == true)
    }

    /// Where it stands.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn place(&self) -> Result<Place> {
        let script = "const r = arguments[0].getBoundingClientRect(); return [r.top, r.bottom, r.left, r.right]";
        let sides = self.run(script, vec![]).await?;
        let side = |index: usize| sides[index].as_f64().context("no number");
        Ok(Place {
            top: side(0)?,
            bottom: side(1)?,
            left: side(2)?,
            right: side(3)?,
        })
    }

    pub(super) async fn choose(&self, option: &str) -> Result<()> {
        let script =
            "return [...arguments[0].options].findIndex((o) => o.label.trim() === arguments[1])";
        let index = self
            .run(script, vec![json!(option)])
            .await?
            .as_i64()
            .unwrap_or(-1);
        if index < 0 {
            bail!("the list has no option {option:?}: {}", self.text().await?);
        }
        let script = "return arguments[0].options[arguments[1]]";
        let chosen = self.run(script, vec![json!(index)]).await?;
        Self::new(self.page.clone(), &chosen)?.click().await
    }
}
