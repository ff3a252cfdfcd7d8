//! Surveys in words: where they stand, what was answered.

use crate::features::shared::explain;
use crate::i18n::{Msg, fmt, t, text};
use crate::ui::Choice;
use rapport_domain::form::Choice as Offered;
use rapport_domain::{InvitationState, Question, QuestionKind, SurveyAnswer};

/// What is offered, in the reader's language.
pub fn choices(offered: &[Offered]) -> Vec<Choice> {
    let each = offered.iter().map(|one| Choice {
        value: one.value.clone(),
        label: text(&one.label),
    });
    each.collect()
}

fn label(offered: &[Offered], value: &str) -> String {
    let found = offered.iter().find(|one| one.value == value);
    found.map_or_else(|| value.to_owned(), |one| text(&one.label))
}

/// A value that can be chosen, in words.
pub fn option(question: &Question, value: &str) -> String {
    match (&question.kind, value) {
        (QuestionKind::YesNo, "true") => t(Msg::yes),
        (QuestionKind::YesNo, "false") => t(Msg::no),
        _ => label(&question.options, value),
    }
}

/// A row of a matrix in words.
pub fn row(question: &Question, value: &str) -> String {
    label(&question.rows, value)
}

/// An answer in words; nothing where there is none.
pub fn answer(question: &Question, answer: &SurveyAnswer) -> String {
    match question.kind {
        QuestionKind::Matrix => {
            let each = answer.rows.iter().map(|one| {
                let (row, choice) = (row(question, &one.row), option(question, &one.choice));
                format!("{row}: {choice}")
            });
            each.collect::<Vec<_>>().join("; ")
        }
        QuestionKind::Ranking => {
            let each = answer.choices.iter().zip(1_u32..);
            let each = each.map(|(choice, place)| {
                let place = fmt::number(place.into());
                format!("{place}. {}", option(question, choice))
            });
            each.collect::<Vec<_>>().join("; ")
        }
        QuestionKind::Single | QuestionKind::Multiple | QuestionKind::YesNo => {
            let each = answer.choices.iter().map(|value| option(question, value));
            each.collect::<Vec<_>>().join(", ")
        }
        QuestionKind::Date => explain::day(&answer.text),
        _ => answer
            .number
            .map_or_else(|| answer.text.clone(), fmt::number),
    }
}

/// Where an invitation stands.
pub fn invitation(state: &InvitationState) -> String {
    t(match state {
        InvitationState::Open => Msg::invitation_open,
        InvitationState::Answered => Msg::invitation_answered,
        InvitationState::Declined => Msg::invitation_declined,
        InvitationState::Withdrawn => Msg::invitation_withdrawn,
        InvitationState::Other(word) => return word.clone(),
    })
}

/// What a kind of question is called.
pub fn kind(kind: &QuestionKind) -> String {
    t(match kind {
        QuestionKind::Csat => Msg::question_csat,
        QuestionKind::Nps => Msg::question_nps,
        QuestionKind::Ces => Msg::question_ces,
        QuestionKind::Single => Msg::question_single,
        QuestionKind::Multiple => Msg::question_multiple,
        QuestionKind::Ranking => Msg::question_ranking,
        QuestionKind::Text => Msg::question_text,
        QuestionKind::LongText => Msg::question_long_text,
        QuestionKind::YesNo => Msg::question_yes_no,
        QuestionKind::Number => Msg::question_number,
        QuestionKind::Date => Msg::question_date,
        QuestionKind::Matrix => Msg::question_matrix,
        QuestionKind::Other(word) => return word.clone(),
    })
}
