//! Passwords: argon2id, on threads of their own, a few at a time, so that signing in neither holds up
//! other requests nor fills the memory.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// The hash of no password: checked for an unknown login, so that it takes as long as a known one.
    decoy: Arc<str>,
}

/// Hashing failed, for example for want of memory.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

impl Passwords {
    /// Prepares the decoy.
    ///
    /// # Errors
    /// When hashing fails.
    pub fn new() -> Result<Self, HashError> {
        let mut noise = [0; 24];
        getrandom::fill(&mut noise).map_err(|error| HashError(error.to_string()))?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(4)),
            decoy: hash(&crate::text::hex(&noise))?.into(),
        })
    }

    /// Whether the password is the one of `stored`. Without a stored hash the answer is no, after the
    /// same work.
    pub async fn verify(&self, password: String, stored: Option<String>) -> bool {
        let Ok(_turn) = self.turns.acquire().await else {
            return false;
        };
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| self.decoy.to_string());
        let checked = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|parsed| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &parsed)
                    .is_ok()
            })
        })
        .await;
        known && checked.unwrap_or(false)
    }
}

/// The hash to store for a password.
///
/// # Errors
/// When hashing fails.
pub fn hash(password: &str) -> Result<String, HashError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| HashError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_login_passes() {
        let passwords = Passwords::new().unwrap();
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert_ne!(stored, hash("correct horse").unwrap(), "salted");
        assert!(
            passwords
                .verify("correct horse".into(), Some(stored.clone()))
                .await
        );
        assert!(!passwords.verify("wrong".into(), Some(stored)).await);
        assert!(!passwords.verify("wrong".into(), None).await);
    }

    /// The shortest of some tries hardly depends on what else the machine does.
    #[tokio::test]
    async fn an_unknown_login_takes_as_long_as_a_known_one() {
        let passwords = Passwords::new().unwrap();
        let stored = hash("correct horse").unwrap();
        let mut shortest = [std::time::Duration::MAX; 2];
        for _ in 0..5 {
            for (index, stored) in [Some(stored.clone()), None].into_iter().enumerate() {
                let begun = std::time::Instant::now();
                passwords.verify("wrong".into(), stored).await;
                shortest[index] = shortest[index].min(begun.elapsed());
            }
        }
        let [known, unknown] = shortest;
        assert!(unknown * 2 > known, "{unknown:?} instead of {known:?}");
    }
}
