//! Surveys: who is asked, who answers, who reads what came of it.

use crate::acts::{made, sees};
use crate::harness::{Api, Reply, World, new_ticket, send};
use serde_json::{Value, json};
use uuid::Uuid;

fn questions() -> Value {
    json!([
        {"key": "csat", "kind": "csat", "label": "How satisfied are you?", "required": true,
         "skips": [{"min": 4, "to": "nps"}]},
        {"key": "why", "kind": "long_text", "label": "What went wrong?"},
        {"key": "nps", "kind": "nps", "label": "Would you recommend us?"},
    ])
}

fn survey(fields: &Value) -> Value {
    let mut survey = json!({"id": Uuid::now_v7(), "said_at": "2026-11-22T09:12:31.123Z",
        "title": "Q4", "state": "open", "questions": questions()});
    for (name, value) in fields.as_object().unwrap() {
        survey[name] = value.clone();
    }
    survey
}

async fn change(api: &Api, list: &str, id: &Value, patch: &Value) -> Reply {
    let path = format!("api/v1/{list}/{}", id.as_str().unwrap());
    let now = api.get(&path).await.expect(200).body;
    api.patch(&path, now["version"].as_str().unwrap(), patch)
        .await
}

fn invitation(world: &World, survey: &Value, login: &str) -> Value {
    json!({"id": Uuid::now_v7(), "said_at": "2026-11-22T09:12:31.123Z",
        "survey_id": survey["id"], "customer_id": world.ids["north"],
        "person": {"id": world.user(login).id}})
}

/// Invites people of both customers.
async fn invite(world: &World, survey: &Value, people: &[(&str, &str)]) {
    for (login, customer) in people {
        let mut wish = invitation(world, survey, login);
        wish["customer_id"] = json!(world.ids[customer]);
        made(world.user("ada"), "invitations", &wish).await;
    }
}

const OTHERS: [(&str, &str); 4] = [
    ("ben", "north"),
    ("mia", "north"),
    ("carl", "south"),
    ("dora", "south"),
];

fn response(survey: &Value, fields: &Value) -> Value {
    let mut response = json!({"id": Uuid::now_v7(), "said_at": "2026-11-22T10:00:00.000Z",
        "survey_id": survey["id"],
        "answers": [{"question": "csat", "number": 5}, {"question": "nps", "number": 9}]});
    for (name, value) in fields.as_object().unwrap() {
        response[name] = value.clone();
    }
    response
}

