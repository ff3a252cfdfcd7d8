//! What the user does: each command commits to the store in one transaction and returns when that is
//! complete. Sending is the engine's business.

use crate::live::draft_files::{DraftFiles, read_files};
use crate::live::drafts::Sending;
use crate::live::portal::Portal;
use crate::web::channel::Hint;
use crate::web::fetch::{self, Bytes};
use crate::web::files::{self, PickedFile};
use crate::web::storage::{self, StorageInfo};
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::{
    Answer, Attachment, AttachmentId, Comment, CommentId, CustomerId, Entity, FormId, Impact,
    Intent, Kind, OperationId, PersonRef, Priority, RecordEdit, RecordKey, ServiceId, Stamp,
    Ticket, TicketId, TicketKind, TicketState, Typed, Urgency,
};
use rapport_store::writes;
use rapport_store::{Batch, Fault, Space};
use rapport_sync::OutboxRow;
use rapport_sync::actions::{self, NotNow};

/// Longest wait for a file from the backend, in milliseconds.
const DOWNLOAD_MS: u32 = 60_000;

/// A ticket about to be filed.
#[derive(Clone)]
pub struct NewTicket {
    /// What it is.
    pub kind: TicketKind,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, at length.
    pub description: String,
    /// The service it is about.
    pub service: Option<ServiceId>,
    /// The form it was filled in with.
    pub form: Option<FormId>,
    /// The answers in the form.
    pub answers: Vec<Answer>,
    /// Whom it hinders.
    pub impact: Option<Impact>,
    /// How long it can wait.
    pub urgency: Option<Urgency>,
    /// The fields of its draft that list files.
    pub files: Vec<DraftFiles>,
    /// For whom it is filed; `None` for oneself.
    pub on_behalf_of: Option<PersonRef>,
}

impl Portal {
    /// Files a ticket with its files and removes the draft it came from, all in one transaction.
    ///
    /// # Errors
    /// [`Fault::Guard`] when this draft was sent already (a second click, another tab); nothing is
    /// then done. Otherwise what the store said; the draft is then still there.
    pub async fn create_ticket(
        &self,
        new: NewTicket,
        draft: Option<&str>,
    ) -> Result<TicketId, Fault> {
        let busy = self.begin(draft)?;
        let files = read_files(&new.files).await?;
        let customer = self.customer_of(new.on_behalf_of.as_ref()).await;
        let id = TicketId(random::new_id());
        let priority = new
            .impact
            .as_ref()
            .zip(new.urgency.as_ref())
            .and_then(|(impact, urgency)| Priority::of(impact, urgency));
        let ticket = Ticket {
            id,
            stamp: Stamp::said_now(clock::now()),
            number: None,
            kind: new.kind,
            state: TicketState::Acknowledged,
            subject: new.subject.trim().to_owned(),
            description: new.description,
            customer,
            requester: new.on_behalf_of.unwrap_or_else(|| self.myself()),
            assignee: None,
            service: new.service,
            form: new.form,
            answers: new.answers,
            impact: new.impact,
            urgency: new.urgency,
            priority,
            last_comment: None,
        };
        let mut saying = self.saying();
        saying.say(Intent::CreateTicket { ticket })?;
        saying.attach(self, files, id, None)?;
        self.submit(saying.batch, busy).await?;
        Ok(id)
    }

    /// Adds words, with any files, to a ticket and removes the draft they came from. `first` is a
    /// change of the ticket that the words wait for, such as its reopening; all of it is saved
    /// together or not at all.
    ///
    /// # Errors
    /// As [`Portal::create_ticket`].
    pub async fn add_comment(
        &self,
        ticket: &Ticket,
        first: Option<RecordEdit>,
        text: String,
        files: &DraftFiles,
        draft: Option<&str>,
    ) -> Result<(), Fault> {
        let busy = self.begin(draft)?;
        let files = files.read().await?;
        let mut saying = self.saying();
        if let Some(edit) = first {
            saying.say(Intent::edit(&Entity::Ticket(ticket.clone()), edit))?;
        }
        let comment = self.comment(ticket.id, text);
        let id = comment.id;
        saying.say(Intent::AddComment { comment })?;
        saying.attach(self, files, ticket.id, Some(id))?;
        self.submit(saying.batch, busy).await
    }

    /// Changes fields of a record (closes, reopens or rewords a ticket, moves a complaint on) and
    /// removes the draft that the change came from. What changes nothing is not sent.
    ///
    /// # Errors
    /// As [`Portal::create_ticket`].
    pub async fn edit(
        &self,
        record: &Entity,
        edit: RecordEdit,
        draft: Option<&str>,
    ) -> Result<(), Fault> {
        if edit.changes_nothing() {
            if let Some(key) = draft {
                self.draft(key.to_owned()).discard();
            }
            return Ok(());
        }
        self.say_all(vec![Intent::edit(record, edit)], draft).await
    }

