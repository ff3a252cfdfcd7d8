//! Hints to connected clients that something in their feed may have changed. They carry no data: a
//! client that gets one asks the feed, which knows the rights.

use crate::db::sight::Touched;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Spreads hints to the event streams.
#[derive(Clone, Debug)]
pub struct Hints(broadcast::Sender<Arc<Touched>>);

impl Default for Hints {
    fn default() -> Self {
        Self(broadcast::channel(256).0)
    }
}

impl Hints {
    /// Tells everybody who listens.
    pub fn tell(&self, touched: Touched) {
        if touched.rights || !touched.keys.is_empty() {
            // Nobody listening is no fault.
            let _ = self.0.send(Arc::new(touched));
        }
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<Touched>> {
        self.0.subscribe()
    }
}
