//! The built client, served under any base.

use crate::harness::{Scratch, send};
use rapport_backend::{Running, ServeConfig, serve};
use reqwest::{Client, Method};
use serde_json::json;

async fn server(base: &str) -> (Running, Scratch) {
    let scratch = Scratch::new();
    let dist = scratch.0.join("dist");
    std::fs::create_dir_all(dist.join("icons")).unwrap();
    let page = "<!doctype html><html><head><base href=\"/\"><title>Rapport</title></head></html>";
    for (name, content) in [
        ("index.html", page),
        ("sw.js", "self.x = 1"),
        ("config.json", "{}"),
        ("app-0123456789abcdef.js", "plain"),
        ("app-0123456789abcdef.js.br", "brotli"),
        ("app-0123456789abcdef.js.gz", "gzip"),
        ("app-0123456789abcdef_bg.wasm", "wasm"),
        ("icons/icon.svg", "<svg/>"),
        (".secret", "secret"),
    ] {
        std::fs::write(dist.join(name), content).unwrap();
    }
    std::fs::write(scratch.0.join("outside.txt"), "outside").unwrap();
    std::fs::write(
        scratch.0.join("profile.json"),
        json!({"name": "x"}).to_string(),
    )
    .unwrap();
    let mut config = ServeConfig::local(scratch.database());
    config.client = dist;
    config.profile = scratch.0.join("profile.json");
    config.base = base.to_owned();
    (serve(config).await.unwrap(), scratch)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_is_served_under_its_base() {
    for base in ["/", "/help/", "/a/b/"] {
        let (server, _scratch) = server(base).await;
        let http = Client::new();
        let get = |path: &str| http.get(format!("{}{path}", server.url()));
        for path in [
            "",
            "index.html",
            "tickets/0198",
            "catalogue?x=1",
            "settings/",
        ] {
            let response = get(path).send().await.unwrap();
            assert_eq!(response.status(), 200, "{base} {path}");
            let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "text/html; charset=utf-8");
            assert_eq!(header("cache-control"), "no-cache");
            let csp = header("content-security-policy");
            assert!(
                csp.contains("script-src 'self' 'wasm-unsafe-eval';")
                    && csp.contains("frame-ancestors 'none'")
            );
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert!(!header("referrer-policy").is_empty());
            assert_eq!(header("cross-origin-opener-policy"), "same-origin");
            let page = response.text().await.unwrap();
            assert!(page.contains(&format!("<base href=\"{base}\">")), "{page}");
        }
        for (path, media, cache) in [
            ("sw.js", "text/javascript; charset=utf-8", "no-cache"),
            ("config.json", "application/json", "no-cache"),
            (
                "app-0123456789abcdef.js",
                "text/javascript; charset=utf-8",
                "public, max-age=31536000, immutable",
            ),
            (
                "app-0123456789abcdef_bg.wasm",
                "application/wasm",
                "public, max-age=31536000, immutable",
            ),
            ("icons/icon.svg", "image/svg+xml", "no-cache"),
            ("profile.json", "application/json", "no-cache"),
        ] {
            let reply = send(get(path)).await.expect(200);
            assert_eq!(reply.header("content-type"), media, "{path}");
            assert_eq!(reply.header("cache-control"), cache, "{path}");
            let tag = reply.header("etag").to_owned();
            send(get(path).header("if-none-match", tag))
                .await
                .expect(304);
        }
        for missing in [
            "app-ffffffffffffffff.js",
            "old.css",
            "app-0123456789abcdef.js.br",
            ".secret",
            "..%2foutside.txt",
            "%2e%2e/outside.txt",
        ] {
            send(get(missing)).await.expect_problem(404, "not-found");
        }
        send(get("api/v1/nothing"))
            .await
            .expect_problem(404, "not-found");
        send(get("api/v1/tickets"))
            .await
            .expect_problem(401, "unauthorized");
        send(get("healthz")).await.expect(200);
        send(http.request(Method::POST, format!("{}sw.js", server.url())))
            .await
            .expect(405);
        let head = http
            .head(format!("{}sw.js", server.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(head.headers()["content-length"], "10");
        if base != "/" {
            let no_redirects = Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap();
            for path in ["/", base.trim_end_matches('/')] {
                let url = format!("http://{}{path}", server.address);
                let response = no_redirects.get(url).send().await.unwrap();
                assert_eq!(response.headers()["location"], base);
            }
            let url = format!("http://{}/sw.js", server.address);
            send(http.get(url)).await.expect_problem(404, "not-found");
        }
        server.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smallest_form_that_the_browser_takes_is_sent() {
    let (server, _scratch) = server("/").await;
    for (accept, encoding, content) in [
        ("gzip, deflate, br", "br", "brotli"),
        ("gzip;q=1.0, br;q=0", "gzip", "gzip"),
        ("identity", "", "plain"),
    ] {
        let url = format!("{}app-0123456789abcdef.js", server.url());
        let response = Client::new()
            .get(url)
            .header("accept-encoding", accept)
            .send()
            .await
            .unwrap();
        let sent = response
            .headers()
            .get("content-encoding")
            .map_or("", |v| v.to_str().unwrap());
        assert_eq!(sent, encoding);
        assert!(
            response.headers()["vary"]
                .to_str()
                .unwrap()
                .contains("accept-encoding")
        );
        assert_eq!(response.text().await.unwrap(), content);
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_client_the_server_says_so() {
    let scratch = Scratch::new();
    let mut config = ServeConfig::local(scratch.database());
    config.client = scratch.0.join("nothing");
    config.profile = scratch.0.join("nothing.json");
    let server = serve(config).await.unwrap();
    for path in ["", "profile.json"] {
        let reply = send(Client::new().get(format!("{}{path}", server.url()))).await;
        assert!(reply.expect_problem(404, "not-found").body["detail"].is_string());
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_describes_itself_on_pages_that_load_nothing_from_elsewhere() {
    for base in ["/", "/help/"] {
        let (server, _scratch) = server(base).await;
        let http = Client::new();
        let get = async |path: &str| {
            let url = format!("{}{path}", server.url());
            http.get(url).send().await.unwrap()
        };
        let page = get("api/docs").await;
        assert_eq!(page.url().path(), format!("{base}api/docs/"));
        assert_eq!(page.headers()["content-type"], "text/html");
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        let page = page.text().await.unwrap();
        assert!(!page.contains("//"), "{page}");
        let script = get("api/docs/swagger-initializer.js")
            .await
            .text()
            .await
            .unwrap();
        assert!(
            script.contains(&format!("\"{base}api/openapi.json\"")),
            "{script}"
        );
        assert_eq!(get("api/docs/swagger-ui-bundle.js").await.status(), 200);
        assert_eq!(get("api/docs/nothing.js").await.status(), 404);
        server.end().await;
    }
}
