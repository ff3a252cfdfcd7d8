//! What the user does: each command commits to the store in one transaction and returns when that is
//! complete. Sending is the engine's business.

use crate::live::portal::Portal;
use crate::web::channel::Hint;
use crate::web::fetch::{self, Bytes};
use crate::web::files::{self, PickedFile};
use crate::web::storage::{self, StorageInfo};
use crate::web::{clock, random};
use leptos::prelude::*;
use rapport_domain::{
    Answer, Attachment, AttachmentId, Comment, CommentId, FormId, Impact, Intent, OperationId,
    PersonRef, Priority, ServiceId, Stamp, Ticket, TicketEdit, TicketId, TicketKind, TicketState,
    Urgency,
};
use rapport_store::writes::{self, Extra};
use rapport_store::{Batch, Fault, Space, Store};
use rapport_sync::OutboxRow;
use rapport_sync::actions::{self, NotNow};

/// Longest wait for a file from the backend, in milliseconds.
const DOWNLOAD_MS: u32 = 60_000;

/// A ticket about to be filed.
#[derive(Clone, Debug)]
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
    /// Files that come with it.
    pub files: Vec<PickedFile>,
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
        let _busy = self.begin(draft)?;
        let now = clock::now();
        let me = self.me();
        let myself = PersonRef {
            id: Some(me.id),
            name: me.name.clone(),
        };
        let id = TicketId(random::new_id());
        let priority = new
            .impact
            .as_ref()
            .zip(new.urgency.as_ref())
            .and_then(|(impact, urgency)| Priority::of(impact, urgency));
        let ticket = Ticket {
            id,
            stamp: Stamp::said_now(now),
            number: None,
            kind: new.kind,
            state: TicketState::Acknowledged,
            subject: new.subject.trim().to_owned(),
            description: new.description,
            customer: me.customer,
            requester: new.on_behalf_of.unwrap_or(myself),
            assignee: None,
            service: new.service,
            form: new.form,
            answers: new.answers,
            impact: new.impact,
            urgency: new.urgency,
            priority,
            last_comment: None,
        };
        let mut batch = self.say(Intent::CreateTicket { ticket }, Vec::new())?;
        for file in new.files {
            batch = batch.and(self.attach(file, id, None)?);
        }
        self.submit(batch, draft).await?;
        Ok(id)
    }

    /// Adds words, with any files, to a ticket and removes the draft they came from.
    ///
    /// # Errors
    /// As [`Portal::create_ticket`].
    pub async fn add_comment(
        &self,
        ticket: TicketId,
        text: String,
        files: Vec<PickedFile>,
        draft: Option<&str>,
    ) -> Result<CommentId, Fault> {
        let _busy = self.begin(draft)?;
        let me = self.me();
        let id = CommentId(random::new_id());
        let comment = Comment {
            id,
            stamp: Stamp::said_now(clock::now()),
            ticket,
            author: PersonRef {
                id: Some(me.id),
                name: me.name.clone(),
            },
            author_role: Some(me.role),
            text,
        };
        let mut batch = self.say(Intent::AddComment { comment }, Vec::new())?;
        for file in files {
            batch = batch.and(self.attach(file, ticket, Some(id))?);
        }
        self.submit(batch, draft).await?;
        Ok(id)
    }

    /// Changes fields of a ticket: closes, reopens or rewords it.
    ///
    /// # Errors
    /// What the store said.
    pub async fn edit_ticket(&self, ticket: &Ticket, edit: TicketEdit) -> Result<(), Fault> {
        let intent = Intent::EditTicket {
            ticket: ticket.id,
            base_version: ticket.stamp.version.clone(),
            edit,
        };
        let batch = self.say(intent, Vec::new())?;
        self.commit(batch).await
    }

    /// Tries an item again as it is: same operation, same key, same bytes.
    ///
    /// # Errors
    /// As every action on an item: [`NotNow`] when it is under way or has changed meanwhile.
    pub async fn retry(&self, op: OperationId) -> Result<(), NotNow> {
        self.with_item(op, |_, row| actions::retry(row)).await
    }

    /// Sends an item again although it is not known whether it arrived.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn send_again(&self, op: OperationId) -> Result<(), NotNow> {
        self.with_item(op, |_, row| actions::send_again(row)).await
    }

    /// Gives an item up, with all that cannot be done without it.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn discard(&self, op: OperationId) -> Result<(), NotNow> {
        self.with_item(op, |rows, row| Ok(actions::discard(rows, row)))
            .await
    }

    /// Puts another intent in an item's place: a new operation with a key of its own.
    ///
    /// # Errors
    /// As [`Portal::retry`].
    pub async fn replace(&self, op: OperationId, intent: Intent) -> Result<(), NotNow> {
        let (new, now) = (random::new_operation(), clock::now());
        self.with_item(op, |rows, row| actions::edit(rows, row, new, intent, now))
            .await
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
        self.with_item(op, |rows, row| actions::take_theirs(rows, row, new, now))
            .await
    }

    /// Everything unsent as a JSON document. Works with the engine stopped.
    ///
    /// # Errors
    /// What the store said.
    pub async fn export(&self) -> Result<String, Fault> {
        let rows = rapport_sync::read_outbox(&self.store).await?;
        serde_json::to_string_pretty(&actions::export(&rows))
            .map_err(|error| Fault::Other(error.to_string()))
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

    /// A new item of the outbox, with the files' bytes that belong to it.
    fn say(&self, intent: Intent, blobs: Vec<(AttachmentId, Vec<u8>)>) -> Result<Batch, Fault> {
        let rows = self.outbox.get_untracked();
        let item = actions::item(&rows, random::new_operation(), intent, clock::now());
        actions::submit(&item, Extra { blobs, draft: None })
    }

    fn attach(
        &self,
        file: PickedFile,
        ticket: TicketId,
        comment: Option<CommentId>,
    ) -> Result<Batch, Fault> {
        let me = self.me();
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
            by: PersonRef {
                id: Some(me.id),
                name: me.name,
            },
        };
        self.say(Intent::AddAttachment { attachment }, vec![(id, file.bytes)])
    }

    /// Marks a draft as being submitted; a second submit of the same one is refused until this ends.
    fn begin(&self, draft: Option<&str>) -> Result<Busy, Fault> {
        let key = draft.map(str::to_owned);
        if let Some(key) = &key
            && !self.submitting.borrow_mut().insert(key.clone())
        {
            return Err(Fault::Guard);
        }
        Ok(Busy {
            portal: self.clone(),
            key,
        })
    }

    async fn submit(&self, batch: Batch, draft: Option<&str>) -> Result<(), Fault> {
        let Some(key) = draft else {
            return self.commit(batch).await;
        };
        let row = self.settle_draft(key).await?;
        let batch = batch
            .expect(Space::Drafts, key, Some(row))
            .delete(Space::Drafts, key);
        self.store.commit(batch).await?;
        self.forget_draft(key);
        self.hint(&Hint::Outbox);
        self.refresh().await;
        Ok(())
    }

    async fn with_item(
        &self,
        op: OperationId,
        change: impl FnOnce(&[OutboxRow], &OutboxRow) -> Result<Batch, NotNow>,
    ) -> Result<(), NotNow> {
        let rows = self.outbox.get_untracked();
        let row = rows
            .iter()
            .find(|row| row.item.op == op)
            .ok_or(Fault::Guard)?;
        let changed = self.commit(change(&rows, row)?).await;
        if changed == Err(Fault::Guard) {
            // Somebody was first: show what the item has become.
            self.refresh().await;
        }
        Ok(changed?)
    }
}

/// A submit under way; ends when dropped.
struct Busy {
    portal: Portal,
    key: Option<String>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.portal.submitting.borrow_mut().remove(key);
        }
    }
}
