//! Where calls may go. Everything that could lead a call, and the credentials that go with it, to
//! another place than the profile names is refused.

/// What a URL is relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Relative to the portal.
    Portal,
    /// At this origin.
    Origin(String),
}

/// Where a URL, or the beginning of a template, leads; says why where that cannot be told.
///
/// # Errors
/// The URL has a form that browsers read in more than one way.
pub fn place(url: &str) -> Result<Place, String> {
    if url
        .chars()
        .any(|c| c == '\\' || c.is_control() || c.is_whitespace())
    {
        return Err("a URL holds no backslash, blank or control character".to_owned());
    }
    if url.starts_with("//") {
        return Err("a URL that begins with “//” leads to another host".to_owned());
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    // Browsers read `%2e` in a path as a dot.
    let dots = |segment: &str| {
        matches!(
            &*segment.to_ascii_lowercase().replace("%2e", "."),
            "." | ".."
        )
    };
    if path.split('/').any(dots) {
        return Err("a path has no “.” or “..” as a segment".to_owned());
    }
    let first = path.split('/').next().unwrap_or_default();
    if !first.contains(':') {
        return Ok(Place::Portal);
    }
    let rest = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| Some((scheme, url.strip_prefix(scheme)?)));
    let Some((scheme, rest)) = rest else {
        return Err("only http: and https: URLs are possible".to_owned());
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
    if host.is_empty() || !host.bytes().all(legal) {
        return Err(format!("“{host}” is not a host name"));
    }
    Ok(Place::Origin(format!(
        "{scheme}{}",
        host.to_ascii_lowercase()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_urls_stay_and_absolute_ones_name_their_origin() {
        for here in ["", "api/v1", "/api", "api?x=http://a/../b", "a/b:c"] {
            assert_eq!(place(here), Ok(Place::Portal), "{here}");
        }
        assert_eq!(
            place("https://API.example.org:8443/v1?x"),
            Ok(Place::Origin("https://api.example.org:8443".into()))
        );
    }

    #[test]
    fn whatever_could_lead_elsewhere_is_refused() {
        for odd in [
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "https:evil.example",
            "https://user@evil.example/",
            "https:///x",
            "a/../../b",
            "a/%2E./b",
            "./a",
            "a b",
            "a\nb",
        ] {
            assert!(place(odd).is_err(), "{odd}");
        }
    }
}
