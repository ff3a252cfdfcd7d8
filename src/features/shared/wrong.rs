//! What happens when somebody sends what has something wrong in it.

use crate::live;
use crate::web::dom;

/// Leads to the first field in which something is wrong, once that is marked in the page.
pub fn lead_to_wrong() {
    live::task(async { dom::focus_first("dialog[open] [aria-invalid], main [aria-invalid]") });
}
