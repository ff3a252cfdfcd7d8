//! Answers, counted. Scores are made from counts, so whoever may see results need not see answers.
//!
//! A tally of very few answer sets still gives single answers away: whoever hands tallies out decides
//! from how many on he does so.

use super::LEAST_FOR_ANONYMITY;
use super::answer::{self, SurveyAnswer};
use super::check;
use super::question::{Question, QuestionKind};
use crate::plain::part;
use serde::{Deserialize, Serialize};

/// What many people answered to one questionnaire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// One for each question, in their order.
    pub questions: Vec<QuestionTally>,
}

part! {
    /// What many people answered to one question.
    #[derive(Serialize, Deserialize)]
    QuestionTally {
        /// The question's key.
        key: String,
        /// The question's kind.
        kind: QuestionKind,
        /// How many answered it.
        n: u32,
        /// How often each value was answered, also those that never were: the points of a scale,
        /// the options, `true` and `false`, and for a matrix the options row by row. Nothing for a
        /// text, a day or a number.
        counts: Vec<Count>,
        /// Sum of the numbers; `None` until there is one, and always for other kinds.
        sum: Option<f64>,
        /// The least number.
        least: Option<f64>,
        /// The greatest number.
        greatest: Option<f64>,
    }
}

part! {
    /// How often a value was answered.
    #[derive(Eq, Serialize, Deserialize)]
    Count {
        /// The row, in a matrix.
        row: Option<String>,
        /// The point or the option's value.
        value: String,
        /// How often it was answered.
        count: u32,
        /// Sum of its places in rankings, where the best is the first; 0 for other kinds.
        places: u32,
    }
}

impl Tally {
    /// The tally of no answers.
    #[must_use]
    pub fn empty(questions: &[Question]) -> Self {
        Self {
            questions: questions.iter().map(QuestionTally::empty).collect(),
        }
    }

    /// The tally of these sets of answers.
    #[must_use]
    pub fn of<'a>(
        questions: &[Question],
        sets: impl IntoIterator<Item = &'a [SurveyAnswer]>,
    ) -> Self {
        let mut tally = Self::empty(questions);
        for answers in sets {
            tally.count(questions, answers);
        }
        tally
    }

    /// Counts one person's answers, as they were sent (see [`super::flow::kept`]). An answer that the
    /// question refuses is not counted; those beside it are, since a question that became stricter
    /// takes nothing back from what was answered to the others.
    pub fn count(&mut self, questions: &[Question], answers: &[SurveyAnswer]) {
        for question in questions {
            let answer = answer::to(answers, &question.key);
            let given = answer.filter(|answer| !answer.is_empty());
            if let Some(answer) = given
                && check::answer(question, given).is_empty()
            {
                let mut one = QuestionTally::empty(question);
                one.count(answer);
                self.add(one);
            }
        }
    }

    /// Adds another tally: what comes out is the tally of both sets of answers. (Sums of numbers with a
    /// fraction can differ from it by their rounding.) Questions that only the other one has follow.
    pub fn merge(&mut self, other: &Self) {
        for theirs in &other.questions {
            self.add(theirs.clone());
        }
    }

    fn add(&mut self, theirs: QuestionTally) {
        let mut own = self.questions.iter_mut();
        match own.find(|own| own.key == theirs.key && own.kind == theirs.kind) {
            Some(own) => own.merge(&theirs),
            None => self.questions.push(theirs),
        }
    }

    /// The tally of the question of that key.
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&QuestionTally> {
        self.questions.iter().find(|question| question.key == key)
    }
}

impl QuestionTally {
    /// The tally of no answers.
    #[must_use]
    pub fn empty(question: &Question) -> Self {
        let values = question.values();
        let none = |row: Option<&str>| {
            let values = values.iter();
            let counts = values.map(|value| Count::none(row, value));
            counts.collect::<Vec<_>>()
        };
        let counts = match (&question.kind, question.kind.scale()) {
            (_, Some((least, greatest))) => (least..=greatest)
                .map(|point| Count::none(None, &point.to_string()))
                .collect(),
            (QuestionKind::Matrix, _) => question
                .rows
                .iter()
                .flat_map(|row| none(Some(&row.value)))
                .collect(),
            (kind, _) if kind.has_options() || *kind == QuestionKind::YesNo => none(None),
            _ => Vec::new(),
        };
        Self {
            key: question.key.clone(),
            kind: question.kind.clone(),
            n: 0,
            counts,
            sum: None,
            least: None,
            greatest: None,
        }
    }

