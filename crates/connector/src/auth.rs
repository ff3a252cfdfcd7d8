//! How a backend knows its user.

/// The kind of sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// The browser keeps a cookie that scripts cannot read, and sends it by itself.
    Cookie,
    /// A token goes with every call.
    Bearer {
        /// How long the token may be kept.
        persist: Persist,
        /// The header that carries it.
        header: String,
        /// What stands before the token in the header's value.
        prefix: String,
    },
}

/// How long a token may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persist {
    /// In memory, while the page is open.
    None,
    /// On the device.
    Device,
}

impl Auth {
    /// The header that carries the credentials, where the sender has to add one.
    #[must_use]
    pub fn header(&self, token: &str) -> Option<(String, String)> {
        match self {
            Self::Cookie => None,
            Self::Bearer { header, prefix, .. } => {
                Some((header.clone(), format!("{prefix}{token}")))
            }
        }
    }
}
