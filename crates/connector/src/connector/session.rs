//! Signing in and out.

use super::{Connector, bare, missing};
use crate::codec::Item;
use crate::http::{HttpCall, HttpReply};
use crate::map::source::Given;
use crate::map::write::make;
use crate::outcome::Refusal;
use rapport_domain::{Entity, Kind, User};
use serde_json::Value;

/// A successful sign-in.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedIn {
    /// Who it is.
    pub user: User,
    /// The token, where the backend is spoken to with one.
    pub token: Option<String>,
}

impl Connector {
    /// The request that signs in.
    #[must_use]
    pub fn sign_in(&self, login: &str, password: &str) -> HttpCall {
        let fields = |name: &str| {
            let text = if name == "login" { login } else { password };
            Ok(Given::One(Item::Text(text.to_owned())))
        };
        let call = &self.profile.session.sign_in;
        let made = make(&self.profile.connection, call, &|_| None, &fields, None);
        made.unwrap_or_else(|_| bare(call))
    }

    /// Who has signed in.
    ///
    /// # Errors
    /// Nobody has, and why.
    pub fn read_sign_in(&self, reply: &HttpReply) -> Result<SignedIn, Refusal> {
        let session = &self.profile.session;
        let body = self.body(reply, &session.sign_in)?;
        let token = match &session.sign_in_token {
            None => None,
            Some(place) => {
                let found = place.find(&body).and_then(Value::as_str);
                let token = found.filter(|token| !token.is_empty());
                Some(token.ok_or_else(|| missing("token"))?.to_owned())
            }
        };
        let user = session.sign_in_user.find(&body);
        Ok(SignedIn {
            user: self.user(user)?,
            token,
        })
    }

    /// The request that asks who is signed in.
    #[must_use]
    pub fn who_am_i(&self) -> HttpCall {
        self.plain(&self.profile.session.who_am_i)
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// Nobody is, or it cannot be told.
    pub fn read_who_am_i(&self, reply: &HttpReply) -> Result<User, Refusal> {
        let session = &self.profile.session;
        let body = self.body(reply, &session.who_am_i)?;
        self.user(session.who_am_i_user.find(&body))
    }

    /// The request that signs out, where there is one.
    #[must_use]
    pub fn sign_out(&self) -> Option<HttpCall> {
        let call = self.profile.session.sign_out.as_ref()?;
        Some(self.plain(call))
    }

    fn user(&self, json: Option<&Value>) -> Result<User, Refusal> {
        let json = json.ok_or_else(|| missing("user"))?;
        match self.read_record(Kind::User, json) {
            (Some(Entity::User(user)), _) => Ok(user),
            _ => Err(missing("user that can be read")),
        }
    }
}
