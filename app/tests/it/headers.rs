//! R-35, the headers: what every answer carries, of whatever route, to whomever.

use axum::http::header;
use testkit::Answer;

use crate::{actors::Cast, world::World};

/// What is wrong with the headers of an answer; `public` ones may be kept by caches.
pub(crate) fn faults(answer: &Answer, public: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |name: &str, good: &dyn Fn(&str) -> bool| {
        let value = answer.header(name).unwrap_or_default();
        if !good(value) {
            faults.push(format!("{name} is «{value}»"));
        }
    };
    must("x-content-type-options", &|it| it == "nosniff");
    must("referrer-policy", &|it| it == "same-origin");
    must("cross-origin-resource-policy", &|it| it == "same-origin");
    if !public {
        must("cross-origin-opener-policy", &|it| it == "same-origin");
        must("x-frame-options", &|it| it == "DENY");
        must("permissions-policy", &|it| it.contains("geolocation=()"));
        must("cache-control", &|it| it == "no-store");
        must("content-security-policy", &is_strict);
        faults.extend(page_faults(answer));
    }
    if answer.header("server").is_some() {
        faults.push("the answer names its server".to_owned());
    }
    faults.extend(
        answer
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|it| {
                let cookie = it.to_str().unwrap_or_default();
                let good = cookie.contains("HttpOnly")
                    && cookie.contains("SameSite=Lax")
                    && cookie.contains("Path=/");
                (!good).then(|| format!("the cookie {cookie}"))
            }),
    );
    faults
}

fn is_strict(policy: &str) -> bool {
    [
        "default-src 'none'",
        "script-src 'nonce-",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    .iter()
    .all(|it| policy.contains(it))
        && !policy.contains("unsafe")
}

/// Whether the page keeps what its policy demands: every script has the
/// nonce, nothing is styled or done in attributes.
fn page_faults(answer: &Answer) -> Vec<String> {
    let is_page = answer
        .header("content-type")
        .is_some_and(|it| it.starts_with("text/html"));
    if !is_page {
        return Vec::new();
    }
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|it| it.split('\'').next())
        .unwrap_or_default();
    let body = answer.text();
    let mut faults = Vec::new();
    for script in body.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        if !tag.contains(&format!("nonce=\"{nonce}\"")) {
            faults.push(format!("a script without the nonce: <script{tag}>"));
        }
    }
    for tag in body.split('<').filter_map(|it| it.split('>').next()) {
        let of_attribute = [
            " style=",
            " onclick=",
            " onchange=",
            " onsubmit=",
            " oninput=",
            " onload=",
            "\"javascript:",
        ];
        if of_attribute.iter().any(|it| tag.contains(it)) {
            faults.push(format!("what the policy forbids: <{tag}>"));
        }
    }
    faults
}

/// The nonce is another one each time, and cookies of the login are locked.
#[tokio::test]
async fn answers_of_the_login_carry_their_headers() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let mut client = world.client("");
    let mut nonces = std::collections::BTreeSet::new();
    for path in [
        "/login",
        "/login?next=/my/day",
        "/no/such/page",
        "/o/nowhere/",
        "/start/nothing",
    ] {
        let answer = client.get(path).await;
        assert_eq!(faults(&answer, false), [""; 0], "{path}");
        nonces.insert(answer.header("content-security-policy").unwrap().to_owned());
    }
    assert_eq!(nonces.len(), 5, "a nonce came twice");
    let entered = client
        .post_form(
            "/login",
            &[("login", "zavuch"), ("password", "zvonok-2026")],
        )
        .await;
    assert_eq!(entered.status.as_u16(), 303, "{}", entered.text());
    assert!(client.cookie("sid").is_some_and(|it| it.len() >= 64));
    assert_eq!(faults(&entered, false), [""; 0]);
    let mut known = world.client(&cast.of_name("deputy").token);
    let gone = known.post_form("/logout", &[]).await;
    assert_eq!(faults(&gone, false), [""; 0]);
    assert!(
        known.cookie("sid").is_none(),
        "signing out leaves no cookie"
    );
    let csv = world
        .client(&cast.of_name("admin").token)
        .get(&format!("/o/{}/people/pupils?as=csv", world.own.code))
        .await;
    assert_eq!(csv.status.as_u16(), 200);
    assert_eq!(faults(&csv, false), [""; 0]);
    assert!(
        csv.header("content-disposition")
            .is_some_and(|it| it.starts_with("attachment"))
    );
}