    /// Makes a record and removes the draft it came from.
    ///
    /// # Errors
    /// As [`Portal::create_ticket`].
    pub async fn create(&self, record: &impl Typed, draft: Option<&str>) -> Result<(), Fault> {
        let record = record.to_record();
        self.say_all(vec![Intent::Create { record }], draft).await
    }

    /// Makes a record and changes another one with it, and removes the draft that both came from.
    ///
    /// # Errors
    /// As [`Portal::create_ticket`].
    pub async fn create_beside(
        &self,
        record: &impl Typed,
        (other, edit): (&Entity, RecordEdit),
        draft: &str,
    ) -> Result<(), Fault> {
        let record = record.to_record();
        let both = vec![Intent::Create { record }, Intent::edit(other, edit)];
        self.say_all(both, Some(draft)).await
    }

    /// Saves several changes together and removes the draft they came from.
    async fn say_all(&self, intents: Vec<Intent>, draft: Option<&str>) -> Result<(), Fault> {
        let busy = self.begin(draft)?;
        let mut saying = self.saying();
        for intent in intents {
            saying.say(intent)?;
        }
        self.submit(saying.batch, busy).await
    }

    /// Says the words of an item again, after a change of the ticket that lets them in: both are
    /// saved and the item goes, in one transaction.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn say_after(
        &self,
        op: OperationId,
        ticket: &Ticket,
        first: Option<RecordEdit>,
        text: String,
    ) -> Result<(), NotNow> {
        let mut saying = self.saying();
        if let Some(edit) = first {
            saying.say(Intent::edit(&Entity::Ticket(ticket.clone()), edit))?;
        }
        let comment = self.comment(ticket.id, text);
        saying.say(Intent::AddComment { comment })?;
        self.with_item(op, |rows, row| {
            Ok(saying.batch.and(actions::discard(rows, row)))
        })
        .await
    }

    /// Tries an item again as it is: same operation, same key, same bytes.
    ///
    /// # Errors
    /// As every action on an item: [`NotNow`] when it is under way or has changed meanwhile.
    pub async fn retry(&self, op: OperationId) -> Result<(), NotNow> {
        self.with_item(op, |_, row| actions::retry(row)).await
    }

    /// Gives an item up, with all that cannot be done without it.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn discard(&self, op: OperationId) -> Result<(), NotNow> {
        self.with_item(op, |rows, row| Ok(actions::discard(rows, row)))
            .await
    }

    /// Puts another intent in an item's place: a new operation with a key of its own. More `files` come
    /// to its ticket, and the `draft` it was written in goes, in the same transaction.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn replace(
        &self,
        op: OperationId,
        intent: Intent,
        files: &[DraftFiles],
        draft: &str,
    ) -> Result<(), NotNow> {
        let busy = self.begin(Some(draft))?;
        let files = read_files(files).await?;
        let (new, now) = (random::new_operation(), clock::now());
        let mut more = self.saying();
        more.attach(self, files, intent.subject().id.into(), None)?;
        let batch = self.on_item(op, |rows, row| {
            Ok(actions::edit(rows, row, new, intent, now)?.and(more.batch))
        })?;
        let changed = self.submit(batch, busy).await;
        self.settled(changed).await
    }

    /// Settles a conflict in favour of what the user wrote.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn keep_mine(&self, op: OperationId) -> Result<(), NotNow> {
        let (new, now) = (random::new_operation(), clock::now());
        self.with_item(op, |rows, row| actions::keep_mine(rows, row, new, now))
            .await
    }

    /// Settles a conflict in favour of what is on the server.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn take_theirs(&self, op: OperationId) -> Result<(), NotNow> {
        let (new, now) = (random::new_operation(), clock::now());
        let me = Some(self.me().id);
        self.with_item(op, |rows, row| {
            actions::take_theirs(rows, row, new, now, me)
        })
        .await
    }

    /// Offers a file of a ticket: from this device when it is still unsent, else from the backend.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when it is neither here nor to be had now.
    pub async fn download(&self, attachment: &Attachment) -> Result<(), Fault> {
        let here = writes::blob(&self.store, &attachment.id.to_string()).await?;
        let bytes = match here {
            Some(bytes) => bytes,
            None => {
                let call = self.connector.download(attachment).ok_or_else(|| {
                    Fault::Unavailable("the backend does not hand out files".to_owned())
                })?;
                let reply = fetch::send(&self.base, &call, Bytes::Empty, DOWNLOAD_MS)
                    .await
                    .map_err(|_| Fault::Unavailable("the server cannot be reached".to_owned()))?;
                if reply.status != 200 {
                    return Err(Fault::Unavailable(format!(
                        "the server said {}",
                        reply.status
                    )));
                }
                reply.body
            }
        };
        files::offer(&attachment.name, &attachment.media_type, &bytes).map_err(Fault::Other)
    }

    /// How much room is used here.
    pub async fn storage(&self) -> StorageInfo {
        storage::info().await
    }

    /// Asks the browser not to evict what is stored here.
    pub async fn persist(&self) -> bool {
        storage::persist().await
    }

    /// The customer whom a ticket concerns that is filed for that person.
    pub async fn customer_of(&self, person: Option<&PersonRef>) -> Option<CustomerId> {
        let me = self.me();
        let Some(id) = person.and_then(|person| person.id) else {
            return me.customer;
        };
        let key = RecordKey {
            kind: Kind::User,
            id: id.0,
        };
        match self.load(key).await {
            // Where his own is not told, whoever may file for him is of the same customer.
            Ok(Some(Entity::User(user))) => user.customer.or(me.customer),
            _ => me.customer,
        }
    }

    /// Who is signed in, as records name him.
    pub fn myself(&self) -> PersonRef {
        let me = self.me();
        PersonRef {
            id: Some(me.id),
            name: me.name,
        }
    }

    fn comment(&self, ticket: TicketId, text: String) -> Comment {
        Comment {
            id: CommentId(random::new_id()),
            stamp: Stamp::said_now(clock::now()),
            ticket,
            author: self.myself(),
            author_role: Some(self.me().role),
            text,
        }
    }

    fn saying(&self) -> Saying {
        Saying {
            rows: self.outbox.get_untracked(),
            batch: Batch::strict(),
        }
    }

    /// Begins to send a draft; a second time with the same one is refused until this ends.
    fn begin(&self, draft: Option<&str>) -> Result<Busy, Fault> {
        if let Some(key) = draft
            && !self.submitting.borrow_mut().insert(key.to_owned())
        {
            return Err(Fault::Guard);
        }
        Ok(Busy {
            portal: self.clone(),
            draft: draft.map(|key| (key.to_owned(), self.sending(key))),
        })
    }

    async fn submit(&self, batch: Batch, busy: Busy) -> Result<(), Fault> {
        let Some((_, draft)) = &busy.draft else {
            return self.commit(batch).await;
        };
        let submitted = draft.submit(batch).await;
        // Also when it is not known whether it was written.
        if !matches!(submitted, Err(Fault::Guard)) {
            self.hint(&Hint::Outbox);
            self.refresh().await;
        }
        submitted
    }

    async fn with_item(
        &self,
        op: OperationId,
        change: impl FnOnce(&[OutboxRow], &OutboxRow) -> Result<Batch, NotNow>,
    ) -> Result<(), NotNow> {
        let batch = self.on_item(op, change)?;
        let changed = self.commit(batch).await;
        self.settled(changed).await
    }

    /// What is to be written for an item that is still there.
    fn on_item(
        &self,
        op: OperationId,
        change: impl FnOnce(&[OutboxRow], &OutboxRow) -> Result<Batch, NotNow>,
    ) -> Result<Batch, NotNow> {
        let rows = self.outbox.get_untracked();
        let row = rows.iter().find(|row| row.item.op == op);
        change(&rows, row.ok_or(Fault::Guard)?)
    }

    async fn settled(&self, changed: Result<(), Fault>) -> Result<(), NotNow> {
        if changed == Err(Fault::Guard) {
            // Somebody was first: show what the item has become.
            self.refresh().await;
        }
        Ok(changed?)
    }
}

