//! Security.md §5.7: sign-in by a provider of identities, over a real one on
//! loopback that can also lie.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use identity::{Provider, ProviderSetup};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::Client;

use super::support::{PASSWORD, School, is_in, sign_in};

const CLIENT: &str = "zvonok";
const SECRET: &str = "тайна/клиента";
const RSA: &[u8] = include_bytes!("../fixtures/provider-rsa.pk8");

/// How the provider lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    None,
    Rsa,
    Issuer,
    Audience,
    Azp,
    Nonce,
    NoNonce,
    Expired,
    Future,
    Unsigned,
    SharedSecret,
    ForeignKey,
    Changed,
    SwappedUser,
}

/// A provider of identities: it keeps what it was asked for each code.
struct Server {
    issuer: Mutex<String>,
    lie: Mutex<Lie>,
    now: Mutex<i64>,
    subject: Mutex<String>,
    asked: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    first_nonce: Mutex<Option<String>>,
    ec: EcdsaKeyPair,
    foreign: EcdsaKeyPair,
    rsa: RsaKeyPair,
}

fn new_ec() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let alg = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(alg, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(alg, pkcs8.as_ref(), &random).unwrap()
}

impl Server {
    async fn start() -> Arc<Self> {
        let it = Arc::new(Self {
            issuer: Mutex::default(),
            lie: Mutex::new(Lie::None),
            now: Mutex::default(),
            subject: Mutex::new("esia-1000".to_owned()),
            asked: Mutex::default(),
            first_nonce: Mutex::default(),
            ec: new_ec(),
            foreign: new_ec(),
            rsa: RsaKeyPair::from_pkcs8(RSA).unwrap(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/card", get(card))
            .with_state(Arc::clone(&it));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        *it.issuer.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        it
    }

    fn issuer(&self) -> String {
        self.issuer.lock().unwrap().clone()
    }

    fn provider(&self) -> Provider {
        Provider::new(ProviderSetup {
            name: "ЕСИА".to_owned(),
            issuer: self.issuer(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned()),
            redirect: "https://zvonok.example/login/provider/back".to_owned(),
        })
    }

    fn lies(&self, lie: Lie) {
        *self.lie.lock().unwrap() = lie;
    }

    /// The person signs in at the provider: a code for what the browser was sent with.
    fn visited(&self, address: &str) -> (String, String) {
        let query = address.split_once('?').unwrap().1;
        let fields: BTreeMap<String, String> = query
            .split('&')
            .filter_map(|it| it.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(fields["response_type"], "code");
        assert_eq!(fields["code_challenge_method"], "S256");
        let state = fields["state"].clone();
        let mut asked = self.asked.lock().unwrap();
        let code = format!("code-{}", asked.len());
        asked.insert(code.clone(), fields);
        (state, code)
    }

    fn signed(&self, lie: Lie, claims: &Value) -> String {
        let (alg, kid) = match lie {
            Lie::Unsigned => ("none", "ec"),
            Lie::SharedSecret => ("HS256", "ec"),
            Lie::Rsa => ("RS256", "rsa"),
            _ => ("ES256", "ec"),
        };
        let head = json!({ "alg": alg, "kid": kid });
        let part = |it: &Value| BASE64.encode(it.to_string());
        let text = format!("{}.{}", part(&head), part(claims));
        let random = SystemRandom::new();
        let mark = match lie {
            Lie::Unsigned => vec![],
            Lie::SharedSecret => {
                let public = self.ec.public_key().as_ref();
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public);
                ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Lie::Rsa => {
                let mut mark = vec![0; self.rsa.public().modulus_len()];
                self.rsa
                    .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut mark)
                    .unwrap();
                mark
            }
            Lie::ForeignKey => self
                .foreign
                .sign(&random, text.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            _ => self
                .ec
                .sign(&random, text.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
        };
        let text = if lie == Lie::Changed {
            let mut other = claims.clone();
            other["sub"] = json!("esia-9999");
            format!("{}.{}", part(&head), part(&other))
        } else {
            text
        };
        format!("{text}.{}", BASE64.encode(mark))
    }
}

async fn metadata(State(it): State<Arc<Server>>) -> Json<Value> {
    let base = it.issuer();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "userinfo_endpoint": format!("{base}/card"),
    }))
}

async fn keys(State(it): State<Arc<Server>>) -> Json<Value> {
    let point = it.ec.public_key().as_ref();
    let rsa = it.rsa.public();
    let der = rsa.as_ref();
    // SEQUENCE { INTEGER n, INTEGER e }: the modulus stands before the five bytes of 65537.
    let n = &der[der.len() - 5 - 256..der.len() - 5];
    Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig",
          "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]) },
        { "kty": "RSA", "kid": "rsa", "n": BASE64.encode(n), "e": "AQAB" },
    ]}))
}

