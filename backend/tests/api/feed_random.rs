//! Random histories: whatever changes while clients pull with pages of any size, in the end everybody
//! holds what he may see, and the table of sight says what the rights views say.

use crate::harness::{Mirror, World, assert_same};
use rapport_domain::Kind;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

async fn step(world: &World, dice: &mut Dice, tickets: &mut Vec<Value>) {
    match dice.below(10) {
        0 | 1 => {
            let who = dice.pick(&["anna", "ben", "mia", "carl", "dora"]);
            let api = world.user(who);
            // His role may be another by now.
            let wish = crate::harness::new_ticket("random");
            let reply = api.post("api/v1/tickets", &wish).await;
            if reply.status == 201 {
                tickets.push(reply.body);
            }
        }
        2 | 3 if !tickets.is_empty() => {
            let id = dice.pick(tickets)["id"].as_str().unwrap().to_owned();
            let internal = dice.below(3) == 0;
            let mut comment = crate::harness::new_comment("words");
            comment["internal"] = json!(internal);
            let path = format!("api/v1/tickets/{id}/comments");
            let reply = world.user("jonas").post(&path, &comment).await;
            assert!(
                [201, 409].contains(&reply.status.as_u16()),
                "{}",
                reply.body
            );
        }
        4 if !tickets.is_empty() => {
            let id = dice.pick(tickets)["id"].as_str().unwrap().to_owned();
            let jonas = world.user("jonas");
            let path = format!("api/v1/tickets/{id}");
            let version = jonas.get(&path).await.expect(200).body["version"].clone();
            let state = *dice.pick(&["in_progress", "pending", "resolved", "closed"]);
            let reply = jonas
                .patch(&path, version.as_str().unwrap(), &json!({"state": state}))
                .await;
            assert!(
                [200, 422].contains(&reply.status.as_u16()),
                "{}",
                reply.body
            );
        }
        5 if !tickets.is_empty() => {
            // A ticket goes to somebody else, perhaps of the other customer.
            let id = dice.pick(tickets)["id"].as_str().unwrap().to_owned();
            let (who, customer) = *dice.pick(&[
                ("anna", "north"),
                ("ben", "north"),
                ("carl", "south"),
                ("dora", "south"),
            ]);
            let mut touched = Default::default();
            let mut tx = world.db().write().await.unwrap();
            let mut row = rapport_backend::db::tickets::find(&mut tx, &id)
                .await
                .unwrap()
                .unwrap();
            row.requester_id = world.ids[who].clone();
            row.customer_id = world.ids[customer].clone();
            let now = rapport_backend::time::Time::now();
            rapport_backend::db::tickets::update(&mut tx, &mut touched, &row, now)
                .await
                .unwrap();
            rapport_backend::db::sight::refresh_thread(&mut tx, &mut touched, &id)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        6 => {
            let role = *dice.pick(&["customer_user", "customer_manager"]);
            let customer = *dice.pick(&["north", "south"]);
            let who = *dice.pick(&["ben", "mia", "dora"]);
            world.change_user(who, role, Some(customer), &[]).await;
        }
        7 => {
            let choices: [&[&str]; 4] = [&[], &["north"], &["south"], &["north", "south"]];
            let assigned = *dice.pick(&choices);
            world.change_user("ruth", "brm", None, assigned).await;
        }
        8 => {
            let north = json!({"customer": world.ids["north"]});
            let audience = match dice.below(4) {
                0 => json!([]),
                1 => json!([north]),
                2 => json!([north, {"customer": world.ids["south"]}]),
                _ => json!([{"role": "customer_manager"}]),
            };
            let which = *dice.pick(&["for all", "for north", "for managers"]);
            world.change_audience(which, audience).await;
        }
        _ => {}
    }
}

async fn history(seed: u64, steps: usize) {
    let world = World::new().await;
    let mut dice = Dice(seed);
    let mut tickets = Vec::new();
    let mut mirrors: HashMap<&str, Mirror> = HashMap::new();
    for _ in 0..steps {
        step(&world, &mut dice, &mut tickets).await;
        for (login, api) in world.users() {
            // Some pull one small page, some nothing, so that all stand somewhere else.
            if dice.below(3) == 0 {
                let limit = 1 + dice.below(6);
                mirrors.entry(login).or_default().page(api, limit).await;
            }
        }
    }
    for (login, api) in world.users() {
        let mirror = mirrors.entry(login).or_default();
        mirror.pull(api, 1 + dice.below(9)).await;
        let who = format!("seed {seed}: {login}");
        assert_same(&who, &mirror.records, &api.everything().await);
    }
    assert_sight_is_the_rule(&world).await;
    world.server.end().await;
}

async fn assert_sight_is_the_rule(world: &World) {
    let mut tx = world.db().read().await.unwrap();
    for kind in Kind::ALL {
        let word = kind.as_str();
        let sql = format!(
            "WITH rule AS (SELECT id, class, scope, person, max(level) AS level
                           FROM sight_of_{word} GROUP BY id, class, scope, person),
                  noted AS (SELECT s.id, k.class, k.scope, k.person, s.level FROM sight s
                            JOIN sight_key k ON k.id = s.key WHERE s.kind = '{word}' AND s.gone = 0)
             SELECT (SELECT count(*) FROM (SELECT * FROM rule EXCEPT SELECT * FROM noted))
                  + (SELECT count(*) FROM (SELECT * FROM noted EXCEPT SELECT * FROM rule))"
        );
        let differences: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert_eq!(differences, 0, "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_ends_with_what_he_may_see() {
    let seeds: Vec<u64> = match std::env::var("RAPPORT_FEED_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (1..=6).collect(),
    };
    for seed in seeds {
        history(seed, 60).await;
    }
}
