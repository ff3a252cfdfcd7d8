//! Signing in and out, cookies and other sites.

use crate::harness::{Reply, World, new_ticket, send};
use rapport_backend::db::people;
use rapport_backend::password;
use rapport_backend::time::{DAY, Time};
use reqwest::Method;
use serde_json::{Value, json};

async fn with_password(world: &World) {
    let hash = password::hash("open sesame").unwrap();
    let mut tx = world.db().write().await.unwrap();
    sqlx::query("UPDATE user SET password_hash = ?")
        .bind(hash)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(world: &World, body: Value) -> Reply {
    let url = format!("{}api/v1/session", world.server.url());
    send(reqwest::Client::new().post(url).json(&body)).await
}

fn cookie_of(reply: &Reply) -> String {
    reply
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_session_from_start_to_end() {
    let world = World::new().await;
    with_password(&world).await;
    let reply = sign_in(
        &world,
        json!({"login": "Anna", "password": "open sesame", "bearer": true}),
    )
    .await
    .expect(200);
    assert_eq!(reply.header("set-cookie"), "");
    assert_eq!(reply.body["user"]["id"], world.ids["anna"]);
    assert_eq!(reply.body["user"]["email"], "anna@example.org");
    assert!(!reply.body.to_string().contains("argon2"));
    let token = reply.body["token"].as_str().unwrap().to_owned();
    assert!(token.len() >= 43, "256 bits");
    let mut anna = world.user("anna").clone();
    anna.token = token.clone();
    let session = anna.get("api/v1/session").await.expect(200).body;
    assert_eq!(session["expires_at"], reply.body["expires_at"]);
    assert!(session["token"].is_null());
    let stored: Vec<Vec<u8>> = {
        let mut tx = world.db().read().await.unwrap();
        sqlx::query_scalar("SELECT token_hash FROM session")
            .fetch_all(&mut *tx)
            .await
            .unwrap()
    };
    assert!(
        stored
            .iter()
            .all(|hash| hash.len() == 32 && hash != token.as_bytes())
    );
    anna.send(anna.request(Method::DELETE, "api/v1/session"))
        .await
        .expect(204);
    anna.get("api/v1/session")
        .await
        .expect_problem(401, "unauthorized");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_no_use_to_other_sites() {
    let world = World::new().await;
    with_password(&world).await;
    let reply = sign_in(&world, json!({"login": "anna", "password": "open sesame"}))
        .await
        .expect(200);
    assert!(reply.body["token"].is_null());
    let set = reply.header("set-cookie");
    for part in ["rapport_session=", "HttpOnly", "SameSite=Strict", "Path=/;"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure"), "served on plain http");
    let cookie = cookie_of(&reply);
    let url = format!("{}api/v1/tickets", world.server.url());
    let http = reqwest::Client::new();
    let post = |headers: &[(&'static str, String)]| {
        let mut request = http
            .post(&url)
            .header("cookie", &cookie)
            .json(&new_ticket("by cookie"));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        send(request)
    };
    let own = format!("http://{}", world.server.address);
    post(&[]).await.expect_problem(403, "cross-site");
    post(&[("origin", "https://evil.example".into())])
        .await
        .expect_problem(403, "cross-site");
    post(&[("origin", "null".into())])
        .await
        .expect_problem(403, "cross-site");
    post(&[("origin", format!("{own}.evil.example"))])
        .await
        .expect_problem(403, "cross-site");
    post(&[
        ("origin", own.clone()),
        ("sec-fetch-site", "cross-site".into()),
    ])
    .await
    .expect_problem(403, "cross-site");
    post(&[("sec-fetch-site", "same-site".into())])
        .await
        .expect_problem(403, "cross-site");
    post(&[("origin", own.clone())]).await.expect(201);
    post(&[
        ("origin", own.clone()),
        ("sec-fetch-site", "same-origin".into()),
    ])
    .await
    .expect(201);
    post(&[("sec-fetch-site", "same-origin".into())])
        .await
        .expect(201);
    // Reading is harmless without them.
    send(http.get(&url).header("cookie", &cookie))
        .await
        .expect(200);
    // A cookie's token in the header would go round these checks, and a bearer token is no cookie.
    let token = cookie.strip_prefix("rapport_session=").unwrap();
    send(http.get(&url).bearer_auth(token))
        .await
        .expect_problem(401, "unauthorized");
    let bearer = format!("rapport_session={}", world.user("anna").token);
    send(http.get(&url).header("cookie", bearer))
        .await
        .expect_problem(401, "unauthorized");
    // Nor can another site sign somebody in.
    let login = http
        .post(format!("{}api/v1/session", world.server.url()))
        .header("origin", "https://evil.example")
        .json(&json!({"login": "anna", "password": "open sesame"}));
    send(login).await.expect_problem(403, "cross-site");
    let out = http
        .delete(format!("{}api/v1/session", world.server.url()))
        .header("cookie", &cookie)
        .header("origin", &own);
    let out = send(out).await.expect(204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    send(http.get(&url).header("cookie", &cookie))
        .await
        .expect_problem(401, "unauthorized");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_https_the_cookie_is_secure_and_the_public_origin_counts() {
    let world = World::with(|config| {
        config.public_origin = Some("https://portal.example.org".to_owned());
        config.base = "/help/".to_owned();
    })
    .await;
    with_password(&world).await;
    let reply = sign_in(&world, json!({"login": "anna", "password": "open sesame"}))
        .await
        .expect(200);
    let set = reply.header("set-cookie");
    assert!(
        set.contains("; Secure") && set.contains("Path=/help/;"),
        "{set}"
    );
    let post = |origin: String| {
        let request = reqwest::Client::new()
            .post(format!("{}api/v1/tickets", world.server.url()))
            .header("cookie", cookie_of(&reply))
            .header("origin", origin)
            .json(&new_ticket("by cookie"));
        send(request)
    };
    post("https://portal.example.org".into()).await.expect(201);
    post(format!("http://{}", world.server.address))
        .await
        .expect_problem(403, "cross-site");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_for_known_and_unknown_logins_alike() {
    let world = World::new().await;
    with_password(&world).await;
    for login in ["anna", "nobody"] {
        let mut answers = Vec::new();
        for _ in 0..6 {
            answers.push(sign_in(&world, json!({"login": login, "password": "guess"})).await);
        }
        for reply in answers.drain(..5) {
            reply.expect_problem(401, "wrong-password");
        }
        let reply = answers.remove(0).expect_problem(429, "too-many-tries");
        assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1);
    }
    // Even the right password has to wait; others do not.
    sign_in(&world, json!({"login": "anna", "password": "open sesame"}))
        .await
        .expect_problem(429, "too-many-tries");
    sign_in(&world, json!({"login": "ben", "password": "open sesame"}))
        .await
        .expect(200);
    sign_in(&world, json!({"login": "ben"}))
        .await
        .expect_problem(422, "invalid");
    world.server.end().await;
}

/// Behind a proxy all come from one address; who guesses must not lock the others out.
#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_client_waits_for_himself() {
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let world = World::with(|config| config.trusted_proxies = vec![here]).await;
    with_password(&world).await;
    let url = format!("{}api/v1/session", world.server.url());
    let from = |hops: &str, password: &str| {
        let body = json!({"login": "anna", "password": password});
        let request = reqwest::Client::new().post(&url).json(&body);
        send(request.header("x-forwarded-for", hops))
    };
    for n in 0..5 {
        let hops = format!("192.0.2.{n}, 198.51.100.7");
        from(&hops, "guess").await.expect(401);
    }
    from("192.0.2.9, 198.51.100.7", "guess")
        .await
        .expect_problem(429, "too-many-tries");
    from("198.51.100.8", "open sesame").await.expect(200);
    world.server.end().await;
}

/// A login is remembered with its tries, so a long one would cost the server its memory.
#[tokio::test(flavor = "multi_thread")]
async fn an_overlong_login_is_refused_before_it_is_remembered() {
    let world = World::new().await;
    for _ in 0..7 {
        let login = "ä".repeat(201);
        let reply = sign_in(&world, json!({"login": login, "password": "guess"})).await;
        let reply = reply.expect_problem(422, "invalid");
        assert_eq!(reply.error_fields(), ["login"]);
    }
    let login = "ä".repeat(200);
    sign_in(&world, json!({"login": login, "password": "guess"}))
        .await
        .expect_problem(401, "wrong-password");
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_slides_and_ends() {
    let world = World::new().await;
    let anna = world.user("anna");
    let set = async |days: i64| {
        let mut tx = world.db().write().await.unwrap();
        sqlx::query("UPDATE session SET expires_at = ?")
            .bind(Time::now().plus(days * DAY).0)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    set(3).await;
    let expires = anna.get("api/v1/session").await.expect(200).body["expires_at"].clone();
    let expires = Time::parse(expires.as_str().unwrap()).unwrap();
    assert!(expires > Time::now().plus(29 * DAY), "used, so prolonged");
    set(-1).await;
    anna.get("api/v1/session")
        .await
        .expect_problem(401, "unauthorized");
    // A new password ends what was open.
    set(3).await;
    let mut tx = world.db().write().await.unwrap();
    people::set_password(&mut tx, &anna.id, "$argon2id$new")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    anna.get("api/v1/session")
        .await
        .expect_problem(401, "unauthorized");
    world.user("ben").get("api/v1/session").await.expect(200);
    world.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_taken_over_when_it_is_a_plain_word() {
    let world = World::new().await;
    let anna = world.user("anna");
    let ask = |id: &'static str| {
        anna.send(
            anna.request(Method::GET, "healthz")
                .header("x-request-id", id),
        )
    };
    assert_eq!(
        ask("0198f3a2-7c11").await.header("x-request-id"),
        "0198f3a2-7c11"
    );
    for odd in ["short", "with spaces in it", "<script>alert</script>"] {
        let given = ask(odd).await.header("x-request-id").to_owned();
        assert_ne!(given, odd);
        assert_eq!(given.len(), 32);
    }
    world.server.end().await;
}
