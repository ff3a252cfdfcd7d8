//! Signals whose closures are boxed. A framework's generic constructor is compiled once for each
//! closure; these are compiled once for each type of value, which the download is smaller by.

use leptos::prelude::*;

/// A value that is worked out again when what it reads changes, and tells only of real changes.
pub fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    fn boxed<T: PartialEq + Send + Sync + 'static>(
        value: Box<dyn Fn() -> T + Send + Sync>,
    ) -> Memo<T> {
        Memo::new(move |_| value())
    }
    boxed(Box::new(value))
}

/// A value that is worked out whenever it is read.
pub fn derived<T: Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Signal<T> {
    fn boxed<T: Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Signal<T> {
        Signal::derive(value)
    }
    boxed(Box::new(value))
}

/// Something that is done now, and again whenever what it reads changes.
pub fn effect(what: impl Fn() + 'static) {
    fn boxed(what: Box<dyn Fn()>) {
        Effect::new(move |_| what());
    }
    boxed(Box::new(what));
}
