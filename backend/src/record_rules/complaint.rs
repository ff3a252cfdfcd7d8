//! Complaints: filed by a complainant or on his behalf, led through their stages by a handler who is
//! not the one complained about.

use super::{me, named, refuse};
use crate::auth::Caller;
use crate::db::objects::{self, leader};
use crate::db::plain::{self, Place, may};
use crate::db::{sight, tickets};
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use rapport_domain::complaint::{self, Channel, Complaint, ComplaintNote, Side, Step};
use rapport_domain::{
    ComplaintStage, Invalid, Kind, PersonRef, Reason, Record, Role, Timestamp, Typed,
};
use uuid::Uuid;

/// Files a complaint.
pub async fn file(
    write: &mut Write,
    caller: &Caller,
    record: &mut Record,
) -> Result<Place, Problem> {
    let mut wish = Complaint::of(record).ok_or_else(Problem::not_found)?;
    let author = me(write, caller).await?;
    let complainant = wish.complainant.id.or(author.id);
    let complainant = complainant.map(|id| id.to_string()).unwrap_or_default();
    let customer = tickets::filing_customer(&mut write.tx, &caller.user_id, &complainant)
        .await?
        .ok_or_else(|| nobody_to_file_for(&wish.complainant))?;
    wish.complainant = named(
        write,
        "complainant",
        PersonRef {
            id: Uuid::try_parse(&complainant).ok().map(Into::into),
            name: String::new(),
        },
    )
    .await?;
    if wish.complainant.id != author.id {
        wish.entered_by = author.clone();
    }
    if caller.is_customer() || wish.channel.as_str().is_empty() {
        wish.channel = Channel::Portal;
    }
    wish.about = somebody_of_ours(write, wish.about).await?;
    check_neighbours(write, caller, &wish).await?;
    refuse(wish.problems())?;
    let received = Timestamp(write.now.0);
    wish.customer = Uuid::try_parse(&customer).ok().map(Into::into);
    wish.number = Some(tickets::next_number(&mut write.tx, "complaint").await?);
    wish.stage = ComplaintStage::Received;
    wish.level = 0;
    wish.targets = complaint::targets(received);
    let excluded = objects::of(&mut write.tx, &wish.about).await?;
    wish.handler = leader(&mut write.tx, &customer, |id| {
        id == complainant || excluded.iter().any(|one| one == id)
    })
    .await?;
    wish.steps = vec![Step {
        stage: ComplaintStage::Received,
        at: received,
        by: author,
        note: String::new(),
        level: 0,
    }];
    wish.derive();
    record.fields = wish.to_record().fields;
    Ok(Place {
        customer: Some(customer),
        person: Some(complainant),
        parent: None,
    })
}

fn nobody_to_file_for(complainant: &PersonRef) -> Problem {
    if complainant.id.is_none() {
        return Problem::forbidden(
            "Your role enters complaints of others: say whose in `complainant`.",
        );
    }
    Problem::invalid(vec![FieldError::new(
        "complainant.id",
        "is nobody for whom you may file a complaint",
        "name one of your customers' people, or leave it out to complain yourself",
    )])
}

/// The person complained about, by his account. Who was complained about by name and is the only one
/// of the provider's people of that name is he: he must not get the complaint into his hands.
async fn somebody_of_ours(write: &mut Write, about: PersonRef) -> Result<PersonRef, Problem> {
    if about.id.is_some() || about.name.trim().is_empty() {
        return named(write, "about", about).await;
    }
    let ours: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, name FROM user WHERE role IN ('brm', 'agent', 'administrator') ORDER BY id",
    )
    .fetch_all(&mut *write.tx)
    .await?;
    let mut same = ours.into_iter().filter(|(_, name)| about.is_called(name));
    Ok(match (same.next(), same.next()) {
        (Some((id, name)), None) => PersonRef {
            id: Uuid::try_parse(&id).ok().map(Into::into),
            name,
        },
        // Several of that name: none of them gets it (see [`crate::db::objects`]).
        _ => about,
    })
}

