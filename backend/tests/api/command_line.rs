//! The program itself.

use crate::harness::{Scratch, send};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport-backend"));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = program().args(arguments).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// Starts the server and returns it with the address of its first line.
fn start(scratch: &Scratch, more: &[&str]) -> (Child, String) {
    let mut child = program()
        .args(["serve", "--database"])
        .arg(scratch.database())
        .args(["--listen", "127.0.0.1:0", "--log-format", "json"])
        .args(more)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let url = line
        .trim_end()
        .strip_prefix("listening on ")
        .unwrap()
        .to_owned();
    (child, url)
}

/// Tells the program to end, as the system does.
fn terminate(mut child: Child) -> (i32, String) {
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let status = child.wait().unwrap();
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    (status.code().unwrap(), log)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_and_can_sign_in_beside_a_running_server() {
    let scratch = Scratch::new();
    let (server, url) = start(&scratch, &["--base", "/help"]);
    assert!(
        url.starts_with("http://127.0.0.1:") && url.ends_with("/help/"),
        "{url}"
    );
    let database = scratch.database();
    let database = database.to_str().unwrap();
    let add = |login: &str, more: &[&str], input: &str| {
        let mut arguments = vec![
            "user",
            "add",
            "--database",
            database,
            "--login",
            login,
            "--name",
            "Zoe",
            "--password-stdin",
        ];
        arguments.extend_from_slice(more);
        run(&arguments, input)
    };
    let error = |output: Output| {
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let customer = ["--role", "customer_user", "--customer", "Acme"];
    assert!(error(add("zoe", &customer, "short\n")).contains("at least 8 characters"));
    assert!(
        error(add("zoe", &["--role", "customer_user"], "long enough\n")).contains("--customer")
    );
    assert!(error(add("zoe", &["--role", "boss"], "long enough\n")).contains("boss"));
    let done = add("zoe", &customer, "long enough\n");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(error(add("ZOE", &customer, "long enough\n")).contains("taken"));
    assert!(
        add(
            "bo",
            &["--role", "brm", "--assign", "Acme"],
            "long enough\n"
        )
        .status
        .success()
    );
    let no_terminal = run(
        &["user", "password", "--database", database, "--login", "zoe"],
        "",
    );
    assert!(error(no_terminal).contains("--password-stdin"));
    let http = reqwest::Client::new();
    let sign_in = |password: &str| {
        let body = json!({"login": "zoe", "password": password, "bearer": true});
        send(http.post(format!("{url}api/v1/session")).json(&body))
    };
    let session = sign_in("long enough").await.expect(200).body;
    let renewed = run(
        &[
            "user",
            "password",
            "--database",
            database,
            "--login",
            "zoe",
            "--password-stdin",
        ],
        "even longer\r\n",
    );
    assert!(renewed.status.success());
    sign_in("long enough")
        .await
        .expect_problem(401, "wrong-password");
    sign_in("even longer").await.expect(200);
    let token = session["token"].as_str().unwrap();
    send(http.get(format!("{url}api/v1/session")).bearer_auth(token))
        .await
        .expect_problem(401, "unauthorized");
    let (code, log) = terminate(server);
    assert_eq!(code, 0);
    // The log tells requests, and neither passwords, tokens nor bodies.
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string());
    }
    assert!(log.contains("\"path\":\"/help/api/v1/session\""), "{log}");
    for secret in ["long enough", "even longer", token, "\"zoe\""] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_says_what_it_did_or_what_to_mend() {
    let scratch = Scratch::new();
    let file = scratch.0.join("data.ndjson");
    let (database, path) = (scratch.database(), file.to_str().unwrap().to_owned());
    let import = || {
        run(
            &["import", &path, "--database", database.to_str().unwrap()],
            "",
        )
    };
    let output = import();
    assert!(
        !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("cannot read")
    );
    std::fs::write(
        &file,
        "{\"type\":\"customer\",\"id\":\"x\",\"name\":\"Acme\"}\n",
    )
    .unwrap();
    let output = import();
    assert!(!output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(&format!("{path}:1: id: ")), "{told}");
    let id = uuid::Uuid::now_v7();
    std::fs::write(
        &file,
        format!("{{\"type\":\"customer\",\"id\":\"{id}\",\"name\":\"Acme\"}}\n"),
    )
    .unwrap();
    let output = import();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "imported: 1 new, 0 changed, 0 unchanged\n"
    );
}

/// Told to end, the server lets requests finish, ends its streams and closes the database.
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_in_order() {
    use futures::StreamExt as _;
    let scratch = Scratch::new();
    let (server, url) = start(&scratch, &["--demo"]);
    let http = reqwest::Client::new();
    let body = json!({"login": "anna", "password": "demo", "bearer": true});
    let session = send(http.post(format!("{url}api/v1/session")).json(&body))
        .await
        .expect(200)
        .body;
    let token = session["token"].as_str().unwrap();
    let stream = http
        .get(format!("{url}api/v1/events"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let mut lines = stream.bytes_stream();
    lines.next().await.unwrap().unwrap();
    let ticket = crate::harness::new_ticket("on the way out");
    let (sender, receiver) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    let made = send(
        http.post(format!("{url}api/v1/tickets"))
            .bearer_auth(token)
            .json(&ticket),
    )
    .await
    .expect(201)
    .body;
    let path = format!(
        "{url}api/v1/tickets/{}/attachments?id={}&name=a&said_at=2026-11-22T09:00:00Z",
        made["id"].as_str().unwrap(),
        uuid::Uuid::now_v7()
    );
    let upload = http
        .post(path)
        .bearer_auth(token)
        .body(reqwest::Body::wrap_stream(receiver));
    let upload = tokio::spawn(send(upload));
    sender.unbounded_send(Ok(vec![1; 10])).unwrap();
    let incoming = scratch.0.join("data.sqlite.files/incoming");
    while std::fs::read_dir(&incoming).unwrap().count() == 0 {
        tokio::task::yield_now().await;
    }
    let id = server.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let rest: Vec<_> = lines.collect().await;
    assert!(
        rest.iter().all(Result::is_ok),
        "the stream ends without an error"
    );
    // The server ends now, and still takes what has begun.
    sender.unbounded_send(Ok(vec![2; 10])).unwrap();
    drop(sender);
    let file = upload.await.unwrap().expect(201).body;
    assert_eq!(file["size"], 20);
    let output = tokio::task::spawn_blocking(move || server.wait_with_output().unwrap())
        .await
        .unwrap();
    assert!(output.status.success());
    assert!(
        !scratch.0.join("data.sqlite-wal").exists(),
        "the log is folded into the file"
    );
}
