//! Formats and plural rules by the browser's `Intl` (ECMA-402), so that no table travels in the wasm.

use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::{JsCast, JsValue};

type Options = &'static [(&'static str, &'static str)];

/// A kind of formatter: the constructor in `Intl`, and what it is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style {
    constructor: &'static str,
    options: Options,
}

/// Day and time of day.
pub const DATE_TIME: Style = Style {
    constructor: "DateTimeFormat",
    options: &[("dateStyle", "medium"), ("timeStyle", "short")],
};
/// Day.
pub const DATE: Style = Style {
    constructor: "DateTimeFormat",
    options: &[("dateStyle", "medium")],
};
/// A day of the calendar that belongs to no zone.
pub const DAY: Style = Style {
    constructor: "DateTimeFormat",
    options: &[("dateStyle", "medium"), ("timeZone", "UTC")],
};
/// A month of the calendar, which belongs to no zone.
pub const MONTH: Style = Style {
    constructor: "DateTimeFormat",
    options: &[("year", "numeric"), ("month", "short"), ("timeZone", "UTC")],
};
/// Time of day.
pub const TIME: Style = Style {
    constructor: "DateTimeFormat",
    options: &[("timeStyle", "short")],
};
/// A number.
pub const NUMBER: Style = Style {
    constructor: "NumberFormat",
    options: &[("maximumFractionDigits", "2")],
};
/// A share, in whole percent.
pub const WHOLE_PERCENT: Style = Style {
    constructor: "NumberFormat",
    options: &[("style", "percent"), ("maximumFractionDigits", "0")],
};
/// A share, in percent to the tenth.
pub const PERCENT: Style = Style {
    constructor: "NumberFormat",
    options: &[
        ("style", "percent"),
        ("minimumFractionDigits", "1"),
        ("maximumFractionDigits", "1"),
    ],
};
/// A number to the tenth.
pub const TENTH: Style = Style {
    constructor: "NumberFormat",
    options: &[
        ("minimumFractionDigits", "1"),
        ("maximumFractionDigits", "1"),
    ],
};
/// How long ago, or how long until.
pub const RELATIVE: Style = Style {
    constructor: "RelativeTimeFormat",
    options: &[("numeric", "auto")],
};
/// “a, b and c”.
pub const LIST: Style = Style {
    constructor: "ListFormat",
    options: &[("style", "long"), ("type", "conjunction")],
};
/// Which plural form a number takes.
pub const PLURAL: Style = Style {
    constructor: "PluralRules",
    options: &[],
};
/// What a language calls languages.
pub const LANGUAGE_NAMES: Style = Style {
    constructor: "DisplayNames",
    options: &[("type", "language")],
};

thread_local! {
    static FORMATTERS: RefCell<HashMap<(String, Style), JsValue>> = RefCell::default();
}

/// A moment, by `style`.
#[must_use]
pub fn moment(language: &str, style: Style, millis: f64) -> String {
    call(
        language,
        style,
        "format",
        &[js_sys::Date::new(&millis.into()).into()],
    )
    .unwrap_or_else(|| String::from(js_sys::Date::new(&millis.into()).to_iso_string()))
}

/// From one moment to another, by `style`.
#[must_use]
pub fn moments(language: &str, style: Style, from: f64, until: f64) -> String {
    let dates = [from, until].map(|millis| js_sys::Date::new(&millis.into()).into());
    call(language, style, "formatRange", &dates).unwrap_or_else(|| {
        let [from, until] = [from, until].map(|at| moment(language, style, at));
        format!("{from} – {until}")
    })
}

/// A number.
#[must_use]
pub fn number(language: &str, value: f64) -> String {
    figure(language, NUMBER, value)
}

/// A number, by `style`.
#[must_use]
pub fn figure(language: &str, style: Style, value: f64) -> String {
    call(language, style, "format", &[value.into()]).unwrap_or_else(|| value.to_string())
}

/// `value` units (`minute`, `day`…) from now; the past is negative.
#[must_use]
pub fn relative(language: &str, value: f64, unit: &str) -> String {
    call(language, RELATIVE, "format", &[value.into(), unit.into()])
        .unwrap_or_else(|| format!("{value} {unit}"))
}

/// The texts as one enumeration.
#[must_use]
pub fn list(language: &str, items: &[String]) -> String {
    let array: js_sys::Array = items.iter().map(|item| JsValue::from_str(item)).collect();
    call(language, LIST, "format", &[array.into()]).unwrap_or_else(|| items.join(", "))
}

/// The plural category (`one`, `few`, `other`…) of a number.
#[must_use]
pub fn plural(language: &str, count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts on a screen")]
    let count = count as f64;
    call(language, PLURAL, "select", &[count.into()]).unwrap_or_else(|| "other".to_owned())
}

/// What a language calls itself.
#[must_use]
pub fn language_name(language: &str) -> String {
    call(language, LANGUAGE_NAMES, "of", &[language.into()]).unwrap_or_else(|| language.to_owned())
}

fn call(language: &str, style: Style, method: &str, args: &[JsValue]) -> Option<String> {
    let formatter = formatter(language, style)?;
    let method = js_sys::Reflect::get(&formatter, &method.into()).ok()?;
    let method: js_sys::Function = method.dyn_into().ok()?;
    let args: js_sys::Array = args.iter().collect();
    method.apply(&formatter, &args).ok()?.as_string()
}

fn formatter(language: &str, style: Style) -> Option<JsValue> {
    let key = (language.to_owned(), style);
    if let Some(known) = FORMATTERS.with_borrow(|all| all.get(&key).cloned()) {
        return Some(known);
    }
    let made = make(language, style)?;
    FORMATTERS.with_borrow_mut(|all| all.insert(key, made.clone()));
    Some(made)
}

fn make(language: &str, style: Style) -> Option<JsValue> {
    let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor = js_sys::Reflect::get(&intl, &style.constructor.into()).ok()?;
    let constructor: js_sys::Function = constructor.dyn_into().ok()?;
    let options = js_sys::Object::new();
    for (name, value) in style.options {
        js_sys::Reflect::set(&options, &(*name).into(), &(*value).into()).ok()?;
    }
    let args = js_sys::Array::of2(&language.into(), &options);
    js_sys::Reflect::construct(&constructor, &args).ok()
}
