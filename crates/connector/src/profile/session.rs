//! Reading how a user signs in.

use super::call::{Scope, call};
use super::document::{Checker, Node};
use super::{Call, CallBody, Session, WriteForm, WriteSource, keys};
use crate::auth::{Auth, Persist};
use crate::codec::Codec;
use crate::http::Method;
use crate::target::{SIGN_IN, Sendable};

/// Reads the kind of sign-in and its calls.
pub fn session(check: &mut Checker, node: &Node<'_>, scope: &Scope<'_>) -> Option<(Auth, Session)> {
    check.object(node, &keys::AUTH)?;
    let auth = auth(check, node);
    let signing_in = Scope {
        fields: Sendable::all(SIGN_IN),
        ..*scope
    };
    let sign_in = node.get("sign_in")?;
    let who_am_i = node.get("who_am_i")?;
    let sign_in_call = check
        .object(&sign_in, &keys::SIGN_IN)
        .and_then(|_| call(check, &sign_in, Method::Post, &signing_in));
    let who_am_i_call = check
        .object(&who_am_i, &keys::WHO_AM_I)
        .and_then(|_| call(check, &who_am_i, Method::Get, scope));
    let sign_out = node.get("sign_out").and_then(|node| {
        check.object(&node, &keys::CALL)?;
        call(check, &node, Method::Delete, scope)
    });
    if let Some(call) = &sign_in_call {
        only_texts(check, &sign_in, call);
    }
    let token = check.optional_pointer(&sign_in, "token");
    let auth = auth?;
    match (&auth, &token) {
        (Auth::Bearer { .. }, None) => {
            check.error(
                &sign_in,
                "the reply must hold a token",
                "add “token” with its place in the reply",
            );
        }
        (Auth::Cookie, Some(_)) => {
            check.error(
                &sign_in,
                "a cookie is not read from the reply",
                "leave out “token”, or change “kind” to bearer",
            );
        }
        _ => {}
    }
    let session = Session {
        sign_in: sign_in_call?,
        sign_in_user: check.optional_pointer(&sign_in, "user")?,
        sign_in_token: token,
        who_am_i: who_am_i_call?,
        who_am_i_user: check.optional_pointer(&who_am_i, "user")?,
        sign_out,
    };
    Some((auth, session))
}

/// Login and password are texts in every spelling, so that signing in cannot fail before it begins.
fn only_texts(check: &mut Checker, node: &Node<'_>, call: &Call) {
    let CallBody::Json(rules) = &call.body else {
        return;
    };
    for rule in rules {
        if let WriteSource::Field { form, .. } = &rule.source
            && !matches!(form, WriteForm::One(Codec::Text, _))
        {
            check.error(
                node,
                &format!("“{}” is not sent as a text", rule.place),
                "leave out its codec, or write \"codec\": \"text\"",
            );
        }
    }
}

fn auth(check: &mut Checker, node: &Node<'_>) -> Option<Auth> {
    let bearer = check.choice(&node.get("kind")?, &["cookie", "bearer"])? == 1;
    if !bearer {
        for key in ["persist", "header", "prefix"] {
            if let Some(node) = node.get(key) {
                check.error(
                    &node,
                    &format!("“{key}” is for bearer tokens"),
                    "leave it out, or change “kind” to bearer",
                );
            }
        }
        return Some(Auth::Cookie);
    }
    let persist = match node.get("persist") {
        Some(node) if check.choice(&node, &["none", "device"])? == 1 => Persist::Device,
        _ => Persist::None,
    };
    let mut text = |key: &str, usual: &str| match node.get(key) {
        Some(node) => check.text(&node).map(str::to_owned),
        None => Some(usual.to_owned()),
    };
    Some(Auth::Bearer {
        persist,
        header: text("header", "Authorization")?,
        prefix: text("prefix", "Bearer ")?,
    })
}
