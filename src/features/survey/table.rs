//! Results as rows for a spreadsheet. Figures and days stand as every spreadsheet reads them; words are
//! the reader's.

use super::sets::Set;
use super::wording;
use crate::features::shared::words;
use crate::i18n::{Msg, bare_text, t};
use rapport_domain::survey::{Tally, score};
use rapport_domain::{CustomerId, Date, Question, QuestionKind, Survey, SurveyAnswer};

/// One row for each value of each question: how often it was answered, and the question's score.
pub fn counts(questions: &[Question], tally: &Tally) -> Vec<Vec<String>> {
    let head = [
        Msg::result_question,
        Msg::question_kind,
        Msg::result_answers,
        Msg::result_scored,
        Msg::result_low,
        Msg::result_high,
        Msg::result_row,
        Msg::result_answer,
        Msg::report_count,
    ];
    let mut rows = vec![head.into_iter().map(t).collect::<Vec<_>>()];
    for question in questions {
        let Some(found) = tally.question(&question.key) else {
            continue;
        };
        let score = score::of(found);
        let figure = |read: fn(&score::Score) -> f64| score.as_ref().map(read);
        let figure = |read| {
            figure(read)
                .map(|value| value.to_string())
                .unwrap_or_default()
        };
        let about = [
            bare_text(&question.label),
            wording::kind(&question.kind),
            found.n.to_string(),
            figure(|s| s.value),
            figure(|s| s.low),
            figure(|s| s.high),
        ];
        let row = |row: String, answer: String, count: String| {
            let tail = [row, answer, count];
            about.iter().cloned().chain(tail).collect::<Vec<_>>()
        };
        if found.counts.is_empty() {
            rows.push(row(String::new(), String::new(), String::new()));
        }
        for one in &found.counts {
            let named = one
                .row
                .as_deref()
                .map(|value| wording::row(question, value));
            rows.push(row(
                named.unwrap_or_default(),
                wording::option(question, &one.value),
                one.count.to_string(),
            ));
        }
    }
    rows
}

/// One row for each set of answers.
pub fn answers(survey: &Survey, sets: &[Set], names: &[(CustomerId, String)]) -> Vec<Vec<String>> {
    let mut head = Vec::new();
    if !survey.anonymous {
        let each = [
            Msg::result_person,
            Msg::take_customer,
            Msg::complaint_channel,
            Msg::result_taken_by,
        ];
        head.extend(each.into_iter().map(t));
    }
    head.push(t(Msg::result_day));
    for question in &survey.questions {
        let label = bare_text(&question.label);
        if question.kind == QuestionKind::Matrix {
            let each = question.rows.iter();
            head.extend(each.map(|row| format!("{label}: {}", bare_text(&row.label))));
        } else {
            head.push(label);
        }
    }
    let row = |set: &Set| {
        let mut row = Vec::new();
        if !survey.anonymous {
            let named = names.iter().find(|(id, _)| Some(*id) == set.customer);
            row.push(set.person.name.clone());
            row.push(named.map(|(_, name)| name.clone()).unwrap_or_default());
            row.push(set.channel.as_ref().map(words::channel).unwrap_or_default());
            row.push(set.taken_by.name.clone());
        }
        row.push(Date::of(set.said_at).to_string());
        for question in &survey.questions {
            let found = set.answers.iter().find(|one| one.question == question.key);
            cells(question, found, &mut row);
        }
        row
    };
    std::iter::once(head).chain(sets.iter().map(row)).collect()
}

fn cells(question: &Question, found: Option<&SurveyAnswer>, row: &mut Vec<String>) {
    if question.kind == QuestionKind::Matrix {
        for asked in &question.rows {
            let given =
                found.and_then(|one| one.rows.iter().find(|given| given.row == asked.value));
            row.push(given.map_or_else(String::new, |given| {
                wording::option(question, &given.choice)
            }));
        }
        return;
    }
    row.push(found.map_or_else(String::new, |one| match one.number {
        Some(number) => number.to_string(),
        None if question.kind == QuestionKind::Date => one.text.clone(),
        None => wording::answer(question, one),
    }));
}
