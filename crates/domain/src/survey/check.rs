//! What is wrong with a questionnaire, and what is wrong with answers to it.

mod questionnaire;
mod reply;

pub use questionnaire::questionnaire;
pub use reply::{answer, answers};

/// The first value that stands there a second time.
fn repeated<'a>(values: impl Iterator<Item = &'a String> + Clone) -> Option<&'a String> {
    values
        .clone()
        .enumerate()
        .find(|(at, value)| values.clone().take(*at).any(|earlier| earlier == *value))
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
