//! A survey: its answering, question by question; for who makes it its questions, the invited, answers
//! taken for others, and what came of it.

mod answer;
mod ask;
mod edit;
mod edit_question;
mod figures;
mod invite;
mod matrix;
mod page;
mod preview;
mod ranking;
mod reply;
mod results;
mod review;
mod sets;
mod sheet;
mod table;
mod take;
mod trend;
mod wording;

pub use answer::AnswerPage;
pub use edit::EditPage;
pub use page::SurveyPage;
pub use preview::PreviewPage;
pub use results::ResultsPage;
pub use take::TakePage;
