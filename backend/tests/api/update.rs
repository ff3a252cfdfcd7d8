//! What an earlier program left is brought to what this one would have written, also when that fails on
//! the way.

use crate::acts::{change, import, made, new, sees};
use crate::harness::{Mirror, World, send};
use rapport_backend::db::{Db, Purpose};
use serde_json::{Value, json};
use uuid::Uuid;

/// Carries out SQL as an earlier program would have left things, before this one has seen the file.
async fn earlier(world: &World, statements: &[&str]) {
    let mut tx = world.db().write().await.unwrap();
    let unseen = "DELETE FROM meta WHERE key = 'settled'";
    for statement in statements.iter().copied().chain([unseen]) {
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn update(world: &World) -> Result<(), String> {
    let opened = Db::open(&world.scratch.database(), Purpose::Command).await;
    match opened {
        Ok(db) => {
            db.close().await;
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

async fn managers(world: &World) -> Vec<Value> {
    let mut mirror = Mirror::default();
    mirror.pull(world.user("anna"), 50).await;
    let all = mirror.records.iter();
    let found = all.filter(|((kind, _), _)| kind == "relationship_manager");
    found
        .map(|(_, one)| one["person"]["name"].clone())
        .collect()
}

const NO_TERMS: [&str; 2] = [
    "DELETE FROM record WHERE kind = 'relationship_manager'",
    "DELETE FROM sight WHERE kind = 'relationship_manager'",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_program_did_not_keep_is_there_after_an_update() {
    let world = World::new().await;
    earlier(&world, &NO_TERMS).await;
    assert!(managers(&world).await.is_empty());
    update(&world).await.unwrap();
    assert_eq!(managers(&world).await, ["ruth name"]);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_fails_on_the_way_is_made_up_for_by_the_next_start() {
    let world = World::new().await;
    earlier(&world, &NO_TERMS).await;
    earlier(
        &world,
        &["CREATE TRIGGER disk_full BEFORE INSERT ON record
           BEGIN SELECT RAISE(ABORT, 'disk full'); END"],
    )
    .await;
    let failed = update(&world).await.unwrap_err();
    assert!(failed.contains("disk full"), "{failed}");
    let mut tx = world.db().write().await.unwrap();
    sqlx::query("DROP TRIGGER disk_full")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    update(&world).await.unwrap();
    assert_eq!(managers(&world).await, ["ruth name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_finds_whom_complaints_are_about() {
    let world = World::new().await;
    let line = new(
        json!({"type": "complaint", "subject": "S", "description": "D", "confidential": true,
            "customer_id": world.ids["north"], "complainant": {"id": world.user("anna").id},
            "about": {"name": "Ruth Name"}}),
    );
    import(&world, std::slice::from_ref(&line)).await.unwrap();
    // As a program did that compared letter by letter.
    let ruth = &world.user("ruth").id;
    let key = format!(
        "INSERT OR IGNORE INTO sight_key (class, scope, person) VALUES ('self', '', '{ruth}')"
    );
    let seen = format!(
        "INSERT INTO sight (kind, id, key, level, seq, first_seq)
         SELECT 'complaint', {}, id, 0, 1, 1 FROM sight_key WHERE class = 'self' AND person = '{ruth}'",
        line["id"].to_string().replace('"', "'")
    );
    earlier(&world, &["DELETE FROM complaint_object", &key, &seen]).await;
    assert!(sees(&world, &line).await.contains(&"ruth"));
    update(&world).await.unwrap();
    assert_eq!(sees(&world, &line).await, ["anna", "ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_takes_the_days_from_anonymous_answers_and_lets_their_survey_be_closed() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let asked = new(
        json!({"title": "Q4", "state": "open", "anonymous": true, "questions": [
        {"key": "csat", "kind": "csat", "label": "How?", "required": true}]}),
    );
    let asked = made(ruth, "surveys", &asked).await;
    let invited = json!({"survey_id": asked["id"], "customer_id": world.ids["north"],
        "person": {"id": anna.id}});
    made(ruth, "invitations", &new(invited)).await;
    let path = format!("api/v1/surveys/{}", asked["id"].as_str().unwrap());
    let ballot = anna.get(&path).await.expect(200).body["ballot"].clone();
    let answer = json!({"id": Uuid::new_v4(), "survey_id": asked["id"], "ballot": ballot,
        "said_at": "2026-11-22T10:00:00Z", "answers": [{"question": "csat", "number": 5}]});
    let url = format!("{}api/v1/anonymous-responses", anna.url);
    send(anna.http.post(url).json(&answer)).await.expect(201);
    earlier(
        &world,
        &[
            "UPDATE record SET rowid = 900, said_at = 1795392000000, received_at = 1795392000000,
                 updated_at = 1795392000000 WHERE kind = 'anonymous_response'",
            "UPDATE record SET body = json_set(body, '$.after_ticket', json('true'))
             WHERE kind = 'survey'",
        ],
    )
    .await;
    update(&world).await.unwrap();
    let mut tx = world.db().write().await.unwrap();
    let [answers, surveys] = ["anonymous_response", "survey"].map(|kind| {
        format!("SELECT rowid, said_at - said_at % 86400000 FROM record WHERE kind = '{kind}'")
    });
    let (row, day): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(answers))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    let (_, survey_day): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(surveys))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    drop(tx);
    assert!(row < 0);
    assert_eq!(day, survey_day);
    // Nobody is asked about his ticket in it, and it can be closed.
    let ticket = anna.file("it leaks").await;
    change(
        world.user("jonas"),
        "tickets",
        &ticket,
        json!({"state": "closed"}),
    )
    .await
    .expect(200);
    let all = anna.get("api/v1/invitations").await.expect(200).body;
    assert_eq!(all.as_array().unwrap().len(), 1);
    change(ruth, "surveys", &asked, json!({"state": "closed"}))
        .await
        .expect(200);
}
