//! The feed follows what a user may see.

use crate::harness::{Mirror, World, assert_same, new_comment};
use rapport_backend::db::sight::Touched;
use reqwest::Method;
use serde_json::json;

/// A conversation in each customer.
async fn talk(world: &World) -> Vec<serde_json::Value> {
    let mut tickets = Vec::new();
    for login in ["anna", "ben", "mia", "carl", "dora"] {
        let user = world.user(login);
        for n in 0..3 {
            let ticket = user.file(&format!("{login} {n}")).await;
            let id = ticket["id"].as_str().unwrap();
            user.say(id, "any news?").await;
            world.user("jonas").say(id, "soon").await;
            tickets.push(ticket);
        }
    }
    tickets
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_beginning_it_is_what_the_lists_show_whatever_the_page_size() {
    let world = World::new().await;
    talk(&world).await;
    for (login, api) in world.users() {
        let expected = api.everything().await;
        for limit in [1, 7, 1000] {
            let mut mirror = Mirror::default();
            mirror.pull(api, limit).await;
            assert_same(login, &mirror.records, &expected);
            assert_eq!(mirror.tombstones, 0);
            assert!(!mirror.page(api, limit).await, "nothing is left");
        }
    }
    assert!(
        world.user("anna").everything().await.len() < world.user("mia").everything().await.len()
    );
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_change_between_pages_are_neither_lost_nor_kept_old() {
    let world = World::new().await;
    let tickets = talk(&world).await;
    let (mia, jonas) = (world.user("mia"), world.user("jonas"));
    let mut mirror = Mirror::default();
    let mut n = 0;
    while mirror.page(mia, 3).await {
        // Between pages an old ticket moves to the end, a new one comes, somebody answers.
        if n < 6 {
            let old = &tickets[n];
            jonas
                .say(old["id"].as_str().unwrap(), "an interjection")
                .await;
            let path = format!("api/v1/tickets/{}", old["id"].as_str().unwrap());
            let version = jonas.get(&path).await.body["version"].clone();
            let patch = json!({"state": "in_progress", "note": "on it"});
            jonas
                .patch(&path, version.as_str().unwrap(), &patch)
                .await
                .expect(200);
            world.user("anna").file(&format!("late {n}")).await;
        }
        n += 1;
    }
    assert!(n > 6);
    assert_same("mia", &mirror.records, &mia.everything().await);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_comment_never_shows_in_a_customers_feed() {
    let world = World::new().await;
    let (anna, mia, ruth, jonas) = (
        world.user("anna"),
        world.user("mia"),
        world.user("ruth"),
        world.user("jonas"),
    );
    let ticket = anna.file("secret").await;
    let id = ticket["id"].as_str().unwrap();
    let mut mirrors = [
        (anna, Mirror::default()),
        (mia, Mirror::default()),
        (ruth, Mirror::default()),
    ];
    for (api, mirror) in &mut mirrors {
        mirror.pull(api, 100).await;
    }
    let mut comment = new_comment("between us");
    comment["internal"] = json!(true);
    let path = format!("api/v1/tickets/{id}/comments");
    let said = jonas.post(&path, &comment).await.expect(201).body;
    assert_eq!(said["internal"], true);
    let bytes = jonas
        .request(Method::POST, &format!(
            "api/v1/tickets/{id}/attachments?id={}&name=a.txt&said_at=2026-11-22T09:00:00Z&comment_id={}",
            uuid::Uuid::now_v7(), said["id"].as_str().unwrap()))
        .body("inside");
    let file = jonas.send(bytes).await.expect(201).body;
    for (api, mirror) in &mut mirrors {
        mirror.pull(api, 100).await;
        for hidden in [&said["id"], &file["id"]] {
            assert!(!mirror.named.contains(hidden.as_str().unwrap()));
        }
        let list = api.get(&path).await.expect(200).body;
        assert_eq!(list, json!([]));
        let record = api
            .get(&format!("api/v1/tickets/{id}"))
            .await
            .expect(200)
            .body;
        assert_eq!(
            record["version"], ticket["version"],
            "no trace on the ticket either"
        );
        let content = format!(
            "api/v1/attachments/{}/content",
            file["id"].as_str().unwrap()
        );
        api.get(&content).await.expect_problem(404, "not-found");
    }
    let mut mirror = Mirror::default();
    mirror.pull(jonas, 100).await;
    assert!(mirror.has(&said["id"]) && mirror.has(&file["id"]));
    anna.post(&path, &{
        let mut comment = new_comment("me too");
        comment["internal"] = json!(true);
        comment
    })
    .await
    .expect_problem(403, "forbidden");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn losing_sight_is_a_tombstone_and_gaining_it_sends_the_record() {
    let world = World::new().await;
    let tickets = talk(&world).await;
    let (annas, carls) = (&tickets[0]["id"], &tickets[9]["id"]);
    // Mia becomes an ordinary user: her colleagues' tickets go, her own stay.
    let mia = world.user("mia");
    let mut mirror = Mirror::default();
    mirror.pull(mia, 5).await;
    assert!(mirror.has(annas));
    world
        .change_user("mia", "customer_user", Some("north"), &[])
        .await;
    mirror.pull(mia, 5).await;
    assert!(!mirror.has(annas) && mirror.has(&tickets[6]["id"]));
    assert!(mirror.tombstones > 0);
    assert_same("mia", &mirror.records, &mia.everything().await);
    world
        .change_user("mia", "customer_manager", Some("north"), &[])
        .await;
    mirror.pull(mia, 5).await;
    assert_same("mia", &mirror.records, &mia.everything().await);
    assert!(mirror.has(annas));
    // Ruth gets another customer in place of the first.
    let ruth = world.user("ruth");
    let mut mirror = Mirror::default();
    mirror.pull(ruth, 5).await;
    assert!(mirror.has(annas) && !mirror.has(carls));
    world.change_user("ruth", "brm", None, &["south"]).await;
    mirror.pull(ruth, 5).await;
    assert!(!mirror.has(annas) && mirror.has(carls));
    assert_same("ruth", &mirror.records, &ruth.everything().await);
    // Carl's people see who manages the relationship now, with his address but not his login.
    let carl = world.user("carl");
    let mut mirror = Mirror::default();
    mirror.pull(carl, 100).await;
    let name = ("user".to_owned(), ruth.id.clone());
    let record = &mirror.records[&name];
    assert_eq!(record["email"], "ruth@example.org");
    assert!(record.get("login").is_none() && record.get("assigned_customers").is_none());
    // The audience of a service shrinks: it goes, with its form and its news.
    let mut mirror = Mirror::default();
    mirror.pull(carl, 100).await;
    assert!(mirror.has(&json!(world.ids["form for all"])));
    world
        .change_audience("for all", json!([{"customer": world.ids["north"]}]))
        .await;
    mirror.pull(carl, 100).await;
    for gone in ["for all", "form for all"] {
        assert!(!mirror.has(&json!(world.ids[gone])), "{gone}");
    }
    assert_same("carl", &mirror.records, &carl.everything().await);
    world.change_audience("for all", json!([])).await;
    mirror.pull(carl, 100).await;
    assert!(mirror.has(&json!(world.ids["form for all"])));
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_changes_hands_leaves_with_its_thread() {
    let world = World::new().await;
    let (anna, ben) = (world.user("anna"), world.user("ben"));
    let ticket = anna.file("to be handed over").await;
    let id = ticket["id"].as_str().unwrap();
    let comment = anna.say(id, "mine").await;
    let mut annas = Mirror::default();
    let mut bens = Mirror::default();
    annas.pull(anna, 100).await;
    bens.pull(ben, 100).await;
    let mut tx = world.db().write().await.unwrap();
    let mut row = rapport_backend::db::tickets::find(&mut tx, id)
        .await
        .unwrap()
        .unwrap();
    row.requester_id = ben.id.clone();
    let mut touched = Default::default();
    let now = rapport_backend::time::Time::now();
    rapport_backend::db::tickets::update(&mut tx, &mut touched, &row, now)
        .await
        .unwrap();
    rapport_backend::db::sight::refresh_thread(&mut tx, &mut touched, id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    annas.pull(anna, 100).await;
    bens.pull(ben, 100).await;
    assert!(!annas.has(&ticket["id"]) && !annas.has(&comment["id"]));
    assert!(bens.has(&ticket["id"]) && bens.has(&comment["id"]));
    anna.get(&format!("api/v1/tickets/{id}"))
        .await
        .expect_problem(404, "not-found");
    anna.post(
        &format!("api/v1/tickets/{id}/comments"),
        &new_comment("still here?"),
    )
    .await
    .expect_problem(404, "not-found");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_come_to_those_concerned_and_end_with_the_session_or_the_server() {
    use futures::StreamExt as _;
    let world = World::new().await;
    let open = |login: &'static str| {
        let request = world.user(login).request(Method::GET, "api/v1/events");
        async move {
            let response = request.send().await.unwrap();
            assert_eq!(response.headers()["content-type"], "text/event-stream");
            assert_eq!(response.headers()["x-accel-buffering"], "no");
            let mut lines = response.bytes_stream();
            let hello = lines.next().await.unwrap().unwrap();
            assert!(hello.starts_with(b": connected"));
            lines
        }
    };
    let (mut mias, mut carls, mut anew) =
        (open("mia").await, open("carl").await, open("anna").await);
    world.user("anna").file("hint").await;
    let hint = mias.next().await.unwrap().unwrap();
    assert_eq!(&hint[..], b"event: changed\ndata:\n\n");
    assert_eq!(
        &anew.next().await.unwrap().unwrap()[..],
        b"event: changed\ndata:\n\n"
    );
    // Carl hears nothing of north, but of a change of what he may see.
    world
        .change_user("carl", "customer_manager", Some("south"), &[])
        .await;
    let hint = carls.next().await.unwrap().unwrap();
    assert_eq!(&hint[..], b"event: changed\ndata:\n\n");
    let delete = world.user("mia").request(Method::DELETE, "api/v1/session");
    world.user("mia").send(delete).await.expect(204);
    world.user("anna").file("hint for nobody").await;
    assert!(
        mias.next().await.is_none(),
        "the stream of a signed-out user ends"
    );
    world.server.end().await;
    let rest: Vec<_> = carls.collect().await;
    assert!(rest.iter().all(Result::is_ok), "the stream ends in order");
}

/// On one thread, so that a burst of hints surely overtakes the listener.
#[tokio::test]
async fn a_listener_that_was_overtaken_knows_what_its_user_may_see_now() {
    use futures::StreamExt as _;
    let world = World::new().await;
    // From here on a ticket of hers makes no new key, of which every listener would be told.
    world.user("anna").file("the first").await;
    let request = world.user("carl").request(Method::GET, "api/v1/events");
    let mut carls = request.send().await.unwrap().bytes_stream();
    carls.next().await.unwrap().unwrap();
    world
        .change_user("carl", "customer_manager", Some("north"), &[])
        .await;
    for _ in 0..300 {
        let keys = std::collections::BTreeSet::from([-1]);
        let rights = false;
        let hints = world.server.app().hints();
        hints.tell(Touched { keys, rights });
    }
    let mut hint = async || {
        let next = tokio::time::timeout(std::time::Duration::from_secs(10), carls.next());
        assert_eq!(
            &next.await.unwrap().unwrap().unwrap()[..],
            b"event: changed\ndata:\n\n"
        );
    };
    hint().await;
    world.user("anna").file("in his new organisation").await;
    hint().await;
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_and_went_between_two_pulls_is_never_named() {
    let world = World::new().await;
    let (mia, anna) = (world.user("mia"), world.user("anna"));
    // A first ticket, so that both clients know the keys under which the second one will lie.
    anna.file("before").await;
    let mut mias = Mirror::default();
    let mut annas = Mirror::default();
    mias.pull(mia, 100).await;
    annas.pull(anna, 100).await;
    // Filed and handed to a colleague before Anna's client looks again.
    let ticket = anna.file("a short visit").await;
    let id = ticket["id"].as_str().unwrap();
    let mut tx = world.db().write().await.unwrap();
    let mut row = rapport_backend::db::tickets::find(&mut tx, id)
        .await
        .unwrap()
        .unwrap();
    row.requester_id = world.ids["ben"].clone();
    let mut touched = Default::default();
    let now = rapport_backend::time::Time::now();
    rapport_backend::db::tickets::update(&mut tx, &mut touched, &row, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    annas.pull(anna, 100).await;
    assert!(!annas.named.contains(id));
    // Filed while Mia's client slept; when it wakes she is no manager any more.
    world
        .change_user("mia", "customer_user", Some("north"), &[])
        .await;
    mias.pull(mia, 100).await;
    assert!(!mias.named.contains(id));
    world.server.end().await;
}
