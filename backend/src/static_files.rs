//! Serves the built client: compressed siblings, lasting names cached for ever, the front page for
//! every path of the client, with the base path written into it.

use crate::app::App;
use crate::problem::Problem;
use crate::text::hex;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use std::path::{Component, Path, PathBuf};

/// What pages of the client may load and do; `cargo xtask csp` prints the same words.
const CSP: &str = include_str!("../../public/csp.txt").trim_ascii();

/// The front page.
pub async fn index(State(app): State<App>, method: Method, headers: HeaderMap) -> Response {
    front_page(&app, &method, &headers).await
}

/// The connector profile.
pub async fn profile(app: &App, headers: &HeaderMap) -> Response {
    match tokio::fs::read(&app.config().profile).await {
        Ok(bytes) => send(headers, "application/json", "no-cache", None, bytes),
        Err(error) => {
            tracing::warn!(path = %app.config().profile.display(), %error, "no profile");
            Problem::not_found()
                .detail("Start the server with --profile FILE.")
                .into_response()
        }
    }
}

/// A file of the client, or its front page.
pub async fn serve(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "The path does not take this method",
        )
        .into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let Some(relative) = safe(path) else {
        return Problem::not_found().into_response();
    };
    if relative.as_os_str().is_empty() || path == "index.html" {
        return front_page(&app, &method, &headers).await;
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    // Compressed siblings are ways to send a file, not files.
    if !name.ends_with(".br") && !name.ends_with(".gz") {
        let file = app.config().client.join(&relative);
        if let Some((bytes, encoding)) = read(&file, &headers).await {
            let cache = if has_lasting_name(name) {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            };
            return send(&headers, media_type(name), cache, encoding, bytes);
        }
    }
    if name.contains('.') {
        return Problem::not_found().into_response();
    }
    front_page(&app, &method, &headers).await
}

async fn front_page(app: &App, method: &Method, headers: &HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let file = app.config().client.join("index.html");
    match tokio::fs::read_to_string(&file).await {
        Ok(page) => {
            let page = with_base(&page, &app.config().base);
            let html = "text/html; charset=utf-8";
            send(headers, html, "no-cache", None, page.into_bytes())
        }
        Err(error) => {
            tracing::warn!(path = %file.display(), %error, "no client");
            Problem::not_found()
                .detail("The client is not built, or --client names another directory.")
                .into_response()
        }
    }
}

/// The page with this base path in its `<base href>`.
fn with_base(page: &str, base: &str) -> String {
    let Some(start) = page.find("<base ") else {
        return page.to_owned();
    };
    let Some(length) = page[start..].find('>') else {
        return page.to_owned();
    };
    let (before, after) = (&page[..start], &page[start + length + 1..]);
    format!("{before}<base href=\"{base}\">{after}")
}

/// The path without anything that leads out of the directory or to hidden files.
fn safe(path: &str) -> Option<PathBuf> {
    let decoded = percent_decoded(path)?;
    let mut safe = PathBuf::new();
    for component in Path::new(&decoded).components() {
        match component {
            Component::Normal(part) if !part.as_encoded_bytes().starts_with(b".") => {
                safe.push(part);
            }
            _ => return None,
        }
    }
    Some(safe)
}

fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    if bytes.contains(&0) || bytes.contains(&b'\\') {
        return None;
    }
    String::from_utf8(bytes).ok()
}

async fn read(file: &Path, headers: &HeaderMap) -> Option<(Vec<u8>, Option<&'static str>)> {
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if !accepts(headers, encoding) {
            continue;
        }
        let mut sibling = file.as_os_str().to_owned();
        sibling.push(ending);
        if let Ok(bytes) = tokio::fs::read(sibling).await {
            return Some((bytes, Some(encoding)));
        }
    }
    let bytes = tokio::fs::read(file).await.ok()?;
    Some((bytes, None))
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            name.trim().eq_ignore_ascii_case(encoding) && !refused
        })
}

/// Whether the name changes with the content: a part of it is at least eight hexadecimal digits.
fn has_lasting_name(name: &str) -> bool {
    name.split(['-', '_', '.'])
        .any(|part| part.len() >= 8 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn send(
    headers: &HeaderMap,
    media_type: &'static str,
    cache: &'static str,
    encoding: Option<&'static str>,
    bytes: Vec<u8>,
) -> Response {
    let digest = hex(&Sha256::digest(&bytes)[..16]);
    let mut response = if super::routes::is_known(headers, &digest) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(bytes))
    };
    let out = response.headers_mut();
    let plain = HeaderValue::from_static;
    out.insert(header::CONTENT_TYPE, plain(media_type));
    out.insert(header::CACHE_CONTROL, plain(cache));
    out.insert(header::CONTENT_SECURITY_POLICY, plain(CSP));
    out.insert(header::VARY, plain("accept-encoding"));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, plain(encoding));
    }
    if let Ok(tag) = HeaderValue::try_from(format!("\"{digest}\"")) {
        out.insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out() {
        for bad in [
            "../secret",
            "a/../../b",
            "%2e%2e/secret",
            ".git/config",
            "a%00b",
            "..%5cb",
        ] {
            assert_eq!(safe(bad), None, "{bad}");
        }
        assert_eq!(safe("a/b.js"), Some(PathBuf::from("a/b.js")));
    }

    #[test]
    fn the_base_is_written_into_the_page() {
        let page = "<head><base href=\"/\"><title>x</title></head>";
        let expected = "<head><base href=\"/help/\"><title>x</title></head>";
        assert_eq!(with_base(page, "/help/"), expected);
        assert_eq!(with_base("<p>none</p>", "/help/"), "<p>none</p>");
    }

    #[test]
    fn only_names_with_a_digest_last() {
        assert!(has_lasting_name("rapport-0a1b2c3d4e5f_bg.wasm"));
        assert!(has_lasting_name("app.0123456789abcdef.css"));
        assert!(!has_lasting_name("index.html"));
        assert!(!has_lasting_name("sw.js"));
        assert!(!has_lasting_name("config.json"));
    }
}
