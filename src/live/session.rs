//! Who is signed in on this device, and how that begins and ends.
//!
//! Each account has its own database. An offline start opens the last account, reading and writing;
//! signing in is needed only to send.

use crate::live::portal::Portal;
use crate::live::settings::branding;
use crate::web::channel::{self, Channel, Hint};
use crate::web::fetch::{self, Bytes};
use crate::web::idb::registry::{self, Account};
use crate::web::service_worker::Update;
use crate::web::worker::{self, Start};
use crate::web::{assets, clock, storage};
use leptos::prelude::*;
use rapport_connector::{Connector, HttpReply, Refusal};
use rapport_domain::User;
use rapport_store::{Fault, Read, Space, Store};
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;

/// The setting that says that the server has not heard yet of somebody's signing out.
const OWED: &str = "sign-out-owed";
/// Longest wait for an answer about the session, in milliseconds.
const SESSION_MS: u32 = 15_000;

/// The state of the app as a whole.
#[derive(Clone)]
pub struct AppState {
    /// Who is signed in.
    pub session: ArcRwSignal<Session>,
    /// A new build that waits for the user's consent.
    pub update: ArcRwSignal<Option<SendWrapper<Update>>>,
    /// The base URL, absolute.
    pub base: String,
    /// The connector profile as text.
    profile: ArcRwSignal<Option<String>>,
    /// Where the tabs of this browser tell each other that the session changed.
    everybody: SendWrapper<Rc<RefCell<Option<Channel>>>>,
}

/// Who is signed in.
#[derive(Clone)]
pub enum Session {
    /// Being found out.
    Starting,
    /// Nobody.
    SignedOut,
    /// Somebody; his portal is open, whether or not the server still knows his session.
    Open(Portal),
    /// The portal cannot run here, and why.
    Unusable(String),
}

/// Why signing in failed.
#[derive(Clone, Debug, PartialEq)]
pub enum SignInError {
    /// Login or password is wrong.
    Wrong,
    /// The server cannot be reached.
    Unreachable,
    /// The server looks at it later: it is busy, or there were too many attempts.
    Later,
    /// The server said something else.
    Refused(String),
    /// This device cannot keep the account's data.
    Store(String),
}

impl AppState {
    /// The state at the start of a page at `base`.
    #[must_use]
    pub fn new(base: String) -> Self {
        Self {
            session: ArcRwSignal::new(Session::Starting),
            update: ArcRwSignal::new(None),
            base,
            profile: ArcRwSignal::new(None),
            everybody: SendWrapper::new(Rc::default()),
        }
    }

    /// From here on this tab follows when another one signs in or out.
    pub fn follow_other_tabs(&self) {
        let app = self.clone();
        let opened = Channel::open(channel::EVERYBODY, move |hint| {
            if hint == Hint::Session {
                let app = app.clone();
                crate::live::durable(async move { app.start().await });
            }
        });
        match opened {
            Ok(channel) => {
                self.everybody.replace(Some(channel));
            }
            Err(error) => log::warn!("no channel between tabs: {error}"),
        }
    }

    fn tell_other_tabs(&self) {
        if let Some(channel) = self.everybody.borrow().as_ref() {
            channel.tell(&Hint::Session);
        }
    }

    /// Opens the last account if there is one, else asks to sign in.
    pub async fn start(&self) {
        let accounts = match registry::list().await {
            Ok(accounts) => accounts,
            Err(fault) => {
                self.session.set(Session::Unusable(fault.to_string()));
                return;
            }
        };
        let last = accounts.into_iter().find(|account| account.active);
        let fetched = fetch::text(&self.base, &branding().profile).await;
        let known = last.as_ref().map(|account| account.profile.clone());
        // A profile that was broken since must not keep anybody from what is on this device.
        let broken = match (&fetched, &known) {
            (Ok(text), Some(known)) if text != known => parse(text).err(),
            _ => None,
        };
        let profile = match (fetched, known) {
            (Ok(_), Some(known)) if broken.is_some() => known,
            (Ok(text), _) | (Err(_), Some(text)) => text,
            (Err(error), None) => {
                log::warn!("no connector profile: {error}");
                self.session.set(Session::SignedOut);
                return;
            }
        };
        self.profile.set(Some(profile.clone()));
        let Some(account) = last else {
            self.end_owed_session(&profile).await;
            self.close().await;
            return;
        };
        let is_open = self.session.with_untracked(
            |session| matches!(session, Session::Open(portal) if portal.account == account.id),
        );
        if is_open {
            return;
        }
        if let Err(error) = self.open(account, &profile).await {
            self.session.set(Session::Unusable(error));
        }
        if let (Some(error), Session::Open(portal)) = (broken, self.session.get_untracked()) {
            portal.report_trouble(error);
        }
    }

