//! The demonstration's service desk: takes up new tickets and answers what customers say, after a
//! while, as Jonas. What it has answered it reads from the tickets themselves, so a restart neither
//! forgets nor repeats anything.

use super::FILLED_AT;
use crate::app::App;
use crate::auth::Caller;
use crate::db;
use crate::db::tickets;
use crate::idempotency::Write;
use crate::problem::Problem;
use crate::text::digest;
use crate::ticket_rules::{change, say};
use crate::time::Time;
use crate::wire::requests::NewComment;
use sqlx::Row;
use std::time::Duration;
use uuid::Builder;

/// Answers until the server ends.
pub async fn run(app: App) {
    let delay = i64::try_from(app.config().demo_delay_ms).unwrap_or(i64::MAX);
    let tick = Duration::from_millis((app.config().demo_delay_ms / 4).clamp(50, 1000));
    loop {
        tokio::select! {
            () = app.ending().cancelled() => return,
            () = tokio::time::sleep(tick) => {}
        }
        if let Err(problem) = answer(&app, Time::now().plus(-delay)).await {
            tracing::warn!(
                ?problem,
                "the demonstration's service desk could not answer"
            );
        }
    }
}

/// One thing to answer.
struct Due {
    ticket: String,
    /// What is answered: the ticket, or this comment.
    comment: Option<String>,
    words: String,
    first_name: String,
    service: Option<String>,
    kind: String,
}

/// Answers everything that was said before `until`.
async fn answer(app: &App, until: Time) -> Result<(), Problem> {
    let mut tx = app.db().read().await?;
    let since = db::meta(&mut tx, FILLED_AT).await?;
    let since: i64 = since.and_then(|text| text.parse().ok()).unwrap_or(i64::MAX);
    let jonas: Option<String> = sqlx::query_scalar("SELECT id FROM user WHERE login = 'jonas'")
        .fetch_optional(&mut *tx)
        .await?;
    let Some(jonas) = jonas else { return Ok(()) };
    let mut due = taken_up(&mut tx, since, until).await?;
    due.extend(spoken_to(&mut tx, since, until).await?);
    drop(tx);
    let caller = Caller {
        user_id: jonas,
        role: "agent".to_owned(),
        token_hash: Vec::new(),
        expires_at: until,
    };
    for due in due {
        reply(app, &caller, &due).await?;
    }
    Ok(())
}

/// New and reopened tickets.
async fn taken_up(tx: &mut db::Tx, since: i64, until: Time) -> Result<Vec<Due>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT t.id, t.subject || ' ' || t.description, u.name, s.body ->> '$.name.default', t.kind
         FROM ticket t JOIN user u ON u.id = t.requester_id LEFT JOIN service s ON s.id = t.service_id
         WHERE t.state = 'acknowledged' AND t.updated_at > ? AND t.updated_at <= ?",
    )
    .bind(since)
    .bind(until.0)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            ticket: row.get(0),
            comment: None,
            words: row.get(1),
            first_name: first(row.get(2)),
            service: row.get(3),
            kind: row.get(4),
        })
        .collect())
}

/// The last words of customers that nobody of the service desk has answered.
async fn spoken_to(tx: &mut db::Tx, since: i64, until: Time) -> Result<Vec<Due>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT t.id, c.id, c.text, u.name, t.kind
         FROM comment c JOIN ticket t ON t.last_comment_id = c.id JOIN user u ON u.id = c.author_id
         WHERE c.author_role IN ('customer_user', 'customer_manager')
           AND c.received_at > ? AND c.received_at <= ?
           AND t.state NOT IN ('acknowledged', 'closed', 'cancelled', 'rejected')",
    )
    .bind(since)
    .bind(until.0)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            ticket: row.get(0),
            comment: row.get(1),
            words: row.get(2),
            first_name: first(row.get(3)),
            service: None,
            kind: row.get(4),
        })
        .collect())
}

fn first(name: String) -> String {
    name.split(' ').next().unwrap_or_default().to_owned()
}

