//! Rows of tickets and what happens on them.

use super::record::identity;
use super::row::Row;
use rapport_domain::{
    Answer, Attachment, Comment, Kind, LastComment, Ticket, TicketChange, TicketId,
};

fn parent(row: &mut Row<'_>) -> Option<TicketId> {
    let ticket = row.id("ticket", Kind::Ticket);
    row.needed("ticket", ticket)
}

/// A ticket.
pub fn ticket(row: &mut Row<'_>) -> Option<Ticket> {
    let (id, stamp) = identity(row, Kind::Ticket)?;
    let last_comment = row.time("last_comment_at").map(|at| LastComment {
        at,
        by: row.person("last_comment_by").unwrap_or_default(),
        text: row.text("last_comment_text").unwrap_or_default(),
    });
    Some(Ticket {
        id,
        stamp,
        number: row.text("number"),
        kind: row.word("kind").unwrap_or_else(|| "".into()),
        state: row.word("state").unwrap_or_else(|| "".into()),
        subject: row.text("subject").unwrap_or_default(),
        description: row.text("description").unwrap_or_default(),
        customer: row.id("customer", Kind::Customer),
        requester: row.person("requester").unwrap_or_default(),
        assignee: row.person("assignee"),
        service: row.id("service", Kind::Service),
        form: row.id("form", Kind::Form),
        answers: row.rows("answers", answer),
        impact: row.word("impact"),
        urgency: row.word("urgency"),
        priority: row.word("priority"),
        last_comment,
    })
}

fn answer(row: &mut Row<'_>) -> Option<Answer> {
    let field = row.text("field");
    let value = row.answer("value");
    Some(Answer {
        field: row.needed("field", field)?,
        label: row.text("label").unwrap_or_default(),
        value: row.needed("value", value)?,
    })
}

/// A comment.
pub fn comment(row: &mut Row<'_>) -> Option<Comment> {
    let (id, stamp) = identity(row, Kind::Comment)?;
    Some(Comment {
        id,
        stamp,
        ticket: parent(row)?,
        author: row.person("author").unwrap_or_default(),
        author_role: row.word("author_role"),
        text: row.text("text").unwrap_or_default(),
    })
}

/// A file's description.
pub fn attachment(row: &mut Row<'_>) -> Option<Attachment> {
    let (id, stamp) = identity(row, Kind::Attachment)?;
    let media_type = row.text("media_type");
    Some(Attachment {
        id,
        stamp,
        ticket: parent(row)?,
        comment: row.id("comment", Kind::Comment),
        name: row.text("name").unwrap_or_default(),
        media_type: media_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        size: row.count("size").unwrap_or_default(),
        sha256: row.text("sha256"),
        by: row.person("by").unwrap_or_default(),
    })
}

/// A change in a ticket's history.
pub fn change(row: &mut Row<'_>) -> Option<TicketChange> {
    let (id, stamp) = identity(row, Kind::TicketChange)?;
    Some(TicketChange {
        id,
        ticket: parent(row)?,
        by: row.person("by"),
        at: row.time("at").unwrap_or(stamp.updated_at),
        field: row.text("field").unwrap_or_default(),
        from: row.text("from"),
        to: row.text("to"),
        note: row.text("note"),
        stamp,
    })
}