/// Service and ticket must be such as the caller sees.
async fn check_neighbours(
    write: &mut Write,
    caller: &Caller,
    wish: &Complaint,
) -> Result<(), Problem> {
    let named = [
        ("service_id", Kind::Service, wish.service.map(|id| id.0)),
        ("ticket_id", Kind::Ticket, wish.ticket.map(|id| id.0)),
    ];
    let mut faults = Vec::new();
    for (field, kind, id) in named {
        let Some(id) = id else { continue };
        if !sight::visible(&mut write.tx, &caller.user_id, kind, &id.to_string()).await? {
            faults.push(FieldError::new(
                field,
                "is nothing that you can see",
                "name one that you see, or leave it out",
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(faults))
    }
}

/// Changes a complaint, as its complainant or as who handles it.
pub async fn change(
    write: &mut Write,
    caller: &Caller,
    before: &Record,
    after: &mut Record,
    note: Option<String>,
) -> Result<(), Problem> {
    let (Some(was), Some(mut wish)) = (Complaint::of(before), Complaint::of(after)) else {
        return Err(Problem::not_found());
    };
    let id = before.id.to_string();
    let handles = may(&mut write.tx, &caller.user_id, "handle", &id).await?;
    let own = may(&mut write.tx, &caller.user_id, "own", &id).await?;
    let side = match (handles, own) {
        (true, _) => Side::Handler,
        (false, true) => Side::Complainant,
        (false, false) => {
            return Err(Problem::forbidden(
                "You may read this complaint, not change it.",
            ));
        }
    };
    if side == Side::Complainant {
        only_his_own(&was, &wish)?;
    }
    // What follows from the stage is the server's to say.
    let wanted = std::mem::replace(&mut wish.stage, was.stage.clone());
    wish.level = was.level;
    wish.move_to(wanted);
    was.check_move(&wish, side).map_err(refused)?;
    if wish.handler != was.handler {
        wish.handler = named(write, "handler", wish.handler).await?;
        check_handler(write, &id, &wish).await?;
    }
    let moved = wish.stage != was.stage;
    if moved {
        let by = me(write, caller).await?;
        wish.steps.push(Step {
            stage: wish.stage.clone(),
            at: Timestamp(write.now.0),
            by,
            note: note.clone().unwrap_or_default(),
            level: wish.level,
        });
        if matches!(
            wish.stage,
            ComplaintStage::RejectedByComplainant | ComplaintStage::Escalated
        ) {
            wish.look_again(Timestamp(write.now.0));
        }
    }
    after.fields = wish.to_record().fields;
    if let (Some(text), false) = (note, moved) {
        add_note(write, caller, &was, text).await?;
    }
    Ok(())
}

fn refused(invalid: Invalid) -> Problem {
    Problem::invalid(vec![invalid.into()])
}

/// A complainant moves his complaint on and makes it confidential; the rest is the handler's.
fn only_his_own(was: &Complaint, wish: &Complaint) -> Result<(), Problem> {
    let allowed = Complaint {
        stage: wish.stage.clone(),
        level: wish.level,
        confidential: wish.confidential,
        due_at: wish.due_at,
        ..was.clone()
    };
    let (allowed, wished) = (allowed.to_record(), wish.to_record());
    let names = Complaint::FIELDS.iter().map(|field| field.name);
    let others = names.filter(|name| allowed.get(name) != wished.get(name));
    let faults: Vec<FieldError> = others
        .map(|name| Invalid::new(name, Reason::NotAllowed).into())
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::forbidden("These fields are for who handles the complaint.");
    problem.errors = faults;
    Err(problem)
}

async fn check_handler(write: &mut Write, id: &str, wish: &Complaint) -> Result<(), Problem> {
    let fault = if wish.is_judged_by_its_object() {
        FieldError::new(
            "handler",
            "is the person complained about",
            "name somebody else",
        )
    } else {
        let Some(handler) = wish.handler.id.map(|id| id.to_string()) else {
            return Ok(());
        };
        if may(&mut write.tx, &handler, "handle", id).await? {
            return Ok(());
        }
        FieldError::new(
            "handler",
            "is nobody who handles this customer's complaints",
            "name a relationship manager of the customer, or an administrator",
        )
    };
    Err(Problem::invalid(vec![fault]))
}

/// Words that came with a change of other fields than the stage.
async fn add_note(
    write: &mut Write,
    caller: &Caller,
    complaint: &Complaint,
    text: String,
) -> Result<(), Problem> {
    let id = Uuid::now_v7();
    let note = ComplaintNote {
        text,
        ..ComplaintNote::new(id.into(), complaint.id, Timestamp(write.now.0))
    };
    let said = crate::wire::plain::Said {
        id,
        said_at: Some(write.now),
        received_at: None,
        note: None,
        fields: note.to_record().fields,
    };
    Box::pin(super::make(write, caller, Kind::ComplaintNote, said)).await?;
    Ok(())
}

/// Adds words to a complaint.
pub async fn note(
    write: &mut Write,
    caller: &Caller,
    record: &mut Record,
) -> Result<Place, Problem> {
    let mut wish = ComplaintNote::of(record).ok_or_else(Problem::not_found)?;
    let parent = wish.complaint.to_string();
    let viewer = &caller.user_id;
    if !sight::visible(&mut write.tx, viewer, Kind::Complaint, &parent).await? {
        return Err(Problem::invalid(vec![FieldError::new(
            "complaint_id",
            "is no complaint that you can see",
            "name one that you see",
        )]));
    }
    if !may(&mut write.tx, viewer, "note", &parent).await? {
        return Err(Problem::forbidden("You may only read this complaint."));
    }
    if wish.internal && caller.is_customer() {
        return Err(Problem::forbidden(
            "Internal notes are for those who handle complaints: leave out `internal`.",
        ));
    }
    refuse(wish.problems())?;
    wish.author = me(write, caller).await?;
    wish.author_role = Some(Role::from(caller.role.as_str()));
    record.fields = wish.to_record().fields;
    let complaint = plain::find(&mut write.tx, Kind::Complaint, &parent).await?;
    Ok(Place {
        customer: complaint.and_then(|row| row.customer_id),
        person: Some(viewer.clone()),
        parent: Some(parent),
    })
}
