//! Surveys are fair: one voice for each person, and nobody reads single answers that are not for him.

use crate::acts::{AT, change, import, made, new, now, sees, with};
use crate::harness::{Api, Mirror, Reply, World, assert_same, send};
use serde_json::{Value, json};
use uuid::Uuid;

fn survey(fields: Value) -> Value {
    let survey = new(json!({"title": "Q4", "state": "open", "questions": [
        {"key": "csat", "kind": "csat", "label": "How?", "required": true},
        {"key": "hours", "kind": "number", "label": "Hours lost"}]}));
    with(&survey, fields)
}

fn response(survey: &Value, fields: Value) -> Value {
    let response = new(json!({"survey_id": survey["id"],
        "answers": [{"question": "csat", "number": 1}, {"question": "hours", "number": 42}]}));
    with(&response, fields)
}

fn invitation(world: &World, survey: &Value, login: &str, customer: &str) -> Value {
    new(
        json!({"survey_id": survey["id"], "customer_id": world.ids[customer],
        "person": {"id": world.user(login).id}}),
    )
}

/// Sends an anonymous answer, as a browser without a session does.
async fn cast(api: &Api, survey: &Value, ballot: &Value) -> Reply {
    let body = response(survey, json!({"id": Uuid::new_v4(), "ballot": ballot}));
    let url = format!("{}api/v1/anonymous-responses", api.url);
    send(api.http.post(url).json(&body)).await
}