async fn token(
    State(it): State<Arc<Server>>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    assert!(
        headers.contains_key("authorization"),
        "the client proves itself"
    );
    // Each code once.
    let asked = it.asked.lock().unwrap().remove(&form["code"]);
    let asked = asked.ok_or(StatusCode::BAD_REQUEST)?;
    let challenge = BASE64.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    if asked["code_challenge"] != challenge {
        return Err(StatusCode::BAD_REQUEST);
    }
    let lie = *it.lie.lock().unwrap();
    let now = *it.now.lock().unwrap();
    let mut first = it.first_nonce.lock().unwrap();
    let first = first.get_or_insert_with(|| asked["nonce"].clone());
    let mut claims = json!({
        "iss": it.issuer(), "sub": *it.subject.lock().unwrap(), "aud": CLIENT,
        "iat": now, "exp": now + 300, "nonce": asked["nonce"], "name": "Иванов Пётр",
    });
    match lie {
        Lie::Issuer => claims["iss"] = json!("https://evil.example"),
        Lie::Audience => claims["aud"] = json!("another"),
        Lie::Azp => {
            claims["aud"] = json!([CLIENT, "another"]);
            claims["azp"] = json!("another");
        }
        Lie::Nonce => claims["nonce"] = json!(*first),
        Lie::NoNonce => claims["nonce"] = Value::Null,
        Lie::Expired => {
            claims["iat"] = json!(now - 500);
            claims["exp"] = json!(now - 200);
        }
        Lie::Future => claims["iat"] = json!(now + 3600),
        _ => {}
    }
    Ok(Json(json!({
        "token_type": "Bearer", "access_token": "opaque",
        "id_token": it.signed(lie, &claims),
    })))
}

async fn card(State(it): State<Arc<Server>>) -> Json<Value> {
    let lie = *it.lie.lock().unwrap();
    let subject = match lie {
        Lie::SwappedUser => "esia-2".to_owned(),
        _ => it.subject.lock().unwrap().clone(),
    };
    Json(json!({ "sub": subject, "name": "Иванов Пётр Ильич" }))
}

async fn school() -> (School, Arc<Server>) {
    let server = Server::start().await;
    let school = School::with_provider(server.provider()).await;
    *server.now.lock().unwrap() = school.world.db().clock().now().timestamp();
    (school, server)
}

/// There and back again; where the way back leads.
async fn round(server: &Server, browser: &mut Client) -> testkit::Answer {
    let away = browser.get("/login/provider?next=/my/settings").await;
    let (state, code) = server.visited(away.location().expect("an address"));
    browser
        .get(&format!("/login/provider/back?state={state}&code={code}"))
        .await
}

/// Links the teacher's account to the person of the provider.
async fn linked(school: &School, server: &Server) {
    let mut browser = school.signed_in(&school.teacher).await;
    assert_eq!(
        round(server, &mut browser).await.location(),
        Some("/my/provider")
    );
    let page = browser.get("/my/provider").await.text();
    assert!(page.contains("Иванов Пётр Ильич"), "{page}");
    let done = browser.post_form("/my/provider/link", &[]).await;
    assert_eq!(done.location(), Some("/my/provider"));
    assert!(
        browser
            .get("/my/provider")
            .await
            .text()
            .contains("привязан")
    );
}

/// A linked account is opened by the provider; both algorithms are taken.
#[tokio::test]
async fn the_provider_opens_a_linked_account() {
    let (school, server) = school().await;
    assert!(
        school
            .browser()
            .get("/login")
            .await
            .text()
            .contains("Войти через ЕСИА")
    );
    linked(&school, &server).await;
    for lie in [Lie::None, Lie::Rsa] {
        server.lies(lie);
        let mut browser = school.browser();
        let back = round(&server, &mut browser).await;
        assert_eq!(back.location(), Some("/my/settings"), "{lie:?}");
        assert!(is_in(&mut browser).await);
    }
    let trace =
        "select count(*) from kernel.audit where action = 'identity.linked' and org_id is not null";
    assert_eq!(school.world.number(trace).await, 1);
}

