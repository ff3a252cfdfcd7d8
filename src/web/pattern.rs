//! Regular expressions by the browser's own engine, so that none travels in the wasm.

/// Whether the whole of `text` matches `pattern`, as HTML's `pattern` attribute means it. A pattern
/// that cannot be read matches everything: a faulty form must not keep anybody from writing.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let source = format!("^(?:{pattern})$");
    let made = js_sys::Reflect::construct(
        &regexp_constructor(),
        &js_sys::Array::of2(&source.into(), &"u".into()),
    );
    match made {
        Ok(value) => {
            use wasm_bindgen::JsCast;
            value
                .dyn_into::<js_sys::RegExp>()
                .map_or(true, |regexp| regexp.test(text))
        }
        Err(_) => true,
    }
}

/// The constructor as a value: calling it through `Reflect` turns a syntax error into `Err`, where
/// `RegExp::new` would throw through the wasm.
fn regexp_constructor() -> js_sys::Function {
    use wasm_bindgen::JsCast;
    js_sys::Reflect::get(&js_sys::global(), &"RegExp".into())
        .ok()
        .and_then(|value| value.dyn_into().ok())
        .unwrap_or_default()
}
