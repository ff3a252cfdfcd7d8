//! One view per item of a list that changes.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// An item that has still to be shown.
struct Item {
    /// The hash of its key: two lists never hold enough items for two keys to share one.
    key: u64,
    show: SendWrapper<Box<dyn FnOnce() -> AnyView>>,
}

/// Shows every item of `items` by `view`. An item whose `key` was there before keeps its view, with
/// focus, scroll and all; so what changes under a key must be read inside of the view.
///
/// Boxed, so that the reconciling is compiled once and not for every kind of item.
pub fn each<T: 'static, K: Hash, V: IntoView + 'static>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> AnyView {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let boxed = move || {
        let show = |item: T| {
            let (key, view) = (hasher.hash_one(key(&item)), view.clone());
            let show: Box<dyn FnOnce() -> AnyView> = Box::new(move || view(item).into_any());
            Item {
                key,
                show: SendWrapper::new(show),
            }
        };
        items().into_iter().map(show).collect::<Vec<Item>>()
    };
    reconciled(Box::new(boxed))
}

fn reconciled(items: Box<dyn Fn() -> Vec<Item> + Send + Sync>) -> AnyView {
    view! { <For each=items key=|item| item.key children=|item| item.show.take()()/> }.into_any()
}
