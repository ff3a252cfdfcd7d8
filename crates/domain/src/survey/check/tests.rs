//! Each fault is named, and nothing else.

mod questionnaire;
mod reply;