async fn result(api: &Api, survey: &Value, customer: Option<&str>) -> Option<Value> {
    let all = api.get("api/v1/survey-results").await.expect(200).body;
    let mut all = all.as_array().unwrap().iter();
    let found =
        all.find(|one| one["survey_id"] == survey["id"] && one["customer_id"].as_str() == customer);
    found.cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_reaches_the_invited_and_its_answers_their_manager() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    anna.post("api/v1/surveys", &survey(&json!({})))
        .await
        .expect_problem(403, "forbidden");
    let draft = made(ruth, "surveys", &survey(&json!({"state": "draft"}))).await;
    assert_eq!(draft["owner"]["name"], "ruth name");
    let to_anna = made(ruth, "invitations", &invitation(&world, &draft, "anna")).await;
    let twice = invitation(&world, &draft, "anna");
    let twice = ruth.post("api/v1/invitations", &twice).await;
    assert_eq!(twice.expect(422).error_fields(), ["person"]);
    let stranger = invitation(&world, &draft, "carl");
    let stranger = ruth.post("api/v1/invitations", &stranger).await;
    assert_eq!(stranger.expect(422).error_fields(), ["person"]);
    // Nobody is asked before it is open.

    assert_eq!(sees(&world, &draft).await, ["ruth", "ada"]);
    assert_eq!(sees(&world, &to_anna).await, ["ruth", "ada"]);
    let early = response(&draft, &json!({"invitation_id": to_anna["id"]}));
    anna.post("api/v1/responses", &early)
        .await
        .expect_problem(409, "survey-over");
    change(ruth, "surveys", &draft["id"], &json!({"state": "open"}))
        .await
        .expect(200);
    assert_eq!(sees(&world, &to_anna).await, ["anna", "ruth", "ada"]);
    let seen = sees(&world, &draft).await;
    assert_eq!(seen, ["anna", "mia", "ruth", "ada"]);

    let wrong = response(
        &draft,
        &json!({"invitation_id": to_anna["id"],
        "answers": [{"question": "csat", "number": 6}]}),
    );
    let wrong = anna.post("api/v1/responses", &wrong).await;
    assert_eq!(wrong.expect(422).error_fields(), ["answers/csat"]);
    let aside = response(
        &draft,
        &json!({"invitation_id": to_anna["id"],
        "answers": [{"question": "csat", "number": 5}, {"question": "why", "text": "?"}]}),
    );
    let aside = anna.post("api/v1/responses", &aside).await;
    assert_eq!(aside.expect(422).error_fields(), ["answers/why"]);
    let answers = response(
        &draft,
        &json!({"invitation_id": to_anna["id"], "channel": "letter"}),
    );
    let answers = made(anna, "responses", &answers).await;
    assert_eq!(
        answers["channel"], "portal",
        "one's own answer comes by oneself"
    );
    assert_eq!(answers["person"]["name"], "anna name");
    assert_eq!(sees(&world, &answers).await, ["anna", "ruth"]);
    let path = format!("api/v1/invitations/{}", to_anna["id"].as_str().unwrap());
    let settled = anna.get(&path).await.expect(200).body;
    assert_eq!(settled["state"], "answered");
    let again = response(&draft, &json!({"invitation_id": to_anna["id"]}));
    let again = anna.post("api/v1/responses", &again).await;
    let again = again.expect_problem(409, "survey-over");
    assert!(
        again.body["detail"]
            .as_str()
            .unwrap()
            .contains("answered already")
    );

    let all = result(ruth, &draft, None).await.unwrap();
    assert_eq!((&all["invited"], &all["answered"]), (&json!(1), &json!(1)));
    let five = &all["questions"][0]["counts"][4];
    assert_eq!((&five["value"], &five["count"]), (&json!("5"), &json!(1)));
    let north = Some(world.ids["north"].as_str());
    let own = result(ruth, &draft, north).await.unwrap();
    assert_eq!(
        sees(&world, &own).await,
        ["ruth", "ada"],
        "one answer tells too much"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_takes_answers_for_others_and_five_make_a_result_for_the_customer() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let open = made(ruth, "surveys", &survey(&json!({}))).await;
    let to_ben = made(ruth, "invitations", &invitation(&world, &open, "ben")).await;
    let by_phone = response(
        &open,
        &json!({"invitation_id": to_ben["id"], "channel": "phone"}),
    );
    let by_phone = made(ruth, "responses", &by_phone).await;
    assert_eq!(by_phone["taken_by"]["name"], "ruth name");
    assert_eq!(by_phone["person"]["name"], "ben name");
    let north = world.ids["north"].as_str();
    let south = world.ids["south"].as_str();
    let foreign = response(&open, &json!({"customer_id": south, "channel": "meeting"}));
    let foreign = ruth.post("api/v1/responses", &foreign).await;
    assert_eq!(foreign.expect(422).error_fields(), ["customer_id"]);
    let on_behalf = response(&open, &json!({"customer_id": north}));
    world
        .user("anna")
        .post("api/v1/responses", &on_behalf)
        .await
        .expect_problem(403, "forbidden");
    let passer_by = made(
        ruth,
        "responses",
        &response(&open, &json!({"channel": "meeting"})),
    )
    .await;
    assert_eq!(sees(&world, &passer_by).await, ["ruth"]);
    for answered in 2..=5 {
        let answers = response(&open, &json!({"customer_id": north, "channel": "meeting"}));
        made(ruth, "responses", &answers).await;
        let result = result(ruth, &open, Some(north)).await.unwrap();
        assert_eq!(result["responses"], answered);
        let seen = sees(&world, &result).await;
        assert!(!seen.contains(&"mia"), "{answered}: {seen:?}");
    }
    change(ruth, "surveys", &open["id"], &json!({"state": "closed"}))
        .await
        .expect(200);
    let five = result(ruth, &open, Some(north)).await.unwrap();
    assert!(sees(&world, &five).await.contains(&"mia"));
    let words = json!({"questions": []});
    let late = change(ruth, "surveys", &open["id"], &words).await;
    assert_eq!(late.expect(403).error_fields(), ["questions"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_answer_has_no_name_no_hour_and_no_session() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let open = made(ruth, "surveys", &survey(&json!({"anonymous": true}))).await;
    let to_anna = made(ruth, "invitations", &invitation(&world, &open, "anna")).await;
    invite(&world, &open, &OTHERS).await;
    let named = response(&open, &json!({"invitation_id": to_anna["id"]}));
    anna.post("api/v1/responses", &named)
        .await
        .expect_problem(403, "forbidden");

    let path = format!("api/v1/surveys/{}", open["id"].as_str().unwrap());
    let ballot = anna.get(&path).await.expect(200).body["ballot"].clone();
    let cast = |id: Uuid| {
        let mut answers = response(&open, &json!({"id": id, "ballot": ballot}));
        answers["said_at"] = json!("2026-11-22T10:17:31.123Z");
        answers
    };
    let nobody = |body: &Value| {
        let url = format!("{}api/v1/anonymous-responses", anna.url);
        send(anna.http.post(url).json(body))
    };
    let first = cast(Uuid::new_v4());
    let with_session = anna.post("api/v1/anonymous-responses", &first).await;
    with_session.expect_problem(403, "forbidden");
    let telling = nobody(&cast(Uuid::now_v7())).await;
    assert_eq!(telling.expect(422).error_fields(), ["id"]);
    let mut forged = cast(Uuid::new_v4());
    forged["ballot"] = json!("guess");
    assert_eq!(nobody(&forged).await.expect(422).error_fields(), ["ballot"]);
    let taken = nobody(&first).await.expect(201).body;
    // The day of the survey, the same for everybody: invitations tell who answered on which day.
    for time in ["said_at", "received_at", "updated_at"] {
        assert_eq!(taken[time], "2026-11-22T00:00:00.000Z", "{time}");
    }
    nobody(&first).await.expect(200);
    let mut other = first.clone();
    other["answers"] = json!([{"question": "csat", "number": 4}]);
    nobody(&other).await.expect_problem(409, "id-taken");

    change(
        anna,
        "invitations",
        &to_anna["id"],
        &json!({"state": "answered"}),
    )
    .await
    .expect(200);
    for _ in 2..=5 {
        assert!(sees(&world, &taken).await.is_empty());
        nobody(&cast(Uuid::new_v4())).await.expect(201);
    }
    let stuffing = nobody(&cast(Uuid::new_v4())).await;
    stuffing.expect_problem(409, "survey-over");
    let all = result(ruth, &open, None).await.unwrap();
    assert_eq!(
        (&all["answered"], &all["responses"]),
        (&json!(1), &json!(0))
    );
    change(ruth, "surveys", &open["id"], &json!({"state": "closed"}))
        .await
        .expect(200);
    assert_eq!(sees(&world, &taken).await, ["ruth"]);
    let all = result(ruth, &open, None).await.unwrap();
    assert_eq!(all["responses"], 5);
    nobody(&cast(Uuid::new_v4()))
        .await
        .expect_problem(409, "survey-over");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_anonymous_answers_stay_hidden() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let open = made(ruth, "surveys", &survey(&json!({"anonymous": true}))).await;
    let path = format!("api/v1/surveys/{}", open["id"].as_str().unwrap());
    invite(&world, &open, &OTHERS).await;
    let invited = world.user("ben");
    let ballot = invited.get(&path).await.expect(200).body["ballot"].clone();
    let mut last = Value::Null;
    for _ in 0..4 {
        let answers = response(&open, &json!({"id": Uuid::new_v4(), "ballot": ballot}));
        let url = format!("{}api/v1/anonymous-responses", ruth.url);
        last = send(ruth.http.post(url).json(&answers))
            .await
            .expect(201)
            .body;
    }
    change(ruth, "surveys", &open["id"], &json!({"state": "closed"}))
        .await
        .expect(200);
    assert!(sees(&world, &last).await.is_empty());
    assert_eq!(result(ruth, &open, None).await.unwrap()["responses"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_had_a_ticket_closed_is_asked_once_a_month() {
    let world = World::new().await;
    let (anna, ruth, jonas) = (world.user("anna"), world.user("ruth"), world.user("jonas"));
    let about = json!({"after_ticket": true, "title": "Your request"});
    let open = made(ruth, "surveys", &survey(&about)).await;
    for _ in 0..2 {
        let ticket = anna.post("api/v1/tickets", &new_ticket("Printer")).await;
        let ticket = ticket.expect(201).body;
        for state in ["in_progress", "resolved"] {
            change(jonas, "tickets", &ticket["id"], &json!({"state": state}))
                .await
                .expect(200);
        }
        change(anna, "tickets", &ticket["id"], &json!({"state": "closed"}))
            .await
            .expect(200);
    }
    let asked = anna.get("api/v1/invitations").await.expect(200).body;
    let asked = asked.as_array().unwrap();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["survey_id"], open["id"]);
    assert!(asked[0]["ticket_id"].is_string());
    assert!(sees(&world, &open).await.contains(&"anna"));
    let both = survey(&json!({"after_ticket": true, "anonymous": true}));
    let both = ruth.post("api/v1/surveys", &both).await;
    assert_eq!(both.expect(422).error_fields(), ["after_ticket"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_taken_of_the_customers_people_and_once_from_each() {
    let world = World::new().await;
    let (ruth, ada) = (world.user("ruth"), world.user("ada"));
    let open = made(ruth, "surveys", &survey(&json!({}))).await;
    made(ruth, "invitations", &invitation(&world, &open, "ben")).await;
    let of = |login: &str| {
        response(
            &open,
            &json!({"customer_id": world.ids["north"], "channel": "phone",
                "person": {"id": world.user(login).id}}),
        )
    };
    let foreign = ruth.post("api/v1/responses", &of("carl")).await;
    assert_eq!(
        foreign.expect_problem(422, "invalid").error_fields(),
        ["person"]
    );
    // An administrator would not see what he took down.
    ada.post("api/v1/responses", &of("ben"))
        .await
        .expect_problem(403, "forbidden");
    made(ruth, "responses", &of("ben")).await;
    let twice = ruth.post("api/v1/responses", &of("ben")).await;
    twice.expect_problem(409, "survey-over");
    let all = result(ruth, &open, None).await.unwrap();
    assert_eq!(
        (&all["answered"], &all["responses"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_few_answered_is_not_told_to_the_customers_managers() {
    let world = World::new().await;
    let ruth = world.user("ruth");
    let open = made(ruth, "surveys", &survey(&json!({}))).await;
    let north = world.ids["north"].as_str();
    for number in 1..=5 {
        let mut fields = json!({"customer_id": north, "channel": "meeting"});
        if number == 1 {
            // Only one is asked for more.
            fields["answers"] = json!([{"question": "csat", "number": 1},
                {"question": "why", "text": "Slow"}]);
        }
        made(ruth, "responses", &response(&open, &fields)).await;
    }
    change(ruth, "surveys", &open["id"], &json!({"state": "closed"}))
        .await
        .expect(200);
    let own = result(ruth, &open, Some(north)).await.unwrap();
    let path = format!("api/v1/survey-results/{}", own["id"].as_str().unwrap());
    let told = world.user("mia").get(&path).await.expect(200).body;
    let counts = |result: &Value, at: usize| {
        let question = &result["questions"][at];
        (question["n"].clone(), question["counts"].is_null())
    };
    assert_eq!(counts(&told, 0), (json!(5), false));
    assert_eq!(counts(&told, 2), (json!(4), true), "{told}");
    assert_eq!(counts(&own, 2), (json!(4), false));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declined_may_think_better_of_it() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let open = made(ruth, "surveys", &survey(&json!({}))).await;
    let asked = made(ruth, "invitations", &invitation(&world, &open, "anna")).await;
    for state in ["declined", "open", "declined", "open"] {
        change(anna, "invitations", &asked["id"], &json!({"state": state}))
            .await
            .expect(200);
    }
    let answers = response(&open, &json!({"invitation_id": asked["id"]}));
    made(anna, "responses", &answers).await;
}
