//! The design system where only a browser can tell: focus, native elements, what is written into
//! fields and when.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::task::tick;
use rapport::ui::{
    Button, Chip, Choice, ConfirmDialog, DateField, FilterChips, PageTitle, RadioField, TextArea,
    TextField,
};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// A place in the page with a view in it, removed at the end.
struct Stage {
    place: HtmlElement,
    view: Option<Box<dyn std::any::Any>>,
}

impl Stage {
    async fn of<F, N>(view: F) -> Self
    where
        F: FnOnce() -> N + 'static,
        N: IntoView + 'static,
    {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let handle: UnmountHandle<_> = mount_to(place.clone(), view);
        settled().await;
        Self {
            place,
            view: Some(Box::new(handle)),
        }
    }

    fn find<T: JsCast>(&self, selector: &str) -> T {
        let found = self.place.query_selector(selector).unwrap();
        found
            .unwrap_or_else(|| panic!("no {selector}"))
            .unchecked_into()
    }

    fn has(&self, selector: &str) -> bool {
        self.place.query_selector(selector).unwrap().is_some()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.view.take());
        self.place.remove();
    }
}

/// Effects have run, and what they caused.
async fn settled() {
    for _ in 0..3 {
        tick().await;
    }
}

fn focused() -> Option<web_sys::Element> {
    document().active_element()
}

fn is_focused(element: &HtmlElement) -> bool {
    focused().is_some_and(|focused| focused == **element)
}

fn dispatch(element: &web_sys::EventTarget, name: &str) {
    js_sys::Function::new_with_args(
        "element, name",
        "element.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }))",
    )
    .call2(&wasm_bindgen::JsValue::NULL, element, &name.into())
    .unwrap();
}

