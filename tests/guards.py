#!/usr/bin/env python3
"""Removes each guard of the engine and of the backend in turn and tells whether a test misses it.

    tests/guards.py [--seeds N] [--package rapport-sync|rapport-backend] [NAME…]

Works on a copy of the workspace; the build goes to CARGO_TARGET_DIR or the copy's own target.
Exits with 1 when a guard is removed and every test stays green, or when a guard is not found.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))

# name, file, what stands there, what is put in its place
SYNC = [
    ("row guard", "disk.rs",
     ".and(Batch::strict()).expect(\n            Space::Outbox,\n            row.sequence,\n            Some(row.bytes.clone()),\n        )",
     ".and(Batch::strict())"),
    ("generation guard", "disk.rs",
     "writes::fenced(&self.disk.generation)", "Batch::relaxed()"),
    ("strict commits", "disk.rs", ".and(Batch::strict())", ""),
    ("interrupted is unknown", "send.rs",
     "(State::Sending | State::Unknown { .. }, _) => self.find_out(&row),",
     "(State::Sending | State::Unknown { .. }, _) => self.mark_sending(&row, None),"),
    ("frozen is not mapped again", "send.rs",
     "(State::Queued, Some(_)) => self.mark_sending(&row, None),",
     "(State::Queued, Some(_)) => self.first_attempt(&row),"),
    ("one at a time on a ticket", "line.rs",
     "if flight.phase != Phase::Waiting {\n                    break;\n                }",
     "if flight.phase != Phase::Waiting {\n                    continue;\n                }"),
    ("order while backing off", "line.rs",
     "best = Some((flight.due, *sequence));\n                    }\n                    break;",
     "best = Some((flight.due, *sequence));\n                    }\n                    continue;"),
    ("children wait for parents", "line.rs",
     "self.parents(row).next().is_some()", "false"),
    ("a file waits for its comment", "line.rs",
     "attachment.comment == Some(comment.id)", "false"),
    ("edges", "line.rs", "if row.item.after.contains(&other.item.op) {", "if false {"),
    ("what is parked steps aside", "line.rs",
     "!flight.arrived && matches!(row.item.state, State::Parked { .. })\n}", "false\n}"),
    ("what arrived is no longer parked", "line.rs", "!flight.arrived && matches", "matches"),
    ("a reading from before is not believed", "line.rs",
     "if self.overwritten.get(&row.sequence) == Some(&row.bytes)", "if false"),
    ("an ack that failed is written again", "disk.rs",
     "self.disk.problem = Some(fault.to_string());\n                self.disk.jobs.push_front(writing.job);",
     "self.disk.problem = Some(fault.to_string());"),
    ("a job whose guard failed is decided anew", "disk.rs",
     "self.disk.jobs.push_front(writing.job);\n                self.disk.jobs.push_front(Job::Probe);",
     "self.disk.jobs.push_front(Job::Probe);"),
    ("overlay until shown", "disk.rs", "if *shown {", "if true {"),
    ("overlay of an ack that was never told", "disk.rs",
     "if !shown {\n                    self.pull.linger(op, intent.target(), self.now);\n                }\n            }\n            Job::Page",
     "}\n            Job::Page"),
    ("a tab's decision stands", "disk.rs", "if row.item.state != *from {", "if false {"),
    ("a reason is told by its key", "settle.rs",
     "(true, true) => self.absent(row),", "(true, true) => self.accept(row, written, call, true),"),
    ("a doubtful reason is its author's", "settle.rs",
     "(true, false) => self.park(row, Parked::OutcomeUnknown),",
     "(true, false) => self.accept(row, written, call, true),"),
    ("a doubtful reason is not said again", "merge.rs",
     "let is_unsaid = self.honours_keys() || !self.is_doubtful(row);", "let is_unsaid = true;"),
    ("what may have arrived is not edited", "actions.rs",
     "if row.item.may_have_arrived() {", "if false {"),
    ("a later build's row is not read", "load.rs",
     "if item.v > OutboxItem::FORMAT {", "if false {"),
    ("look up before sending again", "settle.rs",
     "if askable && look_ups < needed {", "if false {"),
    ("twice where keys are ignored", "settle.rs",
     "self.config.settle_look_ups.max(1)", "1"),
    ("time before a look-up", "settle.rs", "if needed > 1 && !flight.settling {", "if false {"),
    ("nothing blind", "settle.rs",
     "} else if askable || self.honours_keys() {", "} else if true {"),
    ("a claim that is not found", "settle.rs", "if claimed {", "if false {"),
    ("gone after it was made", "settle.rs", "Some(_) => self.acknowledge(row),",
     "Some(_) => self.absent(row),"),
    ("what a pull shows has arrived", "send.rs",
     "if flight.is_some_and(|flight| flight.arrived) {", "if false {"),
    ("an edit is judged by the record", "settle.rs",
     "Some(now) if edit.merge(&now) == Merge::AlreadyThere => {", "Some(_) => {"),
    ("a replay is not news", "send.rs", "let first = row.item.attempts == 0;",
     "let first = true;"),
    ("a page may be newer than an answer", "send.rs",
     "usable && !call.overtaken.contains(&record.key())", "usable"),
    ("nothing is added to a base that is being listed", "send.rs",
     "let usable = fresh && self.pull.settled();", "let usable = fresh;"),
    ("an answer may be newer than a page", "pull.rs",
     "if !named.is_disjoint(&call.overtaken) {", "if false {"),
    ("what is looked up is nothing to stand on", "send.rs",
     "if !first {\n            return;\n        }", ""),
    ("a 401 costs no attempt", "send.rs",
     "self.settle(row, not_done, attempts, None);",
     "self.settle(row, not_done, attempts + 1, None);"),
    ("a 401 pauses", "engine.rs", "self.needs_sign_in = true;", ""),
    ("a 401 of an older session", "engine.rs",
     "if *refusal == Refusal::SignIn && session == self.session {",
     "if *refusal == Refusal::SignIn {"),
    ("a broken answer is not a refusal", "send.rs",
     "Refusal::Retry { .. } | Refusal::NotAnAnswer { .. } | Refusal::CursorLost,\n            ) => {",
     "Refusal::Retry { .. } | Refusal::NotAnAnswer { .. } | Refusal::CursorLost,\n            ) => {\n                return self.park(row, Parked::FileMissing);\n                #[allow(unreachable_code)]"),
    ("asleep during its commit", "send.rs", "if late && !flight.rechecked {", "if false {"),
    ("another key for another request", "merge.rs", "key: Some(key),",
     "key: Some(row.item.idempotency_key()),"),
    ("an end to rebasing", "merge.rs",
     "Merge::Rebased(_) if row.item.rebases >= self.config.max_rebases => {",
     "Merge::Rebased(_) if row.item.rebases >= 1_000 => {"),
    ("Retry-After", "backoff.rs", "config.base_delay_ms.max(floor_ms.unwrap_or(0))",
     "config.base_delay_ms"),
    ("Retry-After outlives a reconnect", "engine.rs",
     "at.saturating_add(pause).max(flight.floor)", "at.saturating_add(pause)"),
    ("base delay", "backoff.rs", "config.base_delay_ms.max(floor_ms.unwrap_or(0))",
     "floor_ms.unwrap_or(0)"),
    ("cap before jitter", "backoff.rs", "let random = rng.up_to(wide.min(config.max_delay_ms));",
     "let random = rng.up_to(wide).min(config.max_delay_ms);"),
    ("one call through a failing gate", "backoff.rs",
     "(self.failures == 0 || in_flight == 0)", "true"),
    ("spread after a reconnect", "engine.rs",
     "self.now + self.rng.up_to(self.config.reconnect_spread_ms)", "self.now"),
    ("offline is a guess", "engine.rs",
     "// “Offline” is a guess of the browser; a pull now and then finds out.\n            return self.try_pull();",
     "return None;"),
    ("a host that never answers", "engine.rs",
     ".filter(|(_, call)| call.deadline <= self.now)", ".filter(|_| false)"),
    ("told before the start", "engine.rs",
     "Event::Outbox(_) => self.disk.distrust(self.now),", "Event::Outbox(_) => {}"),
    ("only a pull begun after the ack shows it", "pull.rs", "page.number > *after", "true"),
    ("a listing is swept", "pull.rs", "gone.extend(page.stored.iter().filter(unseen));", ""),
    ("a flawed listing sweeps nothing", "pull.rs", "&& !listing.flawed", ""),
    ("the cursor moves only at the end of a listing", "pull.rs",
     "if self.listing.is_some() && !page.last {", "if false {"),
    ("another profile, another cursor", "pull.rs",
     "stored.profile == self.profile && stored.cursor.is_some()", "stored.cursor.is_some()"),
    ("more without a way on", "pull.rs",
     "self.pull.due = self.now + backoff::delay(&mut self.rng, &self.config, failures, None);\n        } else {",
     "self.pull.due = self.now;\n        } else {"),
    ("a host that never lists", "pull.rs",
     "if self.pull.wake_at().is_some_and(|until| until <= self.now)", "if false"),
]


BACKEND = [
    ("sight of one record", "src/db/sight.rs",
     "AND key IN (SELECT key FROM user_key WHERE user_id = ?))\"",
     "AND ? IS NOT NULL)\""),
    ("sight of lists", "src/db/sight.rs",
     "AND key IN (SELECT key FROM user_key WHERE user_id = ?3)", "AND ?3 IS NOT NULL"),
    ("keys of one's own customer only", "migrations/0002_rights.sql",
     "k.class = 'org' AND k.scope = u.customer_id AND k.person = ''", "k.class = 'org'"),
    ("a manager sees his customer's tickets, a user does not", "migrations/0002_rights.sql",
     "WHERE u.role = 'customer_manager'\nUNION ALL",
     "WHERE u.role IN ('customer_user', 'customer_manager')\nUNION ALL"),
    ("staff is agents and administrators", "migrations/0002_rights.sql",
     "WHERE u.role IN ('agent', 'administrator')\nUNION ALL\nSELECT u.id, k.id, k.scope\n"
     "FROM user u JOIN sight_key k ON k.class = 'cust'",
     "UNION ALL\nSELECT u.id, k.id, k.scope\nFROM user u JOIN sight_key k ON k.class = 'cust'"),
    ("internal comments", "migrations/0002_rights.sql",
     "WHERE c.internal = 0 OR v.class = 'staff';", ";"),
    ("files of internal comments", "migrations/0002_rights.sql",
     "WHERE coalesce(c.internal, 0) = 0 OR v.class = 'staff';", ";"),
    ("a service's audience", "migrations/0002_rights.sql",
     "FROM service s WHERE s.deleted = 0 AND json_array_length(s.body, '$.audience') = 0",
     "FROM service s WHERE s.deleted = 0"),
    ("how to reach a colleague", "migrations/0002_rights.sql",
     "SELECT u.id, 'cust', u.customer_id, '', 1 FROM user u",
     "SELECT u.id, 'cust', u.customer_id, '', 3 FROM user u"),
    ("who may edit", "migrations/0002_rights.sql",
     "WHERE u.role = 'administrator'\n   OR (u.role IN ('customer_user', 'customer_manager') "
     "AND t.requester_id = u.id)", "WHERE 1"),
    ("who may work", "migrations/0002_rights.sql",
     "'work' FROM ticket t, user u WHERE u.role IN ('agent', 'administrator')",
     "'work' FROM ticket t, user u"),
    ("for whom one may file", "migrations/0002_rights.sql",
     "SELECT 1 FROM assignment a WHERE a.user_id = u.id AND a.customer_id = r.customer_id",
     "SELECT 1 FROM assignment a WHERE a.user_id = u.id"),
    ("who may change the catalogue", "migrations/0002_rights.sql",
     "FROM user u WHERE u.role = 'administrator';", "FROM user u;"),
    ("a ticket that is not seen is not there", "src/ticket_rules/say.rs",
     "if !sight::visible(&mut write.tx, viewer, Kind::Ticket, ticket_id).await? {", "if false {"),
    ("internal words are for who works on it", "src/ticket_rules/say.rs",
     "if wish.internal && !tickets::may(", "if false && !tickets::may("),
    ("one id, one comment", "src/ticket_rules/say.rs",
     "before.author_id == *viewer && before.content_hash == content_hash", "true"),
    ("a key belongs to one request", "src/idempotency.rs",
     "if row.get::<&[u8], _>(0) != fingerprint {", "if false {"),
    ("a key is used once at a time", "src/idempotency.rs",
     "set.insert(entry.clone()).then(|| Flight {",
     "{ set.insert(entry.clone()); true }.then(|| Flight {"),
    ("an answer is kept with its effect", "src/idempotency.rs",
     "if let Some((key, fingerprint)) = &self.key {",
     "if let Some((key, fingerprint)) = self.key.as_ref().filter(|_| false) {"),
    ("the version must be named", "src/routes.rs",
     "if !headers.contains_key(header::IF_MATCH) {",
     "if !headers.contains_key(header::IF_MATCH) { return Ok(()); }\n    if false {"),
    ("the version must be the present one", "src/routes.rs",
     "if names_version(headers, &header::IF_MATCH, version, false) {", "if !version.is_empty() {"),
    ("the fields a role may change", "src/ticket_rules/change.rs",
     "if !refused.is_empty() {", "if false {"),
    ("what is over is not reworded", "src/ticket_rules/change.rs",
     "if over && !rights.work && reworded(&before, &after) {", "if false {"),
    ("a cookie's token in a header", "src/auth.rs",
     ".filter(|holder| holder.bearer == token.bearer)", ".filter(|_| true)"),
    ("another site's request", "src/auth.rs",
     "if !token.bearer && !parts.method.is_safe() {", "if false {"),
    ("a cursor of this database", "src/cursor.rs",
     "if digest(&[&identity.secret, bytes]).get(..SEAL)? != seal {", "if false && seal.is_empty() {"),
    ("a cursor of this user", "src/feed.rs",
     "if cursor.user != user || !same_history", "if !same_history"),
    ("a cursor from before the backup", "src/feed.rs",
     "Ok(known && cursor.total <= ended_with.unwrap_or(total))", "Ok(known)"),
    ("what was lost is taken back", "src/feed.rs",
     "(Position::Held { seen, .. }, false) => Position::Lost { seen, told: 0 },",
     "(Position::Held { .. }, false) => continue,"),
    ("told under one key only, and never under none", "src/feed.rs",
     "(Position::Held { .. }, Some(lowest)) => lowest == key,",
     "(Position::Held { .. }, Some(lowest)) => lowest > key,"),
]

PACKAGES = {
    "rapport-sync": ("crates/sync/src", SYNC),
    "rapport-backend": ("backend", BACKEND),
}


def copy(to):
    for name in ("Cargo.toml", "Cargo.lock", "clippy.toml", "rust-toolchain.toml", "crates",
                 "profiles", "public", "backend", "xtask", "tests", "src"):
        source = os.path.join(ROOT, name)
        if os.path.isdir(source):
            ignore = shutil.ignore_patterns("target", "node_modules")
            shutil.copytree(source, os.path.join(to, name), ignore=ignore)
        elif os.path.exists(source):
            shutil.copy2(source, to)


def test(to, package, seeds):
    """The names of the tests that fail; None when it does not compile."""
    env = dict(os.environ, RAPPORT_SEEDS=str(seeds), RUST_BACKTRACE="0", PROPTEST_CASES="64")
    env.setdefault("CARGO_TARGET_DIR", os.path.join(to, "target"))
    built = subprocess.run(["cargo", "test", "-q", "-p", package, "--no-run"],
                           cwd=to, env=env, capture_output=True, text=True)
    if built.returncode:
        print(built.stderr[-1500:])
        return None
    try:
        run = subprocess.run(["cargo", "test", "-q", "-p", package, "--no-fail-fast"],
                             cwd=to, env=env, capture_output=True, text=True, timeout=400)
    except subprocess.TimeoutExpired:
        return ["(runs for ever)"]
    failed = re.findall(r"^    ([a-z_0-9:]+)$", run.stdout, re.M)
    return sorted(set(failed)) or (["(stopped)"] if run.returncode else [])


def main():
    args = sys.argv[1:]
    seeds = 150
    if "--seeds" in args:
        at = args.index("--seeds")
        seeds = int(args[at + 1])
        del args[at:at + 2]
    packages = list(PACKAGES)
    if "--package" in args:
        at = args.index("--package")
        packages = [args[at + 1]]
        del args[at:at + 2]
    chosen = [(package, *guard) for package in packages for guard in PACKAGES[package][1]
              if not args or guard[0] in args]
    missed = 0
    with tempfile.TemporaryDirectory() as to:
        copy(to)
        for package, name, file, there, instead in chosen:
            path = os.path.join(to, PACKAGES[package][0], file)
            with open(path) as source:
                whole = source.read()
            if there not in whole:
                print(f"?    {name}: not found in {file}", flush=True)
                missed += 1
                continue
            with open(path, "w") as source:
                source.write(whole.replace(there, instead, 1))
            failed = test(to, package, seeds)
            with open(path, "w") as source:
                source.write(whole)
            if failed is None:
                print(f"?    {name}: does not compile without it", flush=True)
                missed += 1
            elif failed:
                simulated = any(test.startswith("i33_") or test == "(runs for ever)"
                                for test in failed)
                also = " and the simulation" if simulated else ""
                units = [test for test in failed if "::" in test]
                first = units[0] if units else failed[0]
                print(f"red  {name}: {len(units)} tests, such as {first}{also}", flush=True)
            else:
                print(f"GREEN {name}: nothing misses it", flush=True)
                missed += 1
    print(f"{len(chosen) - missed} of {len(chosen)} guards are missed when they are gone")
    sys.exit(1 if missed else 0)


main()
