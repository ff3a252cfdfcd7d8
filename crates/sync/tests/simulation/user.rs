//! People: what they do at random, with what their screen shows them.

use crate::ledger::Actor;
use crate::text::BEGINNING;
use crate::world::{Happening, World};
use futures::executor::block_on;
use rapport_domain::{
    Attachment, AttachmentId, Comment, CommentId, Entity, Intent, Kind, OperationId, PersonRef,
    RecordEdit, RecordKey, Stamp, Ticket, TicketId, TicketKind, TicketState, Timestamp,
};
use rapport_store::Batch;
use rapport_store::writes::Blobs;
use rapport_sync::{OutboxItem, OutboxRow, Parked, State, actions};
use uuid::Uuid;

impl World {
    fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.rng.next_u64(), self.rng.next_u64())
    }

    fn said_now(&self) -> Timestamp {
        Timestamp((BEGINNING + self.now) as i64)
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        let last = choices.len().checked_sub(1)?;
        choices.get(self.rng.up_to(last as u64) as usize).cloned()
    }

    /// A person does something on a device: reads, decides, and commits a moment later.
    pub fn act(&mut self, device: usize) {
        let rows = self.outbox(device);
        let batch = match self.rng.up_to(99) {
            0..=29 => Some(self.files_ticket(&rows)),
            30..=52 => self.comments(device, &rows),
            53..=60 => self.attaches(device, &rows),
            61..=80 => self.edits(device, &rows),
            _ => self.tends(device, &rows),
        };
        if let Some(batch) = batch {
            let wait = self.between(1, 40);
            self.after(wait, Happening::UserCommit(device, batch));
        }
    }

    pub fn user_commits(&mut self, device: usize, batch: Batch) {
        let result = self.commit(device, Actor::User, batch);
        let rows = self.outbox(device);
        self.note(|| {
            let rows = crate::ledger::brief(&rows);
            format!(
                "the user of device {device}: {:?} {rows}",
                result.map(|_| ())
            )
        });
        if let Some(place) = self.devices[device].leading() {
            let wait = self.between(1, 60);
            self.after(wait, Happening::ReadOutbox(place));
        }
    }

    fn submits(&mut self, rows: &[OutboxRow], intent: Intent, blobs: Blobs) -> (OutboxItem, Batch) {
        let op = OperationId(self.uuid());
        let item = actions::item(rows, op, intent, self.said_now());
        let batch = actions::submit(&item, blobs).unwrap();
        (item, batch)
    }

    fn files_ticket(&mut self, rows: &[OutboxRow]) -> Batch {
        let id = TicketId(self.uuid());
        let poison = self.chance(12);
        let subject = if poison { "POISON" } else { "Printer" };
        let ticket = Ticket {
            id,
            stamp: Stamp::said_now(self.said_now()),
            number: None,
            kind: TicketKind::Incident,
            state: TicketState::Acknowledged,
            subject: subject.into(),
            description: format!("words {}", self.now),
            customer: None,
            requester: PersonRef::default(),
            assignee: None,
            service: None,
            form: None,
            answers: vec![],
            impact: None,
            urgency: None,
            priority: None,
            last_comment: None,
        };
        let (_, mut batch) = self.submits(rows, Intent::CreateTicket { ticket }, Vec::new());
        if self.chance(25) {
            let (comment, more) = self.says(rows, id);
            batch = batch.and(more);
            if self.chance(50) {
                batch = batch.and(self.adds_file(rows, id, Some(comment)));
            }
        }
        if self.chance(15) {
            batch = batch.and(self.adds_file(rows, id, None));
        }
        batch
    }

    fn says(&mut self, rows: &[OutboxRow], ticket: TicketId) -> (CommentId, Batch) {
        let id = CommentId(self.uuid());
        let comment = Comment {
            id,
            stamp: Stamp::said_now(self.said_now()),
            ticket,
            author: PersonRef::default(),
            author_role: None,
            text: format!("comment {}", self.now),
        };
        let intent = Intent::AddComment { comment };
        (id, self.submits(rows, intent, Vec::new()).1)
    }

    fn adds_file(
        &mut self,
        rows: &[OutboxRow],
        ticket: TicketId,
        comment: Option<CommentId>,
    ) -> Batch {
        let id = AttachmentId(self.uuid());
        let bytes = format!("bytes of {id}").into_bytes();
        let attachment = Attachment {
            id,
            stamp: Stamp::said_now(self.said_now()),
            ticket,
            comment,
            name: "a photo.jpg".into(),
            media_type: "image/jpeg".into(),
            size: bytes.len() as u64,
            sha256: None,
            by: PersonRef::default(),
        };
        let blobs = vec![(id, bytes)];
        self.submits(rows, Intent::AddAttachment { attachment }, blobs)
            .1
    }

    /// A ticket as the device shows it, and the backend's version beneath.
    fn ticket(&mut self, device: usize) -> Option<Ticket> {
        let replica = self.devices[device].replica.clone();
        block_on(replica.refresh()).unwrap();
        let mut keys: Vec<RecordKey> = replica.keys();
        let made = self.outbox(device);
        keys.extend(made.iter().map(|row| row.item.intent.target()));
        keys.retain(|key| key.kind == Kind::Ticket);
        keys.sort();
        keys.dedup();
        let key = self.one_of(&keys)?;
        match block_on(replica.load(key)).unwrap() {
            Some(Entity::Ticket(ticket)) => Some(ticket),
            _ => None,
        }
    }

    fn comments(&mut self, device: usize, rows: &[OutboxRow]) -> Option<Batch> {
        let ticket = self.ticket(device)?;
        Some(self.says(rows, ticket.id).1)
    }

    fn attaches(&mut self, device: usize, rows: &[OutboxRow]) -> Option<Batch> {
        let comments = rows.iter().filter_map(|row| match &row.item.intent {
            Intent::AddComment { comment } => Some((comment.ticket, comment.id)),
            _ => None,
        });
        let comments: Vec<_> = comments.collect();
        if let Some((ticket, comment)) = self.one_of(&comments)
            && self.chance(50)
        {
            return Some(self.adds_file(rows, ticket, Some(comment)));
        }
        let ticket = self.ticket(device)?;
        Some(self.adds_file(rows, ticket.id, None))
    }

    fn edits(&mut self, device: usize, rows: &[OutboxRow]) -> Option<Batch> {
        let ticket = self.ticket(device)?;
        let edit = self.wish(&ticket);
        let state = edit.mine::<TicketState>("state");
        let reopens = state.is_some_and(|state| !state.is_over());
        let intent = Intent::edit(&Entity::Ticket(ticket.clone()), edit);
        let (item, batch) = self.submits(rows, intent, Vec::new());
        if !reopens {
            return Some(batch);
        }
        // A reopening usually comes with words.
        let mut with = rows.to_vec();
        with.push(OutboxRow {
            sequence: u64::MAX,
            item,
            bytes: vec![],
        });
        Some(batch.and(self.says(&with, ticket.id).1))
    }

    fn wish(&mut self, ticket: &Ticket) -> RecordEdit {
        let mut edit = RecordEdit::default();
        let which = self.rng.up_to(9);
        if which <= 4 {
            let mine = format!("my subject {}", self.now);
            edit = edit.with("subject", &ticket.subject, &mine);
        }
        if (4..=6).contains(&which) {
            let mine = format!("my description {}", self.now);
            edit = edit.with("description", &ticket.description, &mine);
        }
        if which >= 7 {
            let mine = match ticket.state.customer_may_reopen() {
                true => TicketState::Acknowledged,
                false => TicketState::Closed,
            };
            edit = edit.with("state", &ticket.state, &mine);
        }
        edit
    }

    /// Something in the outbox is looked after.
    fn tends(&mut self, device: usize, rows: &[OutboxRow]) -> Option<Batch> {
        let row = self.one_of(rows)?;
        let (op, now) = (OperationId(self.uuid()), self.said_now());
        let dice = self.rng.up_to(9);
        match &row.item.state {
            State::Parked {
                why: Parked::Conflict { .. },
            } => match dice {
                0..=4 => actions::keep_mine(rows, &row, op, now).ok(),
                5..=7 => actions::take_theirs(rows, &row, op, now, None).ok(),
                _ => Some(actions::discard(rows, &row)),
            },
            State::Parked { .. } | State::Queued => match dice {
                0..=4 => {
                    let intent = self.reworded(device, &row.item.intent)?;
                    actions::edit(rows, &row, op, intent, now).ok()
                }
                5..=6 => Some(actions::discard(rows, &row)),
                _ => actions::retry(&row).ok(),
            },
            State::Unknown { .. } | State::Sending => match dice {
                0..=2 => Some(actions::discard(rows, &row)),
                _ => actions::retry(&row).ok(),
            },
        }
    }

    fn reworded(&mut self, device: usize, intent: &Intent) -> Option<Intent> {
        let mut intent = intent.clone();
        match &mut intent {
            Intent::CreateTicket { ticket } => ticket.subject = format!("better {}", self.now),
            Intent::AddComment { comment } => comment.text = format!("better {}", self.now),
            Intent::AddAttachment { .. } => {}
            Intent::Create { .. } => {}
            Intent::Edit {
                target,
                base_version,
                edit,
            } => {
                let key = *target;
                let replica = self.devices[device].replica.clone();
                let base = block_on(replica.load_base(key)).unwrap();
                let Some(Entity::Ticket(base)) = base else {
                    return None;
                };
                *base_version = base.stamp.version.clone();
                *edit = self.wish(&base);
            }
        }
        Some(intent)
    }
}
