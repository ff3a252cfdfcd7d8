//! The two kinds of task. `leptos::task::spawn_local` itself is banned: it outlives its view without
//! saying whether it should.

use std::future::Future;

/// Runs `work` for the present view; it is dropped with the view. For what only the view wants.
pub fn task(work: impl Future<Output = ()> + 'static) {
    leptos::reactive::spawn_local_scoped_with_cancellation(work);
}

/// Runs `work` to its end, whatever becomes of the view. For commits; it must not hold signals of a
/// view.
pub fn durable(work: impl Future<Output = ()> + 'static) {
    crate::web::task::spawn(work);
}
