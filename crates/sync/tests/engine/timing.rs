//! Waits, spreads, floors and rates.

use crate::bench::{Backend, Bench, busy, comment, create, op, portal, problem, profile};
use futures::executor::block_on;
use proptest::prelude::{Strategy, any, prop_assert, prop_oneof, proptest};
use rapport_store::{Memory, writes};
use rapport_sync::{Config, Event, NetFault, snapshot};

#[test]
fn i18_the_line_drains_by_itself_after_the_connection_heals() {
    let mut bench = Bench::new(Backend::KeysOnly);
    for n in 1..=20 {
        bench.submit(n, create(n));
    }
    // Ten minutes of nothing, and no event but the engine's own alarms.
    let end = bench.now + 600_000;
    while bench.now < end {
        bench.pass_until_called(60_000);
        while let Some((id, _)) = bench.calls.pop_front() {
            bench.lose(id);
        }
    }
    let healed = bench.now;
    let mut done = 0;
    while !bench.rows().is_empty() {
        bench.pass_until_called(130_000);
        let (id, call) = bench.call();
        done += 1;
        bench.make(id, &call);
    }
    assert!(
        bench.now - healed < 300_000,
        "{} s",
        (bench.now - healed) / 1_000
    );
    assert_eq!(done, 20);
}

#[test]
fn i19_retry_after_is_a_floor_in_both_forms() {
    for (status, form, floor) in [
        (429, "90", 90_000),
        (503, "90", 90_000),
        (500, "90", 90_000),
        (429, "Sun, 22 Nov 2026 09:14:01 GMT", 90_000),
    ] {
        let mut bench = Bench::new(Backend::KeysOnly);
        bench.submit(1, create(1));
        let (id, _) = bench.call();
        let mut reply = busy(status, form);
        let date = "Sun, 22 Nov 2026 09:12:31 GMT";
        reply.headers.push(("date".into(), date.into()));
        let told = bench.now;
        bench.answer(id, reply);
        // Not even coming back online, or a nudge, shortens it.
        bench.hear(Event::Online(false));
        bench.hear(Event::Online(true));
        bench.pass_until_called(600_000);
        assert!(
            bench.now - told >= floor,
            "{status} {form}: {} ms",
            bench.now - told
        );
        bench.call();
    }
}

#[test]
fn i19_after_a_reconnect_a_thousand_devices_spread_over_the_window() {
    let mut bins = [0_u32; 5];
    for seed in 0..1_000 {
        let mut bench = Bench::on(
            Memory::new(),
            profile(Backend::Keys),
            Config::default(),
            seed,
        );
        bench.hear(Event::Online(false));
        bench.submit(1, create(1));
        bench.no_call();
        let back = bench.now;
        bench.hear(Event::Online(true));
        bench.pass_until_called(10_000);
        bench.call();
        bins[usize::try_from((bench.now - back) / 1_000).unwrap().min(4)] += 1;
    }
    assert!(bins.iter().all(|n| (100..=300).contains(n)), "{bins:?}");
}

#[test]
fn what_the_user_does_online_goes_out_at_once() {
    let mut bench = Bench::new(Backend::Keys);
    let now = bench.now;
    bench.submit(1, create(1));
    bench.call();
    assert_eq!(bench.now, now);
    // Also within the spread after a reconnect.
    bench.hear(Event::Online(false));
    bench.hear(Event::Online(true));
    bench.submit(2, create(2));
    bench.call();
}

#[test]
fn a_background_start_is_a_reconnect_and_an_opened_app_is_not() {
    let store = Memory::new();
    let mut bench = Bench::on(store.clone(), profile(Backend::Keys), Config::default(), 1);
    bench.hear(Event::Online(false));
    bench.submit(1, create(1));
    let mut opened = Bench::on(store.clone(), profile(Backend::Keys), Config::default(), 1);
    opened.call();
    let config = Config {
        spread_at_start: true,
        ..Config::default()
    };
    let mut waited = 0;
    for seed in 0..20 {
        let store = store.crash(rapport_store::Loss::Nothing);
        let mut background = Bench::on(store, profile(Backend::KeysOnly), config.clone(), seed);
        let start = background.now;
        background.pass_until_called(10_000);
        waited += background.now - start;
    }
    assert!(waited > 20 * 1_000);
    let _ = waited;
}

