//! What the user does: each command commits to the store in one transaction and returns when that is
//! complete. Sending is the engine's business.

use crate::live::portal::Portal;
use crate::web::channel::Hint;
use crate::web::fetch::{self, Bytes};
use crate::web::files::{self, PickedFile};
use crate::web::{clock, random, storage};
use crate::web::storage::StorageInfo;
use leptos::prelude::*;
use rapport_domain::{
    Answer, Attachment, AttachmentId, Comment, CommentId, FormId, Impact, Intent, OperationId,
    PersonRef, Priority, ServiceId, Stamp, Ticket, TicketEdit, TicketId, TicketKind, TicketState,
    Urgency,
};
use rapport_store::{Batch, Fault, Read, Space, Store};
use rapport_sync::OutboxRow;

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
        let myself = PersonRef { id: Some(me.id), name: me.name.clone() };
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
        let first = random::new_operation();
        let mut batch =
            rapport_sync::submit(first, Intent::CreateTicket { ticket }, now, vec![], vec![])?;
        for file in new.files {
            batch = batch.and(self.attach(file, id, None, vec![first])?);
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
        let now = clock::now();
        let me = self.me();
        let id = CommentId(random::new_id());
        let comment = Comment {
            id,
            stamp: Stamp::said_now(now),
            ticket,
            author: PersonRef { id: Some(me.id), name: me.name.clone() },
            author_role: Some(me.role),
            text,
        };
        let first = random::new_operation();
        let mut batch =
            rapport_sync::submit(first, Intent::AddComment { comment }, now, vec![], vec![])?;
        for file in files {
            batch = batch.and(self.attach(file, ticket, Some(id), vec![first])?);
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
        let op = random::new_operation();
        let batch = rapport_sync::submit(op, intent, clock::now(), vec![], vec![])?;
        self.commit(batch).await
    }

    /// Tries an item again as it is: same operation, same key, same bytes.
    ///
    /// # Errors
    /// [`Fault::Guard`] when the item has changed or gone meanwhile.
    pub async fn retry(&self, op: OperationId) -> Result<(), Fault> {
        self.with_item(op, rapport_sync::retry).await
    }

    /// Gives an item up, with what it would have changed.
    ///
    /// # Errors
    /// [`Fault::Guard`] when the item has changed or gone meanwhile.
    pub async fn discard(&self, op: OperationId) -> Result<(), Fault> {
        let rows = self.outbox.get_untracked();
        let batch = rapport_sync::discard(&rows, op)?;
        self.commit(batch).await
    }

    /// Puts another intent in an item's place: a new operation with a key of its own.
    ///
    /// # Errors
    /// [`Fault::Guard`] when the item has changed or gone meanwhile.
    pub async fn replace(&self, op: OperationId, intent: Intent) -> Result<(), Fault> {
        self.with_item(op, |row| rapport_sync::edit(row, random::new_operation(), intent)).await
    }

    /// Settles a conflict in favour of what the user wrote.
    ///
    /// # Errors
    /// [`Fault::Guard`] when the item has changed or gone meanwhile.
    pub async fn keep_mine(&self, op: OperationId) -> Result<(), Fault> {
        self.with_item(op, |row| rapport_sync::keep_mine(row, random::new_operation())).await
    }

    /// Everything unsent as a JSON document. Works with the engine stopped.
    ///
    /// # Errors
    /// What the store said.
    pub async fn export(&self) -> Result<String, Fault> {
        rapport_sync::export(&self.store).await
    }

    /// Offers a file of a ticket: from this device when it is still unsent, else from the backend.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when it is neither here nor to be had now.
    pub async fn download(&self, attachment: &Attachment) -> Result<(), Fault> {
        let key = attachment.id.to_string();
        let rows = self.store.read(&[Read::One(Space::Blobs, key.as_str().into())]).await?;
        let here = rows.into_iter().flatten().next().map(|(_, bytes)| bytes);
        let bytes = match here {
            Some(bytes) => bytes,
            None => {
                let call = self.connector.download(attachment);
                let reply = fetch::send(&self.base, &call, Bytes::Empty, DOWNLOAD_MS)
                    .await
                    .map_err(|_| Fault::Unavailable("the server cannot be reached".to_owned()))?;
                if reply.status != 200 {
                    return Err(Fault::Unavailable(format!("the server said {}", reply.status)));
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

    fn attach(
        &self,
        file: PickedFile,
        ticket: TicketId,
        comment: Option<CommentId>,
        after: Vec<OperationId>,
    ) -> Result<Batch, Fault> {
        let now = clock::now();
        let me = self.me();
        let id = AttachmentId(random::new_id());
        let attachment = Attachment {
            id,
            stamp: Stamp::said_now(now),
            ticket,
            comment,
            name: file.name,
            media_type: file.media_type,
            size: file.bytes.len() as u64,
            sha256: None,
            by: PersonRef { id: Some(me.id), name: me.name },
        };
        let blobs = vec![(id.to_string(), file.bytes)];
        let op = random::new_operation();
        rapport_sync::submit(op, Intent::AddAttachment { attachment }, now, after, blobs)
    }

    /// Marks a draft as being submitted; a second submit of the same one is refused until this ends.
    fn begin(&self, draft: Option<&str>) -> Result<Busy, Fault> {
        let key = draft.map(str::to_owned);
        if let Some(key) = &key
            && !self.submitting.borrow_mut().insert(key.clone())
        {
            return Err(Fault::Guard);
        }
        Ok(Busy { portal: self.clone(), key })
    }

    async fn submit(&self, batch: Batch, draft: Option<&str>) -> Result<(), Fault> {
        let Some(key) = draft else { return self.commit(batch).await };
        let row = self.settle_draft(key).await?;
        let batch = batch.expect(Space::Drafts, key, Some(row)).delete(Space::Drafts, key);
        self.store.commit(batch).await?;
        self.forget_draft(key);
        self.hint(&Hint::Outbox);
        self.refresh().await;
        Ok(())
    }

    async fn with_item(
        &self,
        op: OperationId,
        change: impl FnOnce(&OutboxRow) -> Result<Batch, Fault>,
    ) -> Result<(), Fault> {
        let rows = self.outbox.get_untracked();
        let row = rows.iter().find(|row| row.item.op == op).ok_or(Fault::Guard)?;
        self.commit(change(row)?).await
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
