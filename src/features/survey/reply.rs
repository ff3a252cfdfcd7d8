//! The answers that somebody is giving, kept in a draft as they are given, with the place he has come
//! to.

use crate::i18n::fmt;
use crate::live::{Draft, use_portal};
use crate::signals::memo;
use leptos::prelude::*;
use rapport_domain::survey::{check, flow};
use rapport_domain::{Invalid, Plain, Question, QuestionKind, SurveyAnswer};
use serde_json::Value;
use std::sync::Arc;

/// Where the place is kept; no question is called so, since its name is not given the prefix.
const AT: &str = "at";
/// What stands before a question's key.
const PREFIX: &str = "answer.";

/// Answers and their draft; clones share it.
#[derive(Clone)]
pub struct Reply {
    draft: Draft,
    questions: Arc<Vec<Question>>,
    wrong: RwSignal<Vec<Invalid>>,
}

impl Reply {
    /// The answers to these questions that are kept under that name. `title` is what lists of
    /// unfinished things call it.
    #[must_use]
    pub fn new(key: String, questions: Vec<Question>, title: String) -> Self {
        let draft = use_portal().draft(key);
        draft.title(title);
        Self {
            draft,
            questions: Arc::new(questions),
            wrong: RwSignal::new(Vec::new()),
        }
    }

    /// The draft.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What is asked.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The answers so far, followed.
    #[must_use]
    pub fn answers(&self) -> Vec<SurveyAnswer> {
        let typed = self.draft.get();
        let each = self.questions.iter().filter_map(|question| {
            let answer = typed.get(&format!("{PREFIX}{}", question.key))?;
            SurveyAnswer::take(Some(answer))
        });
        each.collect()
    }

    /// The answers that are sent, not followed.
    #[must_use]
    pub fn kept(&self) -> Vec<SurveyAnswer> {
        flow::kept(&self.questions, &untrack(|| self.answers()))
    }

    /// The answer to a question, followed; an empty one where there is none.
    #[must_use]
    pub fn answer(&self, key: &str) -> SurveyAnswer {
        let answer = self.draft.value(&format!("{PREFIX}{key}"));
        let answer = answer.and_then(|value| SurveyAnswer::take(Some(&value)));
        answer.unwrap_or_else(|| SurveyAnswer::none(key))
    }

    /// Answers a question.
    pub fn set(&self, answer: &SurveyAnswer) {
        self.wrong.set(Vec::new());
        self.draft
            .set(&format!("{PREFIX}{}", answer.question), answer.put());
    }

    /// What is wrong with the question one is at, as far as it was checked; rows of a matrix have their
    /// own word.
    #[must_use]
    pub fn wrong(&self) -> Signal<Vec<Invalid>> {
        self.wrong.into()
    }

    /// The question one has come to, followed; their number is the end. A place to which the answers
    /// do not lead any more gives way to the last one before it.
    #[must_use]
    pub fn at(&self) -> Memo<usize> {
        let this = self.clone();
        memo(move || {
            let kept = this.draft.value(AT).and_then(|at| at.as_u64());
            let kept = kept.and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
            let answers = this.answers();
            let end = this.questions.len();
            if kept >= end && flow::is_complete(&this.questions, &answers) {
                return end;
            }
            let path = flow::path(&this.questions, &answers);
            path.into_iter().rfind(|at| *at <= kept).unwrap_or(0)
        })
    }

    /// How far one has come at that place, followed.
    #[must_use]
    pub fn progress(&self, at: usize) -> flow::Progress {
        flow::progress(&self.questions, &self.answers(), at)
    }

    /// Goes on to a place.
    pub fn go(&self, at: usize) {
        self.wrong.set(Vec::new());
        self.draft.set(AT, Value::from(at));
    }

    /// What was typed as a number becomes one, where it is one.
    pub fn read_number(&self, question: &Question) {
        let typed = untrack(|| self.answer(&question.key)).text;
        if question.kind == QuestionKind::Number
            && let Some(number) = untrack(fmt::signs).read(&typed, false)
        {
            self.set(&SurveyAnswer::number(&question.key, number));
        }
    }

    /// Goes on from a place, if its answer lets one; else says what is wrong.
    pub fn on(&self, at: usize) -> bool {
        let Some(question) = self.questions.get(at) else {
            return true;
        };
        self.read_number(question);
        let answers = untrack(|| self.answers());
        let answer = answers.iter().find(|one| one.question == question.key);
        let wrong = check::answer(question, answer);
        if !wrong.is_empty() {
            self.wrong.set(wrong);
            return false;
        }
        let next = flow::next(&self.questions, &answers, Some(at));
        self.go(next.unwrap_or(self.questions.len()));
        true
    }

    /// Goes back from a place.
    pub fn back(&self, at: usize) {
        let answers = untrack(|| self.answers());
        if let Some(before) = flow::previous(&self.questions, &answers, at) {
            self.go(before);
        }
    }
}
