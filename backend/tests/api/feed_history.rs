//! Cursors that this database cannot have made are noticed.

use crate::harness::{Mirror, Scratch, World, assert_same};
use rapport_backend::db::{Db, Purpose};
use rapport_backend::{ServeConfig, import, serve};

fn copy(from: &Scratch, to: &Scratch) {
    for entry in std::fs::read_dir(&from.0).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.0.join(entry.file_name())).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_lives_through_a_restart() {
    let world = World::new().await;
    world.user("anna").file("before").await;
    let mut mirror = Mirror::default();
    mirror.pull(world.user("mia"), 10).await;
    let world = world.restarted().await;
    world.user("anna").file("after").await;
    let before = mirror.records.len();
    mirror.pull(world.user("mia"), 10).await;
    assert_eq!(mirror.records.len(), before + 1);
    assert_same(
        "mia",
        &mirror.records,
        &world.user("mia").everything().await,
    );
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_cursors_of_others_are_refused() {
    let world = World::new().await;
    let other = World::new().await;
    let mut mine = Mirror::default();
    mine.pull(world.user("mia"), 100).await;
    let mut theirs = Mirror::default();
    theirs.pull(other.user("mia"), 100).await;
    let mine = mine.cursor.unwrap();
    let changed = format!("{}{}", &mine[..mine.len() - 2], "xy");
    for bad in ["", "garbage", "AAAA", &changed, &theirs.cursor.unwrap()] {
        let path = format!("api/v1/changes?since={bad}");
        world
            .user("mia")
            .get(&path)
            .await
            .expect_problem(410, "cursor-lost");
    }
    let path = format!("api/v1/changes?since={mine}");
    world
        .user("anna")
        .get(&path)
        .await
        .expect_problem(410, "cursor-lost");
    world.user("mia").get(&path).await.expect(200);
    world.server.end().await;
    other.server.end().await;
}

/// A database put back to an older copy numbers its changes anew. Neither a cursor from after the copy
/// nor one whose numbers the copy has overtaken may be continued; one from before the copy may.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_put_back_is_noticed() {
    let world = World::new().await;
    world.user("anna").file("in the copy").await;
    let mut old = Mirror::default();
    old.pull(world.user("mia"), 100).await;
    // The copy is taken while the server runs on, as backups are.
    let turn = world.db().write().await.unwrap();
    let backup = Scratch::new();
    copy(&world.scratch, &backup);
    turn.rollback().await.unwrap();
    world.user("anna").file("after the copy").await;
    let mut lost = Mirror::default();
    lost.pull(world.user("mia"), 100).await;
    let world = world.restarted().await;
    let mut lost_later = Mirror::default();
    lost_later.pull(world.user("mia"), 100).await;

    let mut config = ServeConfig::local(backup.database());
    config.client = world.server.app().config().client.clone();
    let restored = serve(config).await.unwrap();
    let mut mia = world.user("mia").clone();
    mia.url = restored.url();
    let paths =
        [lost, lost_later].map(|mirror| format!("api/v1/changes?since={}", mirror.cursor.unwrap()));
    for path in &paths {
        mia.get(path).await.expect_problem(410, "cursor-lost");
    }
    let mut anna = world.user("anna").clone();
    anna.url = restored.url();
    for n in 0..5 {
        anna.file(&format!("other history {n}")).await;
    }
    for path in &paths {
        mia.get(path).await.expect_problem(410, "cursor-lost");
    }
    old.pull(&mia, 100).await;
    assert_same("mia", &old.records, &mia.everything().await);
    restored.end().await;
    world.server.end().await;
}

/// A command that runs before the server is started on the copy must not raise its numbers unnoticed.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_put_back_is_noticed_after_a_command_too() {
    let world = World::new().await;
    world.user("anna").file("in the copy").await;
    let turn = world.db().write().await.unwrap();
    let backup = Scratch::new();
    copy(&world.scratch, &backup);
    turn.rollback().await.unwrap();
    world.user("anna").file("after the copy").await;
    let mut lost = Mirror::default();
    lost.pull(world.user("mia"), 100).await;

    let file = backup.0.join("customers.ndjson");
    let customer = |n| {
        let id = uuid::Uuid::now_v7();
        format!("{{\"type\":\"customer\",\"id\":\"{id}\",\"name\":\"Customer {n}\"}}\n")
    };
    std::fs::write(&file, (0..50).map(customer).collect::<String>()).unwrap();
    let db = Db::open(&backup.database(), Purpose::Command)
        .await
        .unwrap();
    import::run(&db, &file).await.unwrap();
    db.close().await;
    let restored = serve(ServeConfig::local(backup.database())).await.unwrap();
    let mut mia = world.user("mia").clone();
    mia.url = restored.url();
    let path = format!("api/v1/changes?since={}", lost.cursor.unwrap());
    mia.get(&path).await.expect_problem(410, "cursor-lost");
    restored.end().await;
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_served_once_at_a_time() {
    let world = World::new().await;
    let again = serve(ServeConfig::local(world.scratch.database())).await;
    let told = again.unwrap_err().to_string();
    let file = world.scratch.database();
    assert!(told.starts_with(file.to_str().unwrap()), "{told}");
    assert!(told.contains("--database"), "{told}");
    // A command beside the server leaves its cursors alone.
    let mut mirror = Mirror::default();
    mirror.pull(world.user("mia"), 100).await;
    let db = Db::open(&file, Purpose::Command).await.unwrap();
    db.close().await;
    mirror.pull(world.user("mia"), 100).await;
    world.restarted().await.server.end().await;
}