    /// Ends the server's session of somebody who signed out without a network: with nobody signed in
    /// on the screen, nothing may go out in his name.
    async fn end_owed_session(&self, profile: &str) {
        if storage::setting(OWED).is_none_or(|owed| owed.is_empty()) {
            return;
        }
        let call = parse(profile)
            .ok()
            .and_then(|connector| connector.sign_out());
        let Some(call) = call else { return };
        let reply = fetch::send(&self.base, &call, Bytes::Empty, SESSION_MS).await;
        if reply.is_ok_and(|reply| has_ended(&reply)) {
            storage::set_setting(OWED, "");
        }
    }

    /// Another tab has signed out. What was typed here and is not saved yet belongs to the account.
    async fn close(&self) {
        if let Session::Open(portal) = self.session.get_untracked()
            && let Err(fault) = portal.flush_drafts().await
        {
            log::error!("drafts not saved: {fault}");
        }
        self.session.set(Session::SignedOut);
    }

    async fn open(&self, account: Account, profile: &str) -> Result<(), String> {
        let connector = parse(profile)?;
        let id = account.id.clone();
        let (user, me) = (remote_id(&account.user), account.user.id);
        let portal = Portal::open(account, self.base.clone(), connector)
            .await
            .map_err(|fault| fault.to_string())?;
        let start = Start {
            account: id,
            user,
            me,
            base: self.base.clone(),
            profile: profile.to_owned(),
        };
        let script = format!("{}{}", self.base, assets::assets().worker);
        match worker::start(&script, &start, portal.reporter()) {
            Ok(worker) => {
                portal.worker.replace(Some(worker));
            }
            Err(error) => portal.report_trouble(error),
        }
        self.session.set(Session::Open(portal));
        Ok(())
    }
}

