//! Four hundred tickets over twelve months, each with a conversation that fits it.

use super::DemoError;
use super::ids::{Dice, Ids};
use super::people::{self, PEOPLE, Person};
use super::phrases::{
    CANCELLED, HELD, INTERNAL, REJECTED, STARTED, TOPICS, Topic, Words, pick_text,
};
use super::pictures;
use crate::db::Tx;
use crate::db::thread::{self, AttachmentRow, ChangeRow, CommentRow};
use crate::db::tickets::{self, TicketRow};
use crate::files::FileStore;
use crate::time::{DAY, Time};
use serde_json::{Value, json};

const COUNT: i64 = 400;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Writes tickets, comments, changes and attachments.
pub async fn fill(
    tx: &mut Tx,
    files: &FileStore,
    ids: &Ids,
    seed: u64,
    now: Time,
) -> Result<(), DemoError> {
    let topics: Vec<Topic> = serde_json::from_str(TOPICS)?;
    let requesters: Vec<&Person> = PEOPLE.iter().filter(|p| p.customer.is_some()).collect();
    for number in 0..COUNT {
        let mut dice = Dice::new(seed, &format!("ticket {number}"));
        let recent = COUNT - 1 - number;
        // The newest go round everybody and every state, so that each account has something to see.
        let turn = usize::try_from(recent).unwrap_or(0);
        let requester = if recent < 25 {
            requesters.get(turn % requesters.len())
        } else {
            dice.pick(&requesters)
        };
        let Some(requester) = requester else { continue };
        let fitting: Vec<&Topic> = topics.iter().filter(|t| t.fits(requester)).collect();
        let Some(topic) = dice.pick(&fitting) else {
            continue;
        };
        let age = age(&mut dice, recent);
        let state = if recent < 25 {
            const ROUND: [&str; 5] = ["pending", "in_progress", "resolved", "acknowledged", "held"];
            ROUND[(turn / 5 + turn) % 5]
        } else {
            state(&mut dice, age)
        };
        let story = Story {
            topic,
            words: Words::new(&mut dice, topic, now.plus(-age)),
            requester,
            state,
            began: now.plus(-age),
            now,
            number,
        };
        story.write(tx, files, ids, &mut dice).await?;
    }
    crate::db::set_meta(tx, "ticket_number", &(20_000 + COUNT).to_string()).await?;
    Ok(())
}

/// How long ago the ticket came: the newest within days, the others over the year, in order.
fn age(dice: &mut Dice, recent: i64) -> i64 {
    if recent < 25 {
        let hours = 1 + recent * 4;
        hours * HOUR + dice.between(0, 3 * HOUR)
    } else {
        let day = 5 + (recent - 25) * 359 / (COUNT - 25);
        day * DAY + dice.between(0, 20 * HOUR)
    }
}

fn state(dice: &mut Dice, age: i64) -> &'static str {
    let throw = dice.between(1, 100);
    let chances: &[(i64, &str)] = match age / DAY {
        0..14 => &[
            (20, "in_progress"),
            (35, "pending"),
            (45, "held"),
            (75, "resolved"),
            (100, "closed"),
        ],
        14..60 => &[
            (4, "in_progress"),
            (7, "pending"),
            (11, "held"),
            (20, "resolved"),
            (25, "rejected"),
            (29, "cancelled"),
            (100, "closed"),
        ],
        _ => &[
            (1, "held"),
            (5, "rejected"),
            (9, "cancelled"),
            (100, "closed"),
        ],
    };
    chances
        .iter()
        .find(|(limit, _)| throw <= *limit)
        .map_or("closed", |(_, state)| state)
}

/// One ticket on its way.
struct Story<'a> {
    topic: &'a Topic,
    words: Words,
    requester: &'static Person,
    state: &'static str,
    began: Time,
    now: Time,
    number: i64,
}

/// One step of it.
struct Beat {
    wait: i64,
    who: Option<&'static Person>,
    says: Option<String>,
    internal: bool,
    moves_to: Option<&'static str>,
    note: Option<String>,
}

