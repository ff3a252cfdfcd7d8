//! What was answered.

use super::question::QuestionKind;
use crate::plain::part;
use serde::{Deserialize, Serialize};

part! {
    /// The answer to one question, of whatever kind: one of the fields below the question is filled,
    /// and none where nothing was answered.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    SurveyAnswer {
        /// The question's key.
        question: String,
        /// A point of a scale, or a number.
        number: Option<f64>,
        /// A text of one or more lines, or a day as `YYYY-MM-DD`.
        text: String,
        /// Values of the chosen options: one of a single choice, any of a multiple one, all of a
        /// ranking with the best first; `true` or `false` of a yes/no question.
        choices: Vec<String>,
        /// What was chosen in each row of a matrix.
        rows: Vec<RowChoice>,
    }
}

part! {
    /// What was chosen in a row of a matrix.
    #[derive(Default, Eq, Serialize, Deserialize)]
    #[serde(default)]
    RowChoice {
        /// The row's value.
        row: String,
        /// The chosen option's value.
        choice: String,
    }
}

impl SurveyAnswer {
    /// No answer yet.
    pub fn none(question: impl Into<String>) -> Self {
        Self {
            question: question.into(),
            ..Self::default()
        }
    }

    /// A point of a scale, or a number.
    pub fn number(question: impl Into<String>, number: f64) -> Self {
        Self {
            number: Some(number),
            ..Self::none(question)
        }
    }

    /// A text, or a day.
    pub fn text(question: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::none(question)
        }
    }

    /// Yes or no.
    pub fn flag(question: impl Into<String>, flag: bool) -> Self {
        Self::choices(question, [flag.to_string()])
    }

    /// One choice, several, or a ranking.
    pub fn choices<S: Into<String>>(
        question: impl Into<String>,
        choices: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            choices: choices.into_iter().map(Into::into).collect(),
            ..Self::none(question)
        }
    }

    /// Rows of a matrix, each with what was chosen in it.
    pub fn rows<S: Into<String>>(
        question: impl Into<String>,
        rows: impl IntoIterator<Item = (S, S)>,
    ) -> Self {
        let rows = rows.into_iter().map(|(row, choice)| RowChoice {
            row: row.into(),
            choice: choice.into(),
        });
        Self {
            rows: rows.collect(),
            ..Self::none(question)
        }
    }

    /// Whether nothing was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.filled().contains(&true)
    }

    /// Whether what is filled is what a question of that kind takes, and nothing else is. Of a kind
    /// that we do not know, anything is.
    #[must_use]
    pub fn suits(&self, kind: &QuestionKind) -> bool {
        use QuestionKind as K;
        let place = match kind {
            K::Csat | K::Nps | K::Ces | K::Number => 0,
            K::Text | K::LongText | K::Date => 1,
            K::Single | K::Multiple | K::Ranking | K::YesNo => 2,
            K::Matrix => 3,
            K::Other(_) => return true,
        };
        self.filled()
            .into_iter()
            .enumerate()
            .all(|(at, filled)| filled == (at == place))
    }

    /// Which of the fields hold something, in their order.
    fn filled(&self) -> [bool; 4] {
        [
            self.number.is_some(),
            !self.text.trim().is_empty(),
            !self.choices.is_empty(),
            !self.rows.is_empty(),
        ]
    }
}

/// The answer to the question of that key; the first where there are several.
pub(super) fn to<'a>(answers: &'a [SurveyAnswer], key: &str) -> Option<&'a SurveyAnswer> {
    answers.iter().find(|answer| answer.question == key)
}