/// Whoever is not linked signs in once with the password and is asked.
#[tokio::test]
async fn a_stranger_signs_in_first_and_is_asked() {
    let (school, server) = school().await;
    let mut browser = school.browser();
    let back = round(&server, &mut browser).await;
    assert_eq!(back.location(), Some("/login?next=/my/provider"));
    assert!(!is_in(&mut browser).await);
    let form = [
        ("login", school.parent.login.as_str()),
        ("password", PASSWORD),
        ("next", "/my/provider"),
    ];
    let entered = browser.post_form("/login", &form).await;
    assert_eq!(entered.location(), Some("/my/provider"));
    let links = "select count(*) from identity.oidc_link";
    assert_eq!(school.world.number(links).await, 0, "nothing by itself");
    browser.post_form("/my/provider/link", &[]).await;
    assert_eq!(school.world.number(links).await, 1);
    // The same person of the provider opens no second account.
    let mut other = school.browser();
    *server.subject.lock().unwrap() = "esia-2000".to_owned();
    round(&server, &mut other).await;
    sign_in(&mut other, &school.parent.login, PASSWORD).await;
    let again = other.post_form("/my/provider/link", &[]).await;
    assert_eq!(again.location(), Some("/my/provider"));
    assert_eq!(school.world.number(links).await, 1);
    browser.post_form("/my/provider/end", &[]).await;
    assert_eq!(school.world.number(links).await, 0);
}

/// A provider that lies is not believed, whatever it lies about.
#[tokio::test]
async fn a_lying_provider_opens_nothing() {
    let (school, server) = school().await;
    linked(&school, &server).await;
    for lie in [
        Lie::Issuer,
        Lie::Audience,
        Lie::Azp,
        Lie::Nonce,
        Lie::NoNonce,
        Lie::Expired,
        Lie::Future,
        Lie::Unsigned,
        Lie::SharedSecret,
        Lie::ForeignKey,
        Lie::Changed,
        Lie::SwappedUser,
    ] {
        server.lies(lie);
        let mut browser = school.browser();
        let back = round(&server, &mut browser).await;
        assert_eq!(back.location(), Some("/login"), "{lie:?}");
        assert!(!is_in(&mut browser).await, "{lie:?}");
    }
    server.lies(Lie::None);
    let mut browser = school.browser();
    round(&server, &mut browser).await;
    assert!(is_in(&mut browser).await);
}

/// The way back works once, and only in the browser that left.
#[tokio::test]
async fn the_way_back_is_of_one_browser_and_once() {
    let (school, server) = school().await;
    linked(&school, &server).await;
    let mut victim = school.browser();
    let mut thief = school.browser();
    let away = victim.get("/login/provider").await;
    let (state, code) = server.visited(away.location().unwrap());
    let back = format!("/login/provider/back?state={state}&code={code}");
    assert_eq!(thief.get(&back).await.location(), Some("/login"));
    assert!(!is_in(&mut thief).await, "another browser");
    assert_eq!(victim.get(&back).await.location(), Some("/login"));
    assert!(
        !is_in(&mut victim).await,
        "the state was used by the attempt"
    );
    let nothing = victim.get("/login/provider/back?state=&code=").await;
    assert_eq!(nothing.location(), Some("/login"));
}

/// Without a provider there is neither button nor page.
#[tokio::test]
async fn without_a_provider_there_is_no_button() {
    let school = School::new().await;
    assert!(
        !school
            .browser()
            .get("/login")
            .await
            .text()
            .contains("Войти через")
    );
    for path in ["/login/provider", "/login/provider/back?state=x&code=y"] {
        assert_eq!(
            school.browser().get(path).await.location(),
            Some("/login"),
            "{path}"
        );
    }
    let mut teacher = school.signed_in(&school.teacher).await;
    assert_eq!(
        teacher.get("/my/provider").await.location(),
        Some("/my/settings")
    );
}