impl Story<'_> {
    async fn write(
        &self,
        tx: &mut Tx,
        files: &FileStore,
        ids: &Ids,
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        let mut row = self.row(ids);
        let beats = self.beats(dice);
        let total: i64 = beats.iter().map(|beat| beat.wait).sum();
        let room = (self.now.0 - self.began.0) * 9 / 10;
        let mut at = self.began;
        let mut comments = Vec::new();
        let mut changes = Vec::new();
        for (index, beat) in beats.into_iter().enumerate() {
            let wait = if total > room {
                beat.wait * room / total.max(1)
            } else {
                beat.wait
            };
            at = at.plus(wait);
            let by = beat.who.map(|person| ids.of("user", person.login));
            let name = format!("{} {index}", self.number);
            if let (Some(text), Some(who), Some(by)) = (beat.says, beat.who, &by) {
                let id = ids.of("comment", &name);
                if !beat.internal {
                    row.last_comment_id = Some(id.clone());
                    row.version += 1;
                    row.updated_at = at.0;
                }
                comments.push(CommentRow {
                    id,
                    ticket_id: row.id.clone(),
                    author_id: by.clone(),
                    author_role: who.role.to_owned(),
                    text: self.words.fill(&text),
                    internal: beat.internal,
                    content_hash: Vec::new(),
                    said_at: at.0,
                    received_at: at.0 + 900,
                });
            }
            let change = |field, from, to, note| ChangeRow {
                id: ids.of("change", &format!("{name} {field}")),
                ticket_id: row.id.clone(),
                by_id: by.clone(),
                field,
                from_value: from,
                to_value: to,
                note,
                said_at: at.0,
                received_at: at.0 + 900,
            };
            if let Some(state) = beat.moves_to.filter(|state| *state != row.state) {
                let from = Some(row.state.clone());
                changes.push(change("state", from, Some(state.to_owned()), beat.note));
                if let (None, Some(who), Some(by)) = (&row.assignee_id, beat.who, &by)
                    && who.customer.is_none()
                {
                    changes.push(change("assignee", None, Some(who.name.to_owned()), None));
                    row.assignee_id = Some(by.clone());
                }
                row.state = state.to_owned();
                row.version += 1;
                row.updated_at = at.0;
            }
        }
        tickets::insert(tx, &row).await?;
        for comment in &comments {
            thread::insert_comment(tx, comment).await?;
        }
        for change in &changes {
            thread::insert_change(tx, change).await?;
        }
        self.attach(tx, files, ids, dice, &row).await
    }

    fn row(&self, ids: &Ids) -> TicketRow {
        let topic = self.topic;
        let prefix = match topic.kind.as_str() {
            "incident" => "INC",
            "service_request" => "REQ",
            "complaint" => "CMP",
            _ => "QST",
        };
        let answers: Vec<Value> = topic
            .answers
            .iter()
            .map(|(field, label, value)| {
                let value = match value {
                    Value::String(text) => json!(self.words.fill(text)),
                    other => other.clone(),
                };
                json!({"field": field, "label": label, "value": value})
            })
            .collect();
        TicketRow {
            id: ids.of("ticket", &self.number.to_string()),
            number: format!("{prefix}-{}", 20_001 + self.number),
            kind: topic.kind.clone(),
            state: "acknowledged".to_owned(),
            subject: self.words.fill(&topic.subject),
            description: self.words.fill(&topic.description),
            customer_id: ids.of("customer", self.requester.customer.unwrap_or_default()),
            requester_id: ids.of("user", self.requester.login),
            assignee_id: None,
            author_id: ids.of("user", self.requester.login),
            service_id: topic.service.as_ref().map(|slug| ids.of("service", slug)),
            form_id: topic.form.as_ref().map(|slug| ids.of("form", slug)),
            answers: Value::from(answers).to_string(),
            priority: tickets::priority(Some(&topic.impact), Some(&topic.urgency)),
            impact: Some(topic.impact.clone()),
            urgency: Some(topic.urgency.clone()),
            last_comment_id: None,
            content_hash: Vec::new(),
            version: 1,
            said_at: self.began.0,
            received_at: self.began.0 + 1_400,
            updated_at: self.began.0 + 1_400,
        }
    }

    fn beats(&self, dice: &mut Dice) -> Vec<Beat> {
        let topic = self.topic;
        let german = topic.lang == "de";
        let customer = self.requester;
        let desk = self.desk();
        let say = |wait: i64, who: &'static Person, text: &str, moves_to| Beat {
            wait,
            who: Some(who),
            says: Some(text.to_owned()),
            internal: false,
            moves_to,
            note: None,
        };
        let mut beats = Vec::new();
        if self.state == "acknowledged" {
            return beats;
        }
        let first = dice.between(4, 90) * MINUTE;
        match self.state {
            "rejected" => {
                let text = pick_text(german, REJECTED, dice);
                beats.push(say(first, desk, text, Some("rejected")));
                return beats;
            }
            "cancelled" => {
                let text = pick_text(german, CANCELLED, dice);
                beats.push(say(first, customer, text, Some("cancelled")));
                return beats;
            }
            _ => {}
        }
        let text = pick_text(german, STARTED, dice);
        beats.push(say(first, desk, text, Some("in_progress")));
        if self.state == "in_progress" && dice.percent(50) {
            return beats;
        }
        beats.push(say(
            dice.between(20, 300) * MINUTE,
            desk,
            &topic.ask,
            Some("pending"),
        ));
        if self.state == "pending" {
            return beats;
        }
        beats.push(say(
            dice.between(1, 20) * HOUR,
            customer,
            &topic.reply,
            Some("in_progress"),
        ));
        if dice.percent(15) {
            let mut note = say(20 * MINUTE, desk, pick_text(german, INTERNAL, dice), None);
            note.internal = true;
            beats.push(note);
        }
        match self.state {
            "in_progress" => return beats,
            "held" => {
                let mut beat = say(HOUR, desk, pick_text(german, HELD, dice), Some("held"));
                beat.note = Some(
                    if german {
                        "Wartet auf den Lieferanten"
                    } else {
                        "Waits for the supplier"
                    }
                    .to_owned(),
                );
                beats.push(beat);
                return beats;
            }
            _ => {}
        }
        beats.push(say(
            dice.between(1, 30) * HOUR,
            desk,
            &topic.fix,
            Some("resolved"),
        ));
        if self.state == "resolved" {
            return beats;
        }
        if dice.percent(75) {
            let wait = dice.between(1, 40) * HOUR;
            beats.push(say(wait, customer, &topic.thanks, Some("closed")));
        } else {
            beats.push(Beat {
                wait: 7 * DAY,
                who: None,
                says: None,
                internal: false,
                moves_to: Some("closed"),
                note: Some(
                    if german {
                        "Nach sieben Tagen ohne Antwort geschlossen"
                    } else {
                        "Closed after seven days without an answer"
                    }
                    .to_owned(),
                ),
            });
        }
        beats
    }

    /// Who looks after it.
    fn desk(&self) -> &'static Person {
        people::by_login("jonas")
    }

    async fn attach(
        &self,
        tx: &mut Tx,
        files: &FileStore,
        ids: &Ids,
        dice: &mut Dice,
        ticket: &TicketRow,
    ) -> Result<(), DemoError> {
        if self.topic.kind != "incident" || !dice.percent(25) {
            return Ok(());
        }
        let german = self.topic.lang == "de";
        let (name, media_type, bytes) = if dice.percent(60) {
            let name = if german {
                "Bildschirm.png"
            } else {
                "screen.png"
            };
            (name, "image/png", pictures::screen(dice))
        } else {
            let device = self.words.fill("{laptop}");
            let name = if german {
                "Protokoll.txt"
            } else {
                "protocol.txt"
            };
            (name, "text/plain", pictures::protocol(dice, &device))
        };
        let row = AttachmentRow {
            id: ids.of("attachment", &self.number.to_string()),
            ticket_id: ticket.id.clone(),
            comment_id: None,
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            size: i64::try_from(bytes.len()).unwrap_or(0),
            sha256: files.write(&bytes)?,
            by_id: ticket.requester_id.clone(),
            said_at: ticket.said_at,
            received_at: ticket.received_at,
        };
        thread::insert_attachment(tx, &row).await?;
        Ok(())
    }
}
