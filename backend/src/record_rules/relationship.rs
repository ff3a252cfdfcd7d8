//! What a relationship manager keeps about his customers: contacts, conversations, actions, reviews.

use super::{me, named, only, refuse};
use crate::auth::Caller;
use crate::db::plain::Place;
use crate::idempotency::Write;
use crate::problem::{FieldError, Problem};
use rapport_domain::{
    Action, CustomerId, Interaction, Invalid, Kind, PersonRef, Plain, Reason, Record, Review,
    ReviewState, Timestamp, Typed,
};

/// Whether `user` has the right of that name over the customer.
pub(super) async fn may(
    write: &mut Write,
    user: &str,
    right: &str,
    customer: &str,
) -> Result<bool, Problem> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM relationship_right
                        WHERE customer_id = ? AND user_id = ? AND name = ?)",
    )
    .bind(customer)
    .bind(user)
    .bind(right)
    .fetch_one(&mut *write.tx)
    .await?;
    Ok(found)
}

fn customer_of(record: &Record) -> String {
    let customer = CustomerId::take(Some(record.get("customer")));
    customer.map(|id| id.to_string()).unwrap_or_default()
}

/// Makes a record about a customer.
pub async fn make(
    write: &mut Write,
    caller: &Caller,
    record: &mut Record,
) -> Result<Place, Problem> {
    let customer = customer_of(record);
    if !may(write, &caller.user_id, "keep", &customer).await? {
        return Err(Problem::invalid(vec![FieldError::new(
            "customer_id",
            "is no customer whose relationship you manage",
            "name one of yours",
        )]));
    }
    let mut person = None;
    if let Some(mut interaction) = Interaction::of(record) {
        interaction.author = me(write, caller).await?;
        if interaction.at == Timestamp(0) {
            interaction.at = record.stamp.said_at;
        }
        *record = interaction.to_record();
    }
    if let Some(action) = Action::of(record) {
        person = settle_owner(write, record, &action).await?;
    }
    if Review::of(record).is_some_and(|review| review.state == ReviewState::Signed) {
        // Nobody has signed what was not there.
        return refuse(vec![Invalid::new("state", Reason::NotAllowed)]).map(|()| Place::default());
    }
    refuse(record.problems())?;
    Ok(Place {
        customer: Some(customer),
        person,
        parent: None,
    })
}

/// The owner of an action by the name of his account, and whose own the action is. It is done by one of
/// the provider's people or of the customer's.
async fn settle_owner(
    write: &mut Write,
    record: &mut Record,
    action: &Action,
) -> Result<Option<String>, Problem> {
    let owner = named(write, "owner", action.owner.clone()).await?;
    let id = owner.id.map(|id| id.to_string());
    if let Some(id) = &id {
        let other: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM user WHERE id = ? AND customer_id <> ?)",
        )
        .bind(id)
        .bind(action.customer.to_string())
        .fetch_one(&mut *write.tx)
        .await?;
        if other {
            return Err(Problem::invalid(vec![FieldError::new(
                "owner",
                "is one of another customer's people",
                "name somebody of this customer or of yours",
            )]));
        }
    }
    record.set("owner", owner.put());
    Ok(id)
}

/// Changes a record about a customer. Returns whose own it is from now on, where that is somebody's.
pub async fn change(
    write: &mut Write,
    caller: &Caller,
    before: &Record,
    after: &mut Record,
) -> Result<Option<String>, Problem> {
    let customer = customer_of(before);
    let viewer = &caller.user_id;
    let keeps = may(write, viewer, "keep", &customer).await?;
    let agrees = may(write, viewer, "agree", &customer).await?;
    if let (Some(was), Some(wish)) = (Review::of(before), Review::of(after)) {
        change_review(write, caller, (before, &was), wish, after, (keeps, agrees)).await?;
    } else if let (Some(was), Some(wish)) = (Action::of(before), Action::of(after)) {
        let owns = was.owner.id.is_some_and(|id| id.to_string() == *viewer);
        if !keeps {
            if !owns {
                return Err(not_yours());
            }
            only(before, after, &["state", "result"])?;
        }
        refuse(after.problems())?;
        return settle_owner(write, after, &wish).await;
    } else if !keeps {
        return Err(not_yours());
    }
    refuse(after.problems())?;
    Ok(None)
}

/// A review goes on towards the signature. The customer's manager signs, and does nothing else to it;
/// what was signed stays as it is.
async fn change_review(
    write: &mut Write,
    caller: &Caller,
    (before, was): (&Record, &Review),
    wish: Review,
    after: &mut Record,
    (keeps, agrees): (bool, bool),
) -> Result<(), Problem> {
    let signs = wish.state == ReviewState::Signed && was.state != ReviewState::Signed;
    if signs && !agrees {
        return Err(Problem::forbidden(
            "Minutes are signed by the customer's manager.",
        ));
    }
    if !keeps || signs {
        // Who does not keep the minutes signs them or leaves them as they are: he takes nothing back.
        if !agrees || (!signs && wish.state != was.state) {
            return Err(not_yours());
        }
        only(before, after, &["state"])?;
    }
    if was.state == ReviewState::Signed && before.fields != after.fields {
        return Err(Problem::forbidden(
            "What was signed is not changed any more.",
        ));
    }
    if !was.state.leads_to(&wish.state) {
        let reason = Reason::IllegalTransition {
            from: was.state.to_string(),
            to: wish.state.to_string(),
        };
        return refuse(vec![Invalid::new("state", reason)]);
    }
    let (by, at) = match signs {
        true => (me(write, caller).await?, Some(Timestamp(write.now.0))),
        false => (PersonRef::default(), None),
    };
    if was.state != ReviewState::Signed {
        after.set("signed_by", by.put());
        after.set("signed_at", at.put());
    }
    Ok(())
}

fn not_yours() -> Problem {
    Problem::forbidden("You may read this, not change it.")
}

/// Whether records of this kind are kept about customers.
#[must_use]
pub const fn is_kept(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Contact | Kind::Interaction | Kind::Action | Kind::Review
    )
}
