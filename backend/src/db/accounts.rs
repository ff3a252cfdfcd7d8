//! The commands `user add` and `user password`.

use super::Db;
use super::people::{self, CustomerRow, LOGIN_MAX, UserRow};
use super::sight::Touched;
use crate::config::UserAdd;
use crate::time::Time;
use uuid::Uuid;

/// Why an account was not made; worded for the person at the command line.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The wish cannot be carried out.
    #[error("{0}")]
    Refused(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// Makes an account; returns its id.
///
/// # Errors
/// When the login is taken, the customer does not fit the role, or the database fails.
pub async fn add(db: &Db, wish: &UserAdd, password_hash: &str) -> Result<String, AccountError> {
    let refuse = |text: String| Err(AccountError::Refused(text));
    let customer_role = wish.role.starts_with("customer_");
    if customer_role != wish.customer.is_some() {
        return refuse(if customer_role {
            format!("a {} belongs to a customer: add --customer NAME", wish.role)
        } else {
            format!(
                "a {} belongs to no customer: leave out --customer",
                wish.role
            )
        });
    }
    if wish.role != "brm" && !wish.assigned.is_empty() {
        return refuse("customers are assigned to a brm only: leave out --assign".to_owned());
    }
    if wish.login.trim().is_empty() || wish.name.trim().is_empty() {
        return refuse("login and name must not be empty".to_owned());
    }
    if wish.login.chars().count() > LOGIN_MAX {
        return refuse(format!("a login has at most {LOGIN_MAX} characters"));
    }
    let now = Time::now();
    let mut touched = Touched::default();
    let mut tx = db.write().await?;
    if people::by_login(&mut tx, &wish.login).await?.is_some() {
        return refuse(format!(
            "the login “{}” is taken: choose another one, or change its password with `user password`",
            wish.login
        ));
    }
    let mut assigned = Vec::new();
    for name in &wish.assigned {
        assigned.push(customer(&mut tx, &mut touched, name, now).await?);
    }
    let customer_id = match &wish.customer {
        Some(name) => Some(customer(&mut tx, &mut touched, name, now).await?),
        None => None,
    };
    let row = UserRow {
        id: Uuid::now_v7().to_string(),
        customer_id,
        name: wish.name.trim().to_owned(),
        login: wish.login.trim().to_owned(),
        email: wish.email.clone(),
        phone: wish.phone.clone(),
        role: wish.role.clone(),
        assigned,
    };
    people::put_user(&mut tx, &mut touched, &row, now).await?;
    people::set_password(&mut tx, &row.id, password_hash).await?;
    tx.commit().await?;
    Ok(row.id)
}

/// Sets the password of an account and ends its sessions.
///
/// # Errors
/// When there is no such login, or the database fails.
pub async fn set_password(db: &Db, login: &str, password_hash: &str) -> Result<(), AccountError> {
    let mut tx = db.write().await?;
    let Some(id) = people::by_login(&mut tx, login).await? else {
        return Err(AccountError::Refused(format!(
            "there is no login “{login}”: make it with `user add`"
        )));
    };
    people::set_password(&mut tx, &id, password_hash).await?;
    tx.commit().await?;
    Ok(())
}

async fn customer(
    tx: &mut super::Tx,
    touched: &mut Touched,
    name: &str,
    now: Time,
) -> Result<String, AccountError> {
    let found = people::customers_called(tx, name).await?;
    match found.as_slice() {
        [id] => Ok(id.clone()),
        [] => {
            let row = CustomerRow {
                id: Uuid::now_v7().to_string(),
                name: name.to_owned(),
                card: None,
            };
            people::put_customer(tx, touched, &row, now).await?;
            Ok(row.id)
        }
        _ => Err(AccountError::Refused(format!(
            "several customers are called “{name}”: give the id instead"
        ))),
    }
}