/// New items of the outbox that are saved together; each waits for those before it that it builds on.
struct Saying {
    rows: Vec<OutboxRow>,
    batch: Batch,
}

impl Saying {
    fn say(&mut self, intent: Intent) -> Result<(), Fault> {
        self.say_with(intent, Vec::new())
    }

    fn say_with(
        &mut self,
        intent: Intent,
        blobs: Vec<(AttachmentId, Vec<u8>)>,
    ) -> Result<(), Fault> {
        let item = actions::item(&self.rows, random::new_operation(), intent, clock::now());
        let batch = actions::submit(&item, blobs)?;
        self.batch = std::mem::take(&mut self.batch).and(batch);
        // Its place and its bytes are the store's to give; the next item only asks what it is.
        self.rows.push(OutboxRow {
            sequence: u64::MAX,
            item,
            bytes: Vec::new(),
        });
        Ok(())
    }

    fn attach(
        &mut self,
        portal: &Portal,
        files: Vec<PickedFile>,
        ticket: TicketId,
        comment: Option<CommentId>,
    ) -> Result<(), Fault> {
        for file in files {
            let id = AttachmentId(random::new_id());
            let attachment = Attachment {
                id,
                stamp: Stamp::said_now(clock::now()),
                ticket,
                comment,
                name: file.name,
                media_type: file.media_type,
                size: file.bytes.len() as u64,
                sha256: None,
                by: portal.myself(),
            };
            self.say_with(Intent::AddAttachment { attachment }, vec![(id, file.bytes)])?;
            if let Some(key) = file.kept_at {
                self.batch = std::mem::take(&mut self.batch).delete(Space::Blobs, key);
            }
        }
        Ok(())
    }
}

/// A submit under way; ends when dropped.
struct Busy {
    portal: Portal,
    draft: Option<(String, Sending)>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some((key, _)) = &self.draft {
            self.portal.submitting.borrow_mut().remove(key);
        }
    }
}
