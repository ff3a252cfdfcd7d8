//! Slows down guessing of passwords: after some wrong ones for a login from an address, the pair has
//! to wait, each time longer. Kept in memory; a restart forgives.

use crate::time::Time;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Wrong passwords that cost nothing.
const FREE: u32 = 5;
/// Longest wait in seconds.
const LONGEST: i64 = 900;
/// After this long without a wrong password all is forgiven, in milliseconds.
const FORGIVE: i64 = 3_600_000;
/// Pairs that are remembered at most.
const MOST: usize = 10_000;

/// Remembers wrong passwords.
#[derive(Debug, Default)]
pub struct Throttle {
    tries: Mutex<HashMap<(String, IpAddr), Tries>>,
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    wrong: u32,
    until: Time,
    last: Time,
}

impl Throttle {
    /// Counts a try. Every try counts as wrong until [`Self::succeeded`] says otherwise, so that many
    /// at once do not slip through together.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn enter(&self, login: &str, address: IpAddr, now: Time) -> Result<(), u64> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST {
            tries.retain(|_, t| now.0 - t.last.0 < FORGIVE);
        }
        if tries.len() >= MOST {
            // A flood of invented logins: forget the oldest pair rather than grow.
            let oldest = tries
                .iter()
                .min_by_key(|(_, t)| t.last)
                .map(|(k, _)| k.clone());
            if let Some(key) = oldest {
                tries.remove(&key);
            }
        }
        let entry = tries
            .entry((login.to_lowercase(), address))
            .or_insert(Tries {
                wrong: 0,
                until: Time(0),
                last: now,
            });
        if now.0 - entry.last.0 > FORGIVE {
            entry.wrong = 0;
            entry.until = Time(0);
        }
        if entry.until > now {
            let wait = (entry.until.0 - now.0 + 999) / 1000;
            return Err(u64::try_from(wait).unwrap_or(1));
        }
        entry.wrong += 1;
        entry.last = now;
        if entry.wrong >= FREE {
            let doublings = (entry.wrong - FREE).min(10);
            let wait = (2_i64 << doublings).min(LONGEST);
            entry.until = now.plus(wait * 1000);
        }
        Ok(())
    }

    /// Forgives: the password was right.
    pub fn succeeded(&self, login: &str, address: IpAddr) {
        self.tries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(login.to_lowercase(), address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn waits_grow_and_success_forgives() {
        let throttle = Throttle::default();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let there = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
        let now = Time(1_000_000);
        for _ in 0..FREE {
            assert_eq!(throttle.enter("anna", here, now), Ok(()));
        }
        assert_eq!(throttle.enter("Anna", here, now), Err(2));
        assert_eq!(throttle.enter("anna", there, now), Ok(()));
        assert_eq!(throttle.enter("ben", here, now), Ok(()));
        assert_eq!(throttle.enter("anna", here, now.plus(2000)), Ok(()));
        assert_eq!(throttle.enter("anna", here, now.plus(2000)), Err(4));
        throttle.succeeded("anna", here);
        assert_eq!(throttle.enter("anna", here, now.plus(2000)), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for n in 0..MOST + 50 {
            let _ = throttle.enter(&format!("login{n}"), here, Time(1_000_000));
        }
        assert!(throttle.tries.lock().unwrap().len() <= MOST);
    }
}
