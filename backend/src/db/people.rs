//! Customers and users: writes.

use super::sight::{self, Touched, refresh};
use super::{objects, plain, terms};
use crate::time::Time;
use rapport_domain::Kind;
use sqlx::{AssertSqlSafe, SqliteConnection};

/// Most characters of a login. Tries to sign in are remembered by login, so there is a limit.
pub const LOGIN_MAX: usize = 200;

/// A customer to be written.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its people see about it.
    pub card: Option<String>,
}

/// A user to be written. The password is not touched.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// His id.
    pub id: String,
    /// His organisation.
    pub customer_id: Option<String>,
    /// His name.
    pub name: String,
    /// What he signs in with.
    pub login: String,
    /// His mail address.
    pub email: Option<String>,
    /// His telephone number.
    pub phone: Option<String>,
    /// What he may do.
    pub role: String,
    /// Customers whose relationship he manages.
    pub assigned: Vec<String>,
}

/// Writes a customer, new or changed; returns whether anything changed.
///
/// # Errors
/// When the database fails.
pub async fn put_customer(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &CustomerRow,
    now: Time,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO customer (id, name, card, version, said_at, received_at, updated_at)
         VALUES (?1, ?2, ?3, 1, ?4, ?4, ?4)
         ON CONFLICT (id) DO UPDATE
         SET name = excluded.name, card = excluded.card, version = version + 1,
             updated_at = excluded.updated_at
         WHERE name IS NOT excluded.name OR card IS NOT excluded.card",
    )
    .bind(&row.id)
    .bind(&row.name)
    .bind(&row.card)
    .bind(now.0)
    .execute(&mut *conn)
    .await?;
    let changed = done.rows_affected() > 0;
    if changed {
        refresh(conn, touched, Kind::Customer, &row.id).await?;
    }
    Ok(changed)
}

/// Writes a user, new or changed; returns whether anything changed.
///
/// # Errors
/// When the database fails, or the login belongs to somebody else.
pub async fn put_user(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &UserRow,
    now: Time,
) -> Result<bool, sqlx::Error> {
    let before = assigned(conn, &row.id).await?;
    let known: Option<(String, String, Option<String>)> =
        sqlx::query_as("SELECT name, role, customer_id FROM user WHERE id = ?")
            .bind(&row.id)
            .fetch_optional(&mut *conn)
            .await?;
    let led = match &known {
        Some((_, role, _)) if leads(role) => objects::led_by(conn, &row.id).await?,
        _ => Vec::new(),
    };
    let mut after = row.assigned.clone();
    after.sort();
    after.dedup();
    let reassigned = i64::from(before != after);
    let done = sqlx::query(
        "INSERT INTO user
         (id, customer_id, name, login, email, phone, role, version, said_at, received_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8, ?8)
         ON CONFLICT (id) DO UPDATE
         SET customer_id = excluded.customer_id, name = excluded.name, login = excluded.login,
             email = excluded.email, phone = excluded.phone, role = excluded.role,
             version = version + 1, updated_at = excluded.updated_at
         WHERE customer_id IS NOT excluded.customer_id OR name IS NOT excluded.name
            OR login IS NOT excluded.login OR email IS NOT excluded.email
            OR phone IS NOT excluded.phone OR role IS NOT excluded.role OR ?9",
    )
    .bind(&row.id)
    .bind(&row.customer_id)
    .bind(&row.name)
    .bind(&row.login)
    .bind(&row.email)
    .bind(&row.phone)
    .bind(&row.role)
    .bind(now.0)
    .bind(reassigned)
    .execute(&mut *conn)
    .await?;
    let changed = done.rows_affected() > 0;
    if before != after {
        sqlx::query("DELETE FROM assignment WHERE user_id = ?")
            .bind(&row.id)
            .execute(&mut *conn)
            .await?;
        for customer in &after {
            sqlx::query("INSERT INTO assignment (user_id, customer_id) VALUES (?, ?)")
                .bind(&row.id)
                .bind(customer)
                .execute(&mut *conn)
                .await?;
        }
        terms::follow(conn, touched, &row.id, &row.name, (&before, &after), now).await?;
    }
    if changed {
        touched.rights = true;
        refresh(conn, touched, Kind::User, &row.id).await?;
    }
    if changed {
        follow(conn, touched, row, known, now).await?;
        objects::hand_on(conn, touched, &row.id, &led, now).await?;
    }
    Ok(changed)
}

/// Whether complaints are led in this role.
fn leads(role: &str) -> bool {
    matches!(role, "brm" | "administrator")
}

/// What hangs on who he is: his name in records, complaints about his name, and what is seen person by
/// person and not by the keys that he holds.
async fn follow(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    row: &UserRow,
    known: Option<(String, String, Option<String>)>,
    now: Time,
) -> Result<(), sqlx::Error> {
    let (name, role, customer) = known.unwrap_or_default();
    if name != row.name {
        objects::named(conn, &row.id, &row.name).await?;
        if !name.is_empty() {
            renamed(conn, touched, row, now).await?;
        }
    }
    if leads(&role) || leads(&row.role) {
        let kinds = [Kind::Complaint, Kind::ComplaintNote, Kind::SurveyResult];
        sight::settle(conn, touched, kinds).await?;
    }
    if customer != row.customer_id {
        sight::settle(conn, touched, [Kind::Action]).await?;
    }
    Ok(())
}

/// Records that name the user have changed with his name.
async fn renamed(
    conn: &mut SqliteConnection,
    touched: &mut Touched,
    user: &UserRow,
    now: Time,
) -> Result<(), sqlx::Error> {
    let naming = [
        (
            Kind::Ticket,
            "requester_id = ?1 OR assignee_id = ?1
             OR last_comment_id IN (SELECT id FROM comment WHERE author_id = ?1)",
        ),
        (Kind::Comment, "author_id = ?1"),
        (Kind::Attachment, "by_id = ?1"),
        (Kind::TicketChange, "by_id = ?1"),
    ];
    for (kind, names_him) in naming {
        let sql = format!(
            "UPDATE {} SET version = version + 1, updated_at = ?2 WHERE {names_him} RETURNING id",
            kind.as_str()
        );
        let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(&user.id)
            .bind(now.0)
            .fetch_all(&mut *conn)
            .await?;
        for id in ids {
            refresh(conn, touched, kind, &id).await?;
        }
    }
    plain::rename(conn, touched, &user.id, &user.name, now).await
}

async fn assigned(conn: &mut SqliteConnection, user: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT customer_id FROM assignment WHERE user_id = ? ORDER BY customer_id")
        .bind(user)
        .fetch_all(conn)
        .await
}

/// Sets the password hash of a user and ends his sessions.
///
/// # Errors
/// When the database fails.
pub async fn set_password(
    conn: &mut SqliteConnection,
    user: &str,
    hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE user SET password_hash = ? WHERE id = ?")
        .bind(hash)
        .bind(user)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM session WHERE user_id = ?")
        .bind(user)
        .execute(conn)
        .await?;
    Ok(())
}

/// The id of the user with this login.
///
/// # Errors
/// When the database fails.
pub async fn by_login(
    conn: &mut SqliteConnection,
    login: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM user WHERE login = ?")
        .bind(login)
        .fetch_optional(conn)
        .await
}

/// Ids of the customers with this name or id.
///
/// # Errors
/// When the database fails.
pub async fn customers_called(
    conn: &mut SqliteConnection,
    name_or_id: &str,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM customer WHERE name = ?1 OR id = lower(?1)")
        .bind(name_or_id)
        .fetch_all(conn)
        .await
}