#[wasm_bindgen_test]
async fn a_busy_button_keeps_its_focus_and_acts_once() {
    let (busy, presses) = (RwSignal::new(false), RwSignal::new(0));
    let press = Callback::new(move |()| {
        presses.update(|count| *count += 1);
        busy.set(true);
    });
    let stage = Stage::of(move || view! { <Button label="Send" on_press=press busy/> }).await;
    let button: HtmlElement = stage.find("button");
    button.focus().unwrap();
    button.click();
    button.click();
    settled().await;
    button.click();
    assert_eq!(presses.get_untracked(), 1);
    assert_eq!(
        button.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
    assert!(is_focused(&button), "a disabled button would have lost it");
    busy.set(false);
    settled().await;
    assert!(!button.has_attribute("aria-disabled"));
    button.click();
    assert_eq!(presses.get_untracked(), 2);
}

#[wasm_bindgen_test]
async fn a_busy_submit_button_does_not_submit() {
    let (busy, submitted) = (RwSignal::new(true), RwSignal::new(0));
    let stage = Stage::of(move || {
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            submitted.update(|count| *count += 1);
        };
        view! {
            <form on:submit=submit>
                <Button label="Send" submit=true busy/>
            </form>
        }
    })
    .await;
    let button: HtmlElement = stage.find("button");
    button.click();
    assert_eq!(submitted.get_untracked(), 0);
    busy.set(false);
    settled().await;
    button.click();
    assert_eq!(submitted.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn a_dialog_takes_the_focus_and_gives_it_back() {
    let (open, confirmed) = (RwSignal::new(false), RwSignal::new(0));
    let yes = Callback::new(move |()| confirmed.update(|count| *count += 1));
    let ask = Callback::new(move |()| open.set(true));
    let stage = Stage::of(move || {
        view! {
            <Button label="Discard" on_press=ask/>
            <ConfirmDialog
                title="Discard this?"
                text="It is gone then."
                confirm="Discard"
                cancel="Keep"
                open
                on_confirm=yes
            />
        }
    })
    .await;
    let opener: HtmlElement = stage.find("button");
    let dialog: HtmlDialogElement = stage.find("dialog");
    let name = dialog.get_attribute("aria-labelledby").unwrap();
    assert!(stage.has(&format!("dialog > #{name}")), "it has a name");

    opener.focus().unwrap();
    opener.click();
    settled().await;
    assert!(dialog.open());
    let keep: HtmlElement = stage.find("dialog button");
    assert_eq!(keep.text_content().as_deref(), Some("Keep"));
    assert!(is_focused(&keep), "the harmless answer has the focus");

    // Escape closes a dialog by the browser itself, which then tells it by this event.
    dialog.close();
    dispatch(&dialog, "close");
    settled().await;
    assert!(
        !open.get_untracked(),
        "closed by Escape is closed for the page too"
    );
    assert!(is_focused(&opener));

    opener.click();
    settled().await;
    let confirm: HtmlElement = stage.find("dialog button:last-child");
    confirm.click();
    settled().await;
    assert!(!dialog.open());
    assert_eq!(confirmed.get_untracked(), 1);
    assert!(is_focused(&opener));
}

#[wasm_bindgen_test]
async fn a_chip_keeps_its_focus_when_its_number_changes() {
    let chip = |value: &str, label: &str| Chip {
        value: value.into(),
        label: label.into(),
    };
    let chips = RwSignal::new(vec![chip("open", "Open 7"), chip("closed", "Closed")]);
    let chosen = RwSignal::new("open".to_owned());
    let choose = Callback::new(move |value| chosen.set(value));
    let stage = Stage::of(move || {
        view! { <FilterChips label="Which" chips chosen on_choose=choose/> }
    })
    .await;
    let open: HtmlElement = stage.find("button");
    open.focus().unwrap();
    chips.set(vec![chip("open", "Open 8"), chip("closed", "Closed")]);
    settled().await;
    assert_eq!(open.text_content().as_deref(), Some("Open 8"));
    assert!(is_focused(&open));
    stage.find::<HtmlElement>("button:last-child").click();
    settled().await;
    assert_eq!(open.get_attribute("aria-pressed").as_deref(), Some("false"));
    assert!(stage.has("button:last-child[aria-pressed=true]"));
}

#[wasm_bindgen_test]
async fn radios_are_one_group_with_a_name_and_an_error() {
    let (value, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let choices = ["a", "b"].map(|v| Choice {
        value: v.into(),
        label: v.to_uppercase(),
    });
    let change = Callback::new(move |chosen| value.set(chosen));
    let stage = Stage::of(move || {
        view! {
            <RadioField
                label="Which?"
                choices=Signal::stored(choices.to_vec())
                value
                on_change=change
                required=true
                error
            />
        }
    })
    .await;
    let group: HtmlElement = stage.find("fieldset[role=radiogroup]");
    assert_eq!(
        stage
            .find::<HtmlElement>("legend")
            .text_content()
            .as_deref(),
        Some("Which?")
    );
    assert_eq!(
        group.get_attribute("aria-required").as_deref(),
        Some("true")
    );
    let first: HtmlInputElement = stage.find("input");
    let second: HtmlInputElement = stage.find("label:last-child input");
    assert_eq!(
        first.name(),
        second.name(),
        "arrow keys move within one name"
    );
    second.click();
    assert_eq!(value.get_untracked(), "b");
    assert!(second.checked());
    value.set("a".into());
    settled().await;
    assert!(first.checked() && !second.checked());

    assert!(!group.has_attribute("aria-invalid"));
    error.set("Please choose one.".into());
    settled().await;
    assert_eq!(group.get_attribute("aria-invalid").as_deref(), Some("true"));
    let described = group.get_attribute("aria-describedby").unwrap();
    let words: HtmlElement = stage.find(&format!("#{described}"));
    assert_eq!(words.text_content().as_deref(), Some("Please choose one."));
}

#[wasm_bindgen_test]
async fn a_field_is_tied_to_its_label_hint_and_error() {
    let (value, error) = (RwSignal::new("x".to_owned()), RwSignal::new(String::new()));
    let input = Callback::new(move |text| value.set(text));
    let stage = Stage::of(move || {
        view! { <TextField label="Name" value on_input=input hint="As in the passport" required=true error/> }
    })
    .await;
    let field: HtmlInputElement = stage.find("input");
    assert_eq!(field.value(), "x");
    assert_eq!(
        stage.find::<HtmlElement>("label").get_attribute("for"),
        Some(field.id())
    );
    let hint = field.get_attribute("aria-describedby").unwrap();
    assert_eq!(
        stage
            .find::<HtmlElement>(&format!("#{hint}"))
            .text_content()
            .as_deref(),
        Some("As in the passport")
    );
    error.set("Too short.".into());
    settled().await;
    let both = field.get_attribute("aria-describedby").unwrap();
    assert_eq!(both.split(' ').count(), 2);
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(stage.has(".field[data-s=bad]"), "the thick edge");
}

#[wasm_bindgen_test]
async fn nothing_is_written_into_a_word_that_is_being_composed() {
    let value = RwSignal::new(String::new());
    let typed = Callback::new(move |text: String| value.set(text));
    let stage = Stage::of(move || view! { <TextArea label="Answer" value on_input=typed/> }).await;
    let area: HtmlTextAreaElement = stage.find("textarea");
    dispatch(&area, "compositionstart");
    area.set_value("にほ");
    dispatch(&area, "input");
    value.set("something from elsewhere".into());
    settled().await;
    assert_eq!(
        area.value(),
        "にほ",
        "the word stays whole while it is composed"
    );
    area.set_value("日本");
    dispatch(&area, "input");
    dispatch(&area, "compositionend");
    settled().await;
    assert_eq!(
        (area.value(), value.get_untracked()),
        ("日本".into(), "日本".into())
    );
    value.set(String::new());
    settled().await;
    assert_eq!(area.value(), "", "cleared from outside");
}

#[wasm_bindgen_test]
async fn a_field_is_not_rewritten_with_what_it_shows_already() {
    // Writing the empty value again is what empties a date that is half typed.
    let value = RwSignal::new("2026-11-24".to_owned());
    let writes = Rc::new(RefCell::new(0));
    let typed = Callback::new(move |text: String| value.set(text));
    let stage = Stage::of(move || view! { <DateField label="Day" value on_input=typed/> }).await;
    let field: HtmlInputElement = stage.find("input");
    assert_eq!(field.value(), "2026-11-24");
    let count = watch_writes(&field, &writes);
    native_set(&field, "");
    dispatch(&field, "input");
    settled().await;
    assert_eq!(value.get_untracked(), "");
    assert_eq!(*writes.borrow(), 0, "the page wrote into it");
    value.set("2026-12-01".into());
    settled().await;
    assert_eq!((*writes.borrow(), field.value()), (1, "2026-12-01".into()));
    drop(count);
}

/// Counts how often a script sets the field's value. The property is shadowed on the element.
fn watch_writes(
    field: &HtmlInputElement,
    writes: &Rc<RefCell<i32>>,
) -> wasm_bindgen::closure::Closure<dyn Fn()> {
    let counted = writes.clone();
    let count = wasm_bindgen::closure::Closure::<dyn Fn()>::new(move || {
        *counted.borrow_mut() += 1;
    });
    js_sys::Function::new_with_args(
        "field, count",
        "const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
         Object.defineProperty(field, 'value', {
           get() { return own.get.call(field); },
           set(text) { count(); own.set.call(field, text); },
         });",
    )
    .call2(&wasm_bindgen::JsValue::NULL, field, count.as_ref())
    .unwrap();
    count
}

/// Sets the value as a hand on the keyboard would: past the shadowed property.
fn native_set(field: &HtmlInputElement, text: &str) {
    js_sys::Function::new_with_args(
        "field, text",
        "Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text);",
    )
    .call2(&wasm_bindgen::JsValue::NULL, field, &text.into())
    .unwrap();
}

#[wasm_bindgen_test]
async fn a_page_begins_at_its_heading() {
    let title = RwSignal::new("Tickets".to_owned());
    let named = RwSignal::new(String::new());
    let name = Callback::new(move |title| named.set(title));
    let stage = Stage::of(move || view! { <PageTitle title on_title=name/> }).await;
    let heading: HtmlElement = stage.find("h1");
    assert!(is_focused(&heading));
    assert_eq!(named.get_untracked(), "Tickets");
    title.set("Ticket 7".into());
    settled().await;
    assert_eq!(named.get_untracked(), "Ticket 7");
}
