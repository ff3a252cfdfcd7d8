//! How long to wait: seeded randomness, capped exponential backoff, and the gate that all calls share.

use crate::config::Config;

/// A small seeded generator (SplitMix64, Steele, Lea and Flood 2014). Not for secrets.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator that gives the same numbers for the same seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `limit`, both included.
    pub const fn up_to(&mut self, limit: u64) -> u64 {
        match limit.checked_add(1) {
            Some(count) => self.next_u64() % count,
            None => self.next_u64(),
        }
    }
}

/// How long to wait after the `failures`-th failure in a row. The exponential part is capped first
/// and then drawn at random (full jitter), so that the cap does not gather everybody at one moment.
/// What the backend asked for (`floor_ms`) and the base delay are floors.
pub fn delay(rng: &mut Rng, config: &Config, failures: u32, floor_ms: Option<u64>) -> u64 {
    let doublings = failures.saturating_sub(1).min(32);
    let wide = config.base_delay_ms.saturating_mul(1 << doublings);
    let random = rng.up_to(wide.min(config.max_delay_ms));
    let floor = config.base_delay_ms.max(floor_ms.unwrap_or(0));
    floor.saturating_add(random)
}

/// The gate before the network: closed for a while after the backend could not be reached, and only
/// one call wide until it answers again.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    failures: u32,
    opens_at: u64,
    /// What the backend itself asked for; nothing shortens it.
    floor: u64,
}

impl Gate {
    /// Whether a call may start when `in_flight` are under way.
    #[must_use]
    pub const fn admits(&self, now: u64, in_flight: usize) -> bool {
        now >= self.opens_at && (self.failures == 0 || in_flight == 0)
    }

    /// When it opens.
    #[must_use]
    pub const fn opens_at(&self) -> u64 {
        self.opens_at
    }

    /// The backend answered.
    pub const fn answered(&mut self) {
        self.failures = 0;
    }

    /// The backend could not be reached.
    pub fn failed(&mut self, rng: &mut Rng, config: &Config, now: u64, floor_ms: Option<u64>) {
        self.failures = self.failures.saturating_add(1);
        let until = now.saturating_add(delay(rng, config, self.failures, floor_ms));
        self.opens_at = self.opens_at.max(until);
        self.floor = self.floor.max(now.saturating_add(floor_ms.unwrap_or(0)));
    }

    /// The connection came back: what was waited for may start at `at`, unless the backend itself
    /// asked for more time.
    pub const fn reopen(&mut self, at: u64) {
        self.failures = 0;
        self.opens_at = if at > self.floor { at } else { self.floor };
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Gate, Rng, delay};
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn i19_the_waits_of_a_thousand_clients_spread_evenly_after_the_cap() {
        let config = Config::default();
        let mut bins = [0_u32; 61];
        for seed in 0..1_000 {
            let waited = delay(&mut Rng::new(seed), &config, 30, None);
            bins[(waited / 1_000 - 1) as usize] += 1;
        }
        assert!(bins.iter().all(|n| *n <= 3 * 1_000 / 60), "{bins:?}");
    }

    proptest! {
        #[test]
        fn i19_i20_a_wait_is_never_shorter_than_base_delay_or_retry_after(
            seed: u64, failures: u32, asked in proptest::option::of(0_u64..10_000_000),
        ) {
            let config = Config::default();
            let waited = delay(&mut Rng::new(seed), &config, failures, asked);
            prop_assert!(waited >= config.base_delay_ms.max(asked.unwrap_or(0)));
            prop_assert!(waited <= config.base_delay_ms.max(asked.unwrap_or(0)) + config.max_delay_ms);
        }
    }

    #[test]
    fn after_a_failure_the_gate_lets_one_call_through_until_it_is_answered() {
        let (config, mut rng, mut gate) = (Config::default(), Rng::new(1), Gate::default());
        assert!(gate.admits(0, 2));
        gate.failed(&mut rng, &config, 0, Some(9_000));
        assert!(!gate.admits(8_999, 0));
        let open = gate.opens_at();
        assert!(gate.admits(open, 0) && !gate.admits(open, 1));
        gate.answered();
        assert!(gate.admits(open, 2));
    }
}