async fn reply(app: &App, jonas: &Caller, due: &Due) -> Result<(), Problem> {
    let mut write = Write::internal(app, &jonas.user_id).await?;
    let Some(before) = tickets::find(&mut write.tx, &due.ticket).await? else {
        return Ok(());
    };
    let answers = due.comment.is_some();
    // Between reading and writing somebody may have been quicker.
    let still_due = match &due.comment {
        Some(comment) => before.last_comment_id.as_ref() == Some(comment),
        None => before.state == "acknowledged",
    };
    if !still_due {
        return Ok(());
    }
    let now = write.now;
    if !answers {
        let mut after = before.clone();
        after.state = "in_progress".to_owned();
        after.assignee_id = Some(jonas.user_id.clone());
        change::save(
            &mut write,
            &before,
            &after,
            Some(&jonas.user_id),
            now.0,
            None,
        )
        .await?;
    }
    let subject = due.comment.as_ref().unwrap_or(&due.ticket);
    let seed = digest(&[subject.as_bytes(), &before.version.to_le_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&seed[..16]);
    let words = if answers {
        answer_to(due)
    } else {
        greeting(due)
    };
    let comment = NewComment {
        id: Builder::from_custom_bytes(bytes).into_uuid(),
        text: words,
        said_at: now,
        internal: false,
    };
    say::say(&mut write, jonas, &due.ticket, comment).await?;
    write.commit().await
}

/// Whether the words are German, by the small words that are in every German sentence.
fn is_german(words: &str) -> bool {
    const ENGLISH: [&str; 14] = [
        "the", "and", "is", "not", "i", "we", "a", "please", "it", "on", "my", "to", "of", "in",
    ];
    const SMALL: [&str; 14] = [
        "der", "die", "das", "und", "ist", "nicht", "ich", "wir", "ein", "eine", "bitte", "geht",
        "danke", "auf",
    ];
    let lower = words.to_lowercase();
    let count = |small: &[&str]| {
        let words = lower.split(|c: char| !c.is_alphabetic());
        words.filter(|word| small.contains(word)).count()
    };
    let sounds = usize::from(lower.contains(['ä', 'ö', 'ü', 'ß']));
    count(&SMALL) + sounds > count(&ENGLISH)
}

fn greeting(due: &Due) -> String {
    let name = &due.first_name;
    let german = is_german(&due.words);
    let about = due.service.as_deref().unwrap_or_default();
    let next = match (due.kind.as_str(), german) {
        ("complaint", false) => {
            "I am sorry that it came to this. Somebody who was not involved looks at it and answers you within two working days."
        }
        ("complaint", true) => {
            "Es tut mir leid, dass es dazu kam. Jemand Unbeteiligtes prüft es und antwortet Ihnen binnen zwei Arbeitstagen."
        }
        ("incident", false) => {
            "I am looking into it now. If it gets worse, or more people are affected, tell me here."
        }
        ("incident", true) => {
            "Ich sehe es mir jetzt an. Wenn es schlimmer wird oder mehr Leute betroffen sind, schreiben Sie es bitte hier."
        }
        ("question", false) => "Let me check that; you get an answer here today.",
        ("question", true) => "Ich kläre das; Sie bekommen die Antwort heute noch hier.",
        (_, false) => {
            "I have everything I need and will prepare it. You hear from me here when it is ready."
        }
        (_, true) => {
            "Ich habe alles, was ich brauche, und bereite es vor. Sie hören hier von mir, sobald es fertig ist."
        }
    };
    match (german, about.is_empty()) {
        (false, true) => format!("Hello {name}, thank you, your message has arrived. {next}"),
        (false, false) => {
            format!("Hello {name}, thank you, your message about “{about}” has arrived. {next}")
        }
        (true, _) => format!("Guten Tag {name}, danke, Ihre Nachricht ist angekommen. {next}"),
    }
}

fn answer_to(due: &Due) -> String {
    let name = &due.first_name;
    let lower = due.words.to_lowercase();
    let german = is_german(&due.words);
    let thanks = lower.contains("thank") || lower.contains("danke");
    let asks = due.words.contains('?');
    match (german, asks, thanks) {
        (false, true, _) => format!(
            "Good question, {name}. I am finding out and answer you here as soon as I know."
        ),
        (false, false, true) => format!(
            "You are welcome, {name}. I leave this open until tomorrow in case anything comes up."
        ),
        (false, false, false) => {
            format!("Thank you, {name}, that helps. I have added it and go on with this.")
        }
        (true, true, _) => format!(
            "Gute Frage, {name}. Ich kläre das und antworte Ihnen hier, sobald ich es weiß."
        ),
        (true, false, true) => format!(
            "Gern geschehen, {name}. Ich lasse den Vorgang bis morgen offen, falls noch etwas ist."
        ),
        (true, false, false) => {
            format!("Danke, {name}, das hilft. Ich habe es ergänzt und mache weiter.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_language_of_the_question() {
        assert!(is_german("Der Drucker geht nicht"));
        assert!(is_german("Tür klemmt"));
        assert!(!is_german("The printer on the third floor jams"));
        assert!(!is_german(
            "The batteries die, and Jürgen Groß has none left"
        ));
    }
}
