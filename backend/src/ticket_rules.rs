//! What happens when a ticket is filed, changed and answered. The routes and the demonstration's
//! service desk both come through here.

pub mod change;
pub mod clock;
pub mod create;
pub mod say;