async fn result(api: &Api, survey: &Value, customer: Option<&str>) -> Option<Value> {
    let all = api.get("api/v1/survey-results").await.expect(200).body;
    let mut all = all.as_array().unwrap().iter();
    let found =
        all.find(|one| one["survey_id"] == survey["id"] && one["customer_id"].as_str() == customer);
    found.cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ballot_is_for_the_invited_only() {
    let world = World::new().await;
    let (ruth, anna, mia) = (world.user("ruth"), world.user("anna"), world.user("mia"));
    let asked = made(ruth, "surveys", &survey(json!({"anonymous": true}))).await;
    let mut mirror = Mirror::default();
    mirror.pull(mia, 2).await;
    made(
        ruth,
        "invitations",
        &invitation(&world, &asked, "anna", "north"),
    )
    .await;
    assert!(now(anna, "surveys", &asked).await["ballot"].is_string());
    for (login, other) in [("ruth", ruth), ("mia", mia), ("ada", world.user("ada"))] {
        let seen = now(other, "surveys", &asked).await;
        assert!(seen["ballot"].is_null(), "{login} reads the ballot");
    }
    // Invited herself she gets it, and it is taken back with her invitation.
    mirror.pull(mia, 2).await;
    let to_mia = invitation(&world, &asked, "mia", "north");
    let to_mia = made(ruth, "invitations", &to_mia).await;
    mirror.pull(mia, 2).await;
    assert_same("mia", &mirror.records, &mia.everything().await);
    assert!(now(mia, "surveys", &asked).await["ballot"].is_string());
    change(ruth, "invitations", &to_mia, json!({"state": "withdrawn"}))
        .await
        .expect(200);
    mirror.pull(mia, 2).await;
    assert_same("mia", &mirror.records, &mia.everything().await);
    assert!(now(mia, "surveys", &asked).await["ballot"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_twice_has_one_voice() {
    let world = World::new().await;
    let (ruth, ben) = (world.user("ruth"), world.user("ben"));
    let asked = made(ruth, "surveys", &survey(json!({"anonymous": true}))).await;
    let first = invitation(&world, &asked, "ben", "north");
    let first = made(ruth, "invitations", &first).await;
    let ballot = now(ben, "surveys", &asked).await["ballot"].clone();
    change(ruth, "invitations", &first, json!({"state": "withdrawn"}))
        .await
        .expect(200);
    made(
        ruth,
        "invitations",
        &invitation(&world, &asked, "ben", "north"),
    )
    .await;
    cast(ben, &asked, &ballot).await.expect(201);
    cast(ben, &asked, &ballot)
        .await
        .expect_problem(409, "survey-over");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_withdrawn_is_not_counted_and_his_managers_see_nothing() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let asked = made(ruth, "surveys", &survey(json!({}))).await;
    let only = invitation(&world, &asked, "anna", "north");
    let only = made(ruth, "invitations", &only).await;
    let north = Some(world.ids["north"].as_str());
    assert_eq!(result(ruth, &asked, north).await.unwrap()["invited"], 1);
    assert_eq!(sees(&world, &asked).await, ["anna", "mia", "ruth", "ada"]);
    change(ruth, "invitations", &only, json!({"state": "withdrawn"}))
        .await
        .expect(200);
    for customer in [north, None] {
        let counted = result(ruth, &asked, customer).await.unwrap();
        assert_eq!(counted["invited"], 0, "{customer:?}");
    }
    assert_eq!(sees(&world, &asked).await, ["ruth", "ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_heard_once_on_whatever_way() {
    let world = World::new().await;
    let (ruth, anna) = (world.user("ruth"), world.user("anna"));
    let asked = made(ruth, "surveys", &survey(json!({}))).await;
    let by_phone = || {
        response(
            &asked,
            json!({"customer_id": world.ids["north"], "channel": "phone",
                "person": {"id": anna.id}}),
        )
    };
    made(ruth, "responses", &by_phone()).await;
    let again = ruth.post("api/v1/responses", &by_phone()).await;
    again.expect_problem(409, "survey-over");
    let invited = invitation(&world, &asked, "anna", "north");
    let invited = ruth.post("api/v1/invitations", &invited).await;
    assert_eq!(invited.expect(422).error_fields(), ["person"]);
    // Of nobody in particular many are taken.
    for _ in 0..2 {
        let nobody = json!({"customer_id": world.ids["north"], "channel": "letter"});
        made(ruth, "responses", &response(&asked, nobody)).await;
    }
    let all = result(ruth, &asked, None).await.unwrap();
    assert_eq!(all["responses"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_by_telephone_takes_the_invitation_that_waits() {
    let world = World::new().await;
    let (ruth, anna) = (world.user("ruth"), world.user("anna"));
    let asked = made(ruth, "surveys", &survey(json!({}))).await;
    // An open one among two that are over, whatever the order of their ids.
    let line = |day: Value, ends: &str| {
        with(
            &invitation(&world, &asked, "anna", "north"),
            json!({"type": "invitation", "expires_on": ends, "received_at": day}),
        )
    };
    let lines = [
        line(json!("2026-09-01T00:00:00Z"), "2026-09-30"),
        line(json!("2026-10-01T00:00:00Z"), "2099-12-31"),
        line(json!("2026-11-01T00:00:00Z"), "2026-11-02"),
    ];
    import(&world, &lines).await.unwrap();
    let told = json!({"customer_id": world.ids["north"], "channel": "phone",
        "person": {"id": anna.id}});
    let taken = made(ruth, "responses", &response(&asked, told)).await;
    assert_eq!(taken["invitation_id"], lines[1]["id"]);
    let open = now(ruth, "invitations", &lines[1]).await;
    assert_eq!(open["state"], "answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_survey_is_a_survey() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let action = new(json!({"customer_id": world.ids["north"], "title": "T",
        "owner": {"id": ruth.id}, "side": "provider", "due_on": "2026-12-01", "state": "open"}));
    let action = made(ruth, "actions", &action).await;
    let answers = response(&action, json!({"answers": []}));
    let refused = ruth.post("api/v1/responses", &answers).await;
    assert_eq!(refused.expect(422).error_fields(), ["survey_id"]);
    let invited = invitation(&world, &action, "anna", "north");
    let refused = ruth.post("api/v1/invitations", &invited).await;
    assert_eq!(refused.expect(422).error_fields(), ["survey_id"]);
    let results = ruth.get("api/v1/survey-results").await.expect(200).body;
    assert_eq!(results, json!([]));
}

/// The numbers that a result tells of the question about hours.
fn hours(result: &Value) -> [&Value; 3] {
    let of = &result["questions"][1];
    [&of["sum"], &of["least"], &of["greatest"]]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_of_all_tells_a_relationship_manager_no_answer_of_others_customers() {
    let world = World::new().await;
    let (ruth, ada) = (world.user("ruth"), world.user("ada"));
    let asked = made(ruth, "surveys", &survey(json!({}))).await;
    let answer = |customer: &str| {
        response(
            &asked,
            json!({"customer_id": world.ids[customer], "channel": "letter"}),
        )
    };
    // Her own customers' answers she reads, and so all figures made of them.
    world.change_user("jonas", "brm", None, &["south"]).await;
    let mut mirror = Mirror::default();
    made(ruth, "responses", &answer("north")).await;
    let all = result(ruth, &asked, None).await.unwrap();
    assert_eq!(hours(&all), [42, 42, 42]);
    mirror.pull(ruth, 3).await;
    // One of another customer's: how many there are, and no more.
    let jonas = world.user("jonas");
    made(jonas, "responses", &answer("south")).await;
    let all = result(ruth, &asked, None).await.unwrap();
    assert_eq!(all["responses"], 2);
    assert_eq!(all["questions"][0]["n"], 2);
    assert!(
        all["questions"][0]["counts"]
            .as_array()
            .is_none_or(Vec::is_empty)
    );
    assert!(hours(&all).iter().all(|value| value.is_null()), "{all}");
    mirror.pull(ruth, 3).await;
    assert_same("ruth", &mirror.records, &ruth.everything().await);
    // Five of them tell none, once there come no more; the ends of numbers always do.
    for _ in 0..4 {
        made(jonas, "responses", &answer("south")).await;
    }
    let all = result(ruth, &asked, None).await.unwrap();
    assert!(hours(&all).iter().all(|value| value.is_null()), "{all}");
    change(ada, "surveys", &asked, json!({"state": "closed"}))
        .await
        .expect(200);
    let all = result(ruth, &asked, None).await.unwrap();
    assert_eq!(hours(&all)[0], 252);
    assert!(hours(&all)[1].is_null() && hours(&all)[2].is_null());
    mirror.pull(ruth, 3).await;
    assert_same("ruth", &mirror.records, &ruth.everything().await);
    // Jonas has but one that he does not see: he could take his own from all.
    let all = result(jonas, &asked, None).await.unwrap();
    assert!(hours(&all).iter().all(|value| value.is_null()), "{all}");
    // Whom the other customer is given to reads everything.
    world
        .change_user("ruth", "brm", None, &["north", "south"])
        .await;
    let all = result(ruth, &asked, None).await.unwrap();
    assert_eq!(hours(&all), [252, 42, 42]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_he_called_off_himself_nobody_is_asked_about() {
    let world = World::new().await;
    let (anna, ruth, jonas) = (world.user("anna"), world.user("ruth"), world.user("jonas"));
    made(ruth, "surveys", &survey(json!({"after_ticket": true}))).await;
    let invited = async || {
        let all = anna.get("api/v1/invitations").await.expect(200).body;
        all.as_array().unwrap().len()
    };
    let mistaken = anna.file("never mind").await;
    change(anna, "tickets", &mistaken, json!({"state": "closed"}))
        .await
        .expect(200);
    assert_eq!(invited().await, 0);
    let worked_on = anna.file("it leaks").await;
    change(
        jonas,
        "tickets",
        &worked_on,
        json!({"state": "in_progress"}),
    )
    .await
    .expect(200);
    change(anna, "tickets", &worked_on, json!({"state": "closed"}))
        .await
        .expect(200);
    assert_eq!(invited().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_anonymous_answers_tell_no_time() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let asked = made(ruth, "surveys", &survey(json!({"anonymous": true}))).await;
    let line = json!({"type": "anonymous_response", "id": Uuid::new_v4(), "survey_id": asked["id"],
        "said_at": "2026-11-23T09:00:00Z", "received_at": "2026-11-23T10:00:00Z",
        "answers": [{"question": "csat", "number": 5}]});
    import(&world, &[line]).await.unwrap();
    let mut tx = world.db().write().await.unwrap();
    let times: (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT rowid, said_at, received_at, updated_at FROM record WHERE kind = 'anonymous_response'",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    let day = rapport_backend::time::Time::parse(&format!("{}T00:00:00Z", &AT[..10])).unwrap();
    assert!(times.0 < 0);
    assert_eq!((times.1, times.2, times.3), (day.0, day.0, day.0));
}
