//! Many at once.

use crate::harness::{Mirror, Reply, World, assert_same, new_comment, new_ticket};
use futures::future::join_all;

/// On a machine that has no time for it the server asks to come again later. That is no failure of the
/// database; any other answer is taken as it is.
async fn until_not_busy<F: Future<Output = Reply>>(ask: impl Fn() -> F) -> Reply {
    loop {
        let reply = ask().await;
        if reply.body["type"] != "/problems/busy" {
            return reply;
        }
        assert_eq!(reply.status, 503);
        assert!(!reply.header("retry-after").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_writes_all_succeed_and_readers_are_not_held_up() {
    let world = World::new().await;
    let ticket = world.user("anna").file("busy").await;
    let path = format!("api/v1/tickets/{}/comments", ticket["id"].as_str().unwrap());
    let writes = join_all((0..50).map(|n| {
        let login = ["anna", "mia", "jonas", "ruth", "carl"][n % 5];
        let (api, path) = (world.user(login).clone(), path.clone());
        async move {
            let (target, body) = if login == "carl" {
                ("api/v1/tickets", new_ticket("mine"))
            } else {
                (path.as_str(), new_comment(&format!("words {n}")))
            };
            until_not_busy(|| api.post(target, &body)).await
        }
    }));
    let reads =
        join_all((0..50).map(|_| until_not_busy(|| world.user("mia").get("api/v1/changes"))));
    let (writes, reads) = futures::future::join(writes, reads).await;
    for reply in writes {
        assert_eq!(reply.status, 201, "{}", reply.body);
    }
    for reply in reads {
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    let mia = world.user("mia");
    let mut mirror = Mirror::default();
    mirror.pull(mia, 10).await;
    assert_same("mia", &mirror.records, &mia.everything().await);
    assert_eq!(
        mirror
            .records
            .keys()
            .filter(|(kind, _)| kind == "comment")
            .count(),
        40
    );
    world.server.end().await;
}

/// Somebody who follows the feed while others write never misses a commit: the order of the cursor is
/// the order of the commits.
#[tokio::test(flavor = "multi_thread")]
async fn a_follower_misses_nothing_while_others_write() {
    let world = World::new().await;
    let (mia, anna, ben) = (world.user("mia"), world.user("anna"), world.user("ben"));
    let writing = async {
        let by = |api: &crate::harness::Api| {
            let api = api.clone();
            async move {
                for n in 0..25 {
                    let ticket = api.file(&format!("ticket {n}")).await;
                    api.say(ticket["id"].as_str().unwrap(), "and this").await;
                }
            }
        };
        futures::future::join(by(anna), by(ben)).await;
    };
    let done = std::sync::atomic::AtomicBool::new(false);
    let following = async {
        let mut mirror = Mirror::default();
        loop {
            let last = done.load(std::sync::atomic::Ordering::SeqCst);
            mirror.pull(mia, 4).await;
            if last {
                return mirror;
            }
        }
    };
    let writing = async {
        writing.await;
        done.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let (mirror, ()) = futures::future::join(following, writing).await;
    assert_same("mia", &mirror.records, &mia.everything().await);
    assert_eq!(mirror.tombstones, 0);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_set_up_to_last_and_readers_cannot_write() {
    let world = World::new().await;
    let mut write = world.db().write().await.unwrap();
    let mut read = world.db().read().await.unwrap();
    for (pragma, expected) in [
        ("foreign_keys", 1_i64),
        ("synchronous", 2),
        ("busy_timeout", 10_000),
    ] {
        for tx in [&mut write, &mut read] {
            let sql = sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"));
            let value: i64 = sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap();
            assert_eq!(value, expected, "{pragma}");
        }
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut *read)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
    assert!(
        sqlx::query("DELETE FROM ticket")
            .execute(&mut *read)
            .await
            .is_err()
    );
    let orphan = "INSERT INTO assignment (user_id, customer_id) VALUES ('a', 'b')";
    assert!(sqlx::query(orphan).execute(&mut *write).await.is_err());
    drop((write, read));
    world.server.end().await;
}