    /// As those may see it who are not shown single answers: without what few people answered, and
    /// without the ends of the numbers, each of which is one person's answer.
    #[must_use]
    pub fn without_single_answers(self) -> Self {
        let few = (self.n as usize) < LEAST_FOR_ANONYMITY;
        if few {
            return self.withheld();
        }
        Self {
            least: None,
            greatest: None,
            ..self
        }
    }

    /// Only how many answered, as those may see it who are shown no figures.
    #[must_use]
    pub fn withheld(self) -> Self {
        Self {
            counts: Vec::new(),
            sum: None,
            least: None,
            greatest: None,
            ..self
        }
    }

    /// Whether it is told how many answered, and not how.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        let has_figures = !matches!(
            self.kind,
            QuestionKind::Text | QuestionKind::LongText | QuestionKind::Date
        );
        has_figures && self.n > 0 && self.counts.is_empty() && self.sum.is_none()
    }

    /// Mean of the numbers.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let mean = self.sum? / f64::from(self.n);
        mean.is_finite().then_some(mean)
    }

    /// How often a value was answered; `row` only in a matrix.
    #[must_use]
    pub fn count_of(&self, row: Option<&str>, value: &str) -> u32 {
        self.counts
            .iter()
            .find(|count| count.is_of(row, value))
            .map_or(0, |count| count.count)
    }

    fn count(&mut self, answer: &SurveyAnswer) {
        self.n = self.n.saturating_add(1);
        match &self.kind {
            QuestionKind::Number => {
                let number = answer.number;
                self.add_numbers(number, number, number);
            }
            QuestionKind::Ranking => {
                for (choice, place) in answer.choices.iter().zip(1..) {
                    self.add(None, choice, 1, place);
                }
            }
            QuestionKind::Single | QuestionKind::Multiple | QuestionKind::YesNo => {
                for choice in &answer.choices {
                    self.add(None, choice, 1, 0);
                }
            }
            QuestionKind::Matrix => {
                for given in &answer.rows {
                    self.add(Some(&given.row), &given.choice, 1, 0);
                }
            }
            kind if kind.scale().is_some() => {
                if let Some(point) = answer.number {
                    // Minus zero is zero, but is not written so.
                    self.add(None, &(point + 0.0).to_string(), 1, 0);
                }
            }
            _ => {}
        }
    }

    /// Of figures that are withheld none come out, as if a part were the whole.
    fn merge(&mut self, other: &Self) {
        let withheld = self.is_withheld() || other.is_withheld();
        self.n = self.n.saturating_add(other.n);
        if withheld {
            self.counts.clear();
            (self.sum, self.least, self.greatest) = (None, None, None);
            return;
        }
        for theirs in &other.counts {
            self.add(
                theirs.row.as_deref(),
                &theirs.value,
                theirs.count,
                theirs.places,
            );
        }
        self.add_numbers(other.sum, other.least, other.greatest);
    }

    fn add(&mut self, row: Option<&str>, value: &str, count: u32, places: u32) {
        let at = self.counts.iter().position(|own| own.is_of(row, value));
        let at = at.unwrap_or_else(|| {
            self.counts.push(Count::none(row, value));
            self.counts.len() - 1
        });
        if let Some(own) = self.counts.get_mut(at) {
            own.count = own.count.saturating_add(count);
            own.places = own.places.saturating_add(places);
        }
    }

    fn add_numbers(&mut self, sum: Option<f64>, least: Option<f64>, greatest: Option<f64>) {
        // Kept finite, since two infinite sums could add up to no number at all.
        let add = |a: f64, b: f64| (a + b).clamp(f64::MIN, f64::MAX);
        self.sum = either(self.sum, sum, add);
        self.least = either(self.least, least, f64::min);
        self.greatest = either(self.greatest, greatest, f64::max);
    }
}

impl Count {
    /// Mean place in the rankings.
    #[must_use]
    pub fn mean_place(&self) -> Option<f64> {
        (self.count > 0 && self.places > 0).then(|| f64::from(self.places) / f64::from(self.count))
    }

    fn none(row: Option<&str>, value: &str) -> Self {
        Self {
            row: row.map(str::to_owned),
            value: value.to_owned(),
            count: 0,
            places: 0,
        }
    }

    fn is_of(&self, row: Option<&str>, value: &str) -> bool {
        self.row.as_deref() == row && self.value == value
    }
}

/// Both put together, or the one that is there.
fn either(a: Option<f64>, b: Option<f64>, both: impl Fn(f64, f64) -> f64) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;