fn parse(profile: &str) -> Result<Connector, String> {
    Connector::parse(profile).map_err(|errors| {
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// Signs in. The same user as before goes on where he was, with everything unsent; another user gets
/// a database of his own.
///
/// # Errors
/// Why not, by what the user can do.
pub async fn sign_in(app: &AppState, login: &str, password: &str) -> Result<(), SignInError> {
    let profile = match app.profile.get_untracked() {
        Some(profile) => profile,
        None => {
            let path = branding().profile;
            let text = fetch::text(&app.base, &path)
                .await
                .map_err(|_| SignInError::Unreachable)?;
            app.profile.set(Some(text.clone()));
            text
        }
    };
    let connector = parse(&profile).map_err(SignInError::Refused)?;
    let call = connector.sign_in(login, password);
    let body = match &call.body {
        rapport_connector::Body::Text(text) => Bytes::Text(text.clone()),
        _ => Bytes::Empty,
    };
    let reply = fetch::send(&app.base, &call, body, SESSION_MS)
        .await
        .map_err(|_| SignInError::Unreachable)?;
    let signed_in = connector
        .read_sign_in(&reply)
        .map_err(|why| refused(&why, &reply))?;
    let me = signed_in.user;
    // The session that is owed its end is replaced by the new one.
    storage::set_setting(OWED, "");
    let known = registry::list().await.unwrap_or_default();
    // A profile may get another name; what is unsent stays with its user.
    let same = |account: &&Account| {
        remote_id(&account.user) == remote_id(&me) && account.user.login == me.login
    };
    let id = known.iter().find(same).map_or_else(
        || account_id(connector.name(), &remote_id(&me)),
        |account| account.id.clone(),
    );
    let since = known
        .iter()
        .find(|account| account.id == id)
        .map(|account| account.since);
    let account = Account {
        id: id.clone(),
        user: me.clone(),
        profile: profile.clone(),
        active: true,
        since: since.unwrap_or_else(clock::now),
    };
    registry::remember(&account)
        .await
        .map_err(|fault| SignInError::Store(fault.to_string()))?;
    let present = match app.session.get_untracked() {
        Session::Open(portal) => Some(portal),
        _ => None,
    };
    match present {
        Some(portal) if portal.account == id => {
            portal.me.set(me);
            portal.hint(&Hint::Session);
        }
        _ => {
            // Whoever sends for another account must ask whose session it is before going on.
            if let Some(portal) = present {
                portal.hint(&Hint::Session);
            }
            app.open(account, &profile)
                .await
                .map_err(SignInError::Store)?;
        }
    }
    app.tell_other_tabs();
    Ok(())
}

fn refused(why: &Refusal, reply: &HttpReply) -> SignInError {
    match why {
        Refusal::SignIn => SignInError::Wrong,
        Refusal::Retry { .. } => SignInError::Later,
        Refusal::Rejected { title, detail, .. } if !detail.is_empty() => {
            SignInError::Refused(if title.is_empty() {
                detail.clone()
            } else {
                format!("{title}: {detail}")
            })
        }
        Refusal::Rejected { title, .. } => SignInError::Refused(title.clone()),
        Refusal::NotAnAnswer { .. } => SignInError::Unreachable,
        _ => SignInError::Refused(reply.status.to_string()),
    }
}

/// What the backend calls the user.
fn remote_id(user: &User) -> String {
    user.stamp
        .remote_id
        .clone()
        .unwrap_or_else(|| user.id.to_string())
}

/// Names an account's database: who, at which backend. The origin is the browser's own partition.
fn account_id(backend: &str, user: &str) -> String {
    rapport_domain::id::from_remote(backend, &format!("account:{user}")).to_string()
}

/// How much of the user's own is on this device alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnlyHere {
    /// Changes that are not sent.
    pub unsent: u64,
    /// Drafts that are not finished.
    pub drafts: u64,
}

impl OnlyHere {
    /// Whether there is nothing that a sign-out could lose.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.unsent == 0 && self.drafts == 0
    }
}

/// Whether the account's data may be removed from the device: only when it is known that nothing of
/// it is here alone.
fn may_forget(only_here: &Result<OnlyHere, Fault>) -> bool {
    only_here.as_ref().is_ok_and(|here| here.is_empty())
}

/// Whether the backend has ended the session, or says that there is none. What stands between may
/// answer as well: a proxy before a backend that is down, a page that wants its own sign-in.
fn has_ended(reply: &HttpReply) -> bool {
    let kind = reply.header("content-type").unwrap_or_default();
    let is_page = kind.trim_start().starts_with("text/html");
    reply.status == 401 || ((200..300).contains(&reply.status) && !is_page)
}

impl Portal {
    /// What of the user's own is on this device alone, by the store: other tabs write as well, and
    /// what this build cannot read counts too.
    ///
    /// # Errors
    /// What the store said.
    pub async fn only_here(&self) -> Result<OnlyHere, Fault> {
        let reads = [Read::Keys(Space::Outbox), Read::Keys(Space::Drafts)];
        let rows = self.store.read(&reads).await?;
        let count = |place: usize| rows.get(place).map_or(0, |rows| rows.len() as u64);
        Ok(OnlyHere {
            unsent: count(0),
            drafts: count(1),
        })
    }

    /// Ends the session on the server and in this browser. What is unsent or unfinished stays in this
    /// account's database for when the same user signs in again; without any the database goes.
    ///
    /// # Errors
    /// When what was typed cannot be saved, or the account not be closed: nothing is done then, and
    /// the session goes on.
    pub async fn sign_out(&self, app: &AppState) -> Result<(), Fault> {
        self.flush_drafts().await?;
        registry::deactivate(&self.account).await?;
        // Early, so that they save what is typed there before the store is asked below.
        app.tell_other_tabs();
        self.worker.take();
        if let Some(call) = self.connector.sign_out() {
            // Without a network it is owed, and made up for at the next start.
            let reply = fetch::send(&self.base, &call, Bytes::Empty, SESSION_MS).await;
            let is_done = reply.is_ok_and(|reply| has_ended(&reply));
            storage::set_setting(OWED, if is_done { "" } else { "1" });
        }
        self.hint(&Hint::Session);
        // Asked at the very end: another tab may have written until now.
        if may_forget(&self.only_here().await)
            && let Err(fault) = registry::forget(&self.account, self.store.clone()).await
        {
            log::error!("the account's data was not removed: {fault}");
        }
        app.session.set(Session::SignedOut);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_ended_when_the_backend_says_so_and_nobody_else() {
        let reply = |status, kind: &str| HttpReply {
            status,
            headers: vec![("content-type".into(), kind.into())],
            body: Vec::new(),
        };
        assert!(has_ended(&reply(204, "")));
        assert!(has_ended(&reply(401, "application/problem+json")));
        assert!(!has_ended(&reply(200, "text/html; charset=utf-8")));
        assert!(!has_ended(&reply(503, "text/html")));
        assert!(!has_ended(&reply(403, "application/problem+json")));
    }

    #[test]
    fn data_is_removed_only_when_nothing_is_known_to_be_here_alone() {
        let here = |unsent, drafts| Ok(OnlyHere { unsent, drafts });
        assert!(may_forget(&here(0, 0)));
        assert!(!may_forget(&here(1, 0)));
        assert!(!may_forget(&here(0, 1)));
        assert!(!may_forget(&Err(Fault::Timeout)));
    }
}