#[test]
fn what_is_told_before_the_start_counts_from_the_start_on() {
    let mut bench = Bench::unstarted(Memory::new(), profile(Backend::Keys), Config::default(), 1);
    let generation = block_on(writes::take_over(&bench.store)).unwrap();
    let read = block_on(snapshot(&bench.store, generation)).unwrap();
    // A tab saves something after the reading that the engine starts from.
    bench.submit(1, create(1));
    bench.hear(Event::Started(read));
    bench.call();
}

#[test]
fn the_browser_may_be_wrong_about_being_offline() {
    let mut bench = Bench::new(Backend::Keys);
    bench.hear(Event::Online(false));
    bench.submit(1, create(1));
    bench.no_call();
    // A pull now and then finds out, and then everything goes.
    bench.pass_until_called(200_000);
    bench.call();
    assert!(bench.status.reachable);
}

#[test]
fn i18_a_host_that_never_answers_does_not_stop_the_line() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, create(1));
    let (_, first) = bench.call();
    bench.pass_until_called(200_000);
    assert_eq!(bench.call().1, first);
}

#[test]
fn i25_the_time_of_day_changes_nothing() {
    let run = |start: u64| {
        let mut bench =
            Bench::unstarted(Memory::new(), profile(Backend::Keys), Config::default(), 7);
        bench.now = start;
        bench.start();
        bench.submit(1, create(1));
        bench.submit(2, comment(1, 1));
        for _ in 0..6 {
            bench.pass_until_called(300_000);
            if let Some((id, _)) = bench.calls.pop_front() {
                bench.lose(id);
            }
        }
        let calls = bench.issued.iter();
        calls
            .map(|(at, call)| (at - start, call.clone()))
            .collect::<Vec<_>>()
    };
    let year = 31_536_000_000;
    assert_eq!(run(1_000), run(year));
    assert_eq!(run(1_000), run(40 * year));
}

#[test]
fn a_clock_that_jumps_back_is_not_followed() {
    let mut bench = Bench::new(Backend::KeysOnly);
    bench.submit(1, create(1));
    let (id, _) = bench.call();
    bench.now -= 500_000;
    bench.lose(id);
    bench.pass(700_000);
    assert!(!bench.calls.is_empty());
}

#[derive(Clone, Debug)]
enum Script {
    Status(u16),
    Busy(u16),
    Lost,
    NotSent,
    Portal,
    SignIn,
    Hint,
    Flap,
}

fn script() -> impl Strategy<Value = Vec<Script>> {
    let one = prop_oneof![
        (400_u16..600).prop_map(Script::Status),
        any::<bool>().prop_map(|b| Script::Busy(if b { 429 } else { 503 })),
        prop_oneof![
            proptest::strategy::Just(Script::Lost),
            proptest::strategy::Just(Script::NotSent),
            proptest::strategy::Just(Script::Portal),
            proptest::strategy::Just(Script::SignIn),
            proptest::strategy::Just(Script::Hint),
            proptest::strategy::Just(Script::Flap),
        ],
    ];
    proptest::collection::vec(one, 1..40)
}

proptest! {
    /// Whatever the answers, no request follows its own kind faster than the base delay, unless the
    /// user signs in or acts.
    #[test]
    fn i20_no_sequence_of_answers_makes_a_loop_faster_than_the_base_delay(script in script()) {
        let mut bench = Bench::new(Backend::KeysOnly);
        bench.submit(1, create(1));
        let mut last: Option<u64> = None;
        for step in script {
            if bench.status.needs_sign_in {
                bench.hear(Event::SignedIn);
                last = None;
            }
            bench.pass_until_called(400_000);
            let Some((id, _)) = bench.calls.pop_front() else { break };
            let sent = *bench.call_times().last().unwrap_or(&0);
            if let Some(last) = last {
                prop_assert!(sent - last >= 1_000, "{} ms", sent - last);
            }
            last = Some(sent);
            match step {
                Script::Status(status) => bench.answer(id, problem(status, "odd", &[])),
                Script::Busy(status) => bench.answer(id, busy(status, "2")),
                Script::Lost => bench.lose(id),
                Script::NotSent => bench.hear(Event::Reply(id, Err(NetFault::NotSent))),
                Script::Portal => bench.answer(id, portal()),
                Script::SignIn => bench.answer(id, problem(401, "sign-in", &[])),
                Script::Hint => {
                    bench.hear(Event::Pull);
                    bench.lose(id);
                }
                Script::Flap => {
                    bench.lose(id);
                    for _ in 0..5 {
                        bench.hear(Event::Online(false));
                        bench.hear(Event::Online(true));
                    }
                }
            }
        }
        prop_assert!(bench.rows().len() == 1 && bench.rows()[0].item.op == op(1));
    }
}
