//! Security.md §5.4: the second factor, step by step, as its owner and as a thief.

use axum::http::StatusCode;
use chrono::Duration;
use db::{Db, vault::Keyring};
use identity::{Identity, Settings};
use kernel::Role;
use ring::hmac;
use testkit::{Client, world::SCHOOL};

use super::support::{PASSWORD, School, is_in, sign_in};

/// The device of the owner: what it shows at this moment of the test's clock.
pub(crate) struct Device(Vec<u8>);

impl Device {
    /// Reads the secret from the page, as a person without a camera would.
    fn from_page(text: &str) -> Self {
        let secret = text
            .split("factor-secret\">")
            .nth(1)
            .and_then(|it| it.split('<').next())
            .expect("the secret is on the page");
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: Vec<u8> = secret
            .bytes()
            .filter(|it| *it != b' ')
            .map(|it| {
                u8::try_from(letters.iter().position(|letter| *letter == it).unwrap()).unwrap()
            })
            .flat_map(|it| (0..5).rev().map(move |bit| it >> bit & 1))
            .collect();
        let byte = |it: &[u8]| it.iter().fold(0, |sum, bit| sum << 1 | bit);
        Self(bits.chunks_exact(8).map(byte).collect())
    }

    pub(crate) fn code(&self, school: &School) -> String {
        self.code_at(school.world.db().clock().now().timestamp())
    }

    fn code_at(&self, seconds: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &(seconds / 30).to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 15);
        let word = [tag[at] & 127, tag[at + 1], tag[at + 2], tag[at + 3]];
        format!("{:06}", u32::from_be_bytes(word) % 1_000_000)
    }
}

/// Sets the factor up in a browser that is signed in; the device and the recovery codes.
pub(crate) async fn enrol(school: &School, browser: &mut Client) -> (Device, Vec<String>) {
    let begun = browser.post_form("/my/factor/begin", &[]).await;
    assert_eq!(begun.location(), Some("/my/factor"), "{}", begun.text());
    let page = browser.get("/my/factor").await.text();
    assert!(page.contains("<svg class=\"factor-qr\""), "{page}");
    let device = Device::from_page(&page);
    let wrong = browser
        .post_form("/my/factor/confirm", &[("code", "000000")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser
        .post_form("/my/factor/confirm", &[("code", &device.code(school))])
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let text = done.text();
    let list = text.split("<ul class=\"recovery\">").nth(1).unwrap();
    let list = list.split("</ul>").next().unwrap();
    let codes = list
        .split("<li>")
        .skip(1)
        .map(|it| it.split('<').next().unwrap().to_owned())
        .collect();
    (device, codes)
}

fn later(school: &School, seconds: i64) {
    school.world.clock().advance(Duration::seconds(seconds));
}

/// The password alone opens nothing; the code does, once.
#[tokio::test]
async fn a_stolen_password_is_not_enough() {
    let school = School::new().await;
    let mut owner = school.signed_in(&school.admin).await;
    let mut elsewhere = school.signed_in(&school.admin).await;
    let (device, codes) = enrol(&school, &mut owner).await;
    assert_eq!(codes.len(), 10);
    assert!(is_in(&mut owner).await && !is_in(&mut elsewhere).await);
    assert!(owner.get("/my/factor").await.text().contains("подключён"));

    let mut browser = school.browser();
    let half = sign_in(&mut browser, &school.admin.login, PASSWORD).await;
    assert_eq!(half.location(), Some("/login/code"));
    assert!(!is_in(&mut browser).await, "half a way in is none");
    assert_eq!(browser.get("/login/code").await.status, StatusCode::OK);
    let used = browser
        .post_form("/login/code", &[("code", &device.code(&school))])
        .await;
    assert_eq!(
        used.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "used to confirm"
    );
    later(&school, 30);
    let code = device.code(&school);
    let entered = browser.post_form("/login/code", &[("code", &code)]).await;
    assert_eq!(entered.location(), Some("/o/g7/"), "{}", entered.text());
    assert!(is_in(&mut browser).await);

    let mut thief = school.browser();
    sign_in(&mut thief, &school.admin.login, PASSWORD).await;
    let again = thief.post_form("/login/code", &[("code", &code)]).await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "each code once"
    );
    assert_eq!(
        school.browser().get("/login/code").await.location(),
        Some("/login"),
        "the code is asked after the password only"
    );
    let open = "select count(*) from identity.factor where position('12345' in encode(sealed_seed, 'escape')) > 0
                or length(sealed_seed) < 40";
    assert_eq!(school.world.number(open).await, 0, "the seed is sealed");
}

/// The recovery code opens once; guesses end the half entry and are slowed.
#[tokio::test]
async fn recovery_codes_open_once_and_guesses_do_not() {
    let school = School::new().await;
    let mut owner = school.signed_in(&school.teacher).await;
    let (_, codes) = enrol(&school, &mut owner).await;
    for (turn, expected) in [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY]
        .into_iter()
        .enumerate()
    {
        let mut browser = school.browser();
        sign_in(&mut browser, &school.teacher.login, PASSWORD).await;
        let answer = browser
            .post_form("/login/code", &[("code", &codes[0].to_uppercase())])
            .await;
        assert_eq!(answer.status, expected, "use {turn}");
    }
    assert!(owner.get("/my/factor").await.text().contains("<dd>9</dd>"));

    later(&school, 3600);
    let mut thief = school.browser();
    sign_in(&mut thief, &school.teacher.login, PASSWORD).await;
    let mut last = None;
    for _ in 0..5 {
        last = Some(thief.post_form("/login/code", &[("code", "123456")]).await);
    }
    assert_eq!(
        last.unwrap().location(),
        Some("/login"),
        "the password is asked again"
    );
    sign_in(&mut thief, &school.teacher.login, PASSWORD).await;
    let slowed = thief.post_form("/login/code", &[("code", "123456")]).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    let events = "select count(*) from kernel.audit where action = 'identity.factor-failed'";
    assert_eq!(school.world.number(events).await, 6);
}

/// A role that needs the factor works without one until its time of grace is over.
#[tokio::test]
async fn a_role_can_make_the_factor_obligatory() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let rules = "/o/g7/settings/factor";
    assert!(admin.get(rules).await.text().contains("Учитель"));
    let unreadable = admin
        .post_form(
            rules,
            &[
                ("demand.teacher", "obligatory"),
                ("since.teacher", "завтрак"),
            ],
        )
        .await;
    assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        unreadable.text().contains("завтрак"),
        "{}",
        unreadable.text()
    );
    let saved = admin
        .post_form(
            rules,
            &[
                ("demand.teacher", "obligatory"),
                ("since.teacher", "01.01.2020"),
            ],
        )
        .await;
    assert_eq!(saved.location(), Some(rules), "{}", saved.text());
    let mut teacher = school.browser();
    let entered = sign_in(&mut teacher, &school.teacher.login, PASSWORD).await;
    assert_eq!(entered.location(), Some("/my/factor"));
    assert_eq!(
        teacher.get("/my/settings").await.location(),
        Some("/my/factor"),
        "nothing else opens"
    );
    let (_, codes) = enrol(&school, &mut teacher).await;
    assert!(is_in(&mut teacher).await);
    assert_eq!(codes.len(), 10);
    let off = teacher.post_form("/my/factor/off", &[]).await;
    assert_eq!(off.location(), Some("/my/factor"));
    assert!(
        teacher
            .get("/my/factor")
            .await
            .text()
            .contains("обязателен")
    );
    let parent = school.signed_in(&school.parent).await;
    drop(parent);
}

/// Asked again after ten minutes: for the secret, the codes, and the way off.
#[tokio::test]
async fn the_password_is_asked_again_before_what_is_hard_to_undo() {
    let school = School::new().await;
    let mut owner = school.signed_in(&school.teacher).await;
    let (device, _) = enrol(&school, &mut owner).await;
    later(&school, 11 * 60);
    let asked = owner.post_form("/my/factor/off", &[]).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(
        asked.text().contains("Подтвердите, что это вы"),
        "{}",
        asked.text()
    );
    let wrong = owner
        .post_form("/my/factor/off", &[("proof", "не тот")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let before = owner.cookie("sid").map(str::to_owned);
    let code = device.code(&school);
    let done = owner.post_form("/my/factor/off", &[("proof", &code)]).await;
    assert_eq!(done.location(), Some("/my/factor"), "{}", done.text());
    assert_ne!(
        owner.cookie("sid").map(str::to_owned),
        before,
        "a new token"
    );
    assert!(is_in(&mut owner).await);
    assert_eq!(
        sign_in(&mut school.browser(), &school.teacher.login, PASSWORD)
            .await
            .location(),
        Some("/o/g7/")
    );
    let events = "select count(distinct action) from kernel.audit
                  where org_id is not null and action in ('identity.factor-on', 'identity.factor-off', 'identity.proved')";
    assert_eq!(school.world.number(events).await, 3);
}

/// A slip of a member with a factor opens the password, not the account.
#[tokio::test]
async fn a_slip_does_not_go_round_the_factor() {
    let school = School::new().await;
    let mut owner = school.signed_in(&school.teacher).await;
    let (device, _) = enrol(&school, &mut owner).await;
    let (_, plain) = school.slip(&school.teacher).await;
    let mut browser = school.browser();
    let new = "четыре зелёных слона";
    let chosen = browser
        .post_form(
            &format!("/start/{plain}"),
            &[("password", new), ("again", new)],
        )
        .await;
    assert_eq!(chosen.location(), Some("/login/code"), "{}", chosen.text());
    assert!(!is_in(&mut browser).await);
    later(&school, 30);
    browser
        .post_form("/login/code", &[("code", &device.code(&school))])
        .await;
    assert!(is_in(&mut browser).await);
}

/// SEC-4: the administrator sees and ends the sessions of own members only.
#[tokio::test]
async fn an_administrator_ends_sessions() {
    let school = School::new().await;
    let mut teacher = school.signed_in(&school.teacher).await;
    let mut admin = school.signed_in(&school.admin).await;
    let card = format!("/o/g7/settings/accounts/{}", school.teacher.account);
    let text = admin.get(&card).await.text();
    assert!(text.contains("Завершить все"), "{text}");
    let query = format!(
        "select session_id from identity.session where account_id = {}",
        school.teacher.account
    );
    let one = school.world.number(&query).await;
    let mut stranger = school.signed_in(&school.stranger).await;
    for path in [
        format!(
            "/o/s2/settings/accounts/{}/sessions/end",
            school.teacher.account
        ),
        format!(
            "/o/s2/settings/accounts/{}/sessions/{one}/end",
            school.teacher.account
        ),
    ] {
        assert_eq!(
            stranger.post_form(&path, &[]).await.status,
            StatusCode::NOT_FOUND
        );
    }
    assert!(is_in(&mut teacher).await);
    let ended = admin
        .post_form(&format!("{card}/sessions/{one}/end"), &[])
        .await;
    assert_eq!(ended.location(), Some(card.as_str()));
    assert!(!is_in(&mut teacher).await);
    let mut again = school.signed_in(&school.teacher).await;
    admin.post_form(&format!("{card}/sessions/end"), &[]).await;
    assert!(!is_in(&mut again).await);
    let gone = admin
        .post_form(&format!("{card}/sessions/{one}/end"), &[])
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

/// Ux.md §2.5 A4: with the eyes of another one looks, changes nothing, and leaves a trace.
#[tokio::test]
async fn an_administrator_looks_with_other_eyes() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let path = format!("/o/g7/settings/accounts/{}/look", school.teacher.account);
    assert_eq!(admin.post_form(&path, &[]).await.location(), Some("/"));
    let page = admin.get("/o/g7/settings/accounts").await;
    let text = page.text();
    assert!(text.contains("Вы смотрите как Иванов"), "{text}");
    assert!(text.contains("Козлова Анна") && !text.contains("Соколова Мария Петровна</a>"));
    assert!(!text.contains("data-who"), "no copy is kept in the browser");
    let change = format!("/o/g7/settings/accounts/{}/reset", school.parent.account);
    let refused = admin.post_form(&change, &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(
        refused.text().contains("чужими глазами"),
        "{}",
        refused.text()
    );
    for private in ["/my/settings", "/my/factor", "/my/password"] {
        assert_eq!(
            admin.get(private).await.status,
            StatusCode::FORBIDDEN,
            "{private}"
        );
    }
    let ended = admin.post_form("/my/looking/end", &[]).await;
    assert_eq!(
        ended.location(),
        Some(format!("/o/g7/settings/accounts/{}", school.teacher.account).as_str())
    );
    assert!(
        !admin
            .get("/o/g7/settings/accounts")
            .await
            .text()
            .contains("Вы смотрите")
    );
    let trace = |action: &str| {
        format!(
            "select count(*) from kernel.audit where org_id = {SCHOOL} and account_id = {}
             and action = '{action}'",
            school.admin.account
        )
    };
    for (action, times) in [
        ("identity.looking-begun", 1),
        ("identity.looked", 1),
        ("identity.looking-ended", 1),
    ] {
        assert_eq!(school.world.number(&trace(action)).await, times, "{action}");
    }
}

/// It ends by itself after half an hour, and is never of oneself or a stranger.
#[tokio::test]
async fn other_eyes_close_by_themselves() {
    let school = School::new().await;
    let deputy = school
        .newcomer(31, "Завучева Ольга Ивановна", Role::Deputy)
        .await;
    let mut admin = school.signed_in(&school.admin).await;
    let look = |account| format!("/o/g7/settings/accounts/{account}/look");
    admin.post_form(&look(deputy.account), &[]).await;
    for _ in 0..2 {
        later(&school, 10 * 60);
        assert!(
            admin
                .get("/o/g7/settings/accounts")
                .await
                .text()
                .contains("Вы смотрите")
        );
    }
    later(&school, 10 * 60);
    let own = admin.get("/o/g7/settings/accounts").await.text();
    assert!(!own.contains("Вы смотрите"), "{own}");
    let oneself = admin
        .post_form(&look(school.admin.account), &[("proof", PASSWORD)])
        .await;
    assert!(
        oneself
            .location()
            .is_some_and(|it| it.contains("/settings/accounts/"))
    );
    assert_eq!(
        admin
            .post_form(&look(school.stranger.account), &[])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    let mut teacher = school.signed_in(&school.teacher).await;
    assert_eq!(
        teacher
            .post_form(&look(school.pupil.account), &[])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    school
        .world
        .sql(&format!(
            "update identity.membership set blocked_at = now() where account_id = {}",
            deputy.account
        ))
        .await;
    assert_eq!(
        admin.post_form(&look(deputy.account), &[]).await.status,
        StatusCode::NOT_FOUND,
        "nobody looks with closed eyes"
    );
}

/// ADR 0016: second factors are sealed with the master keys of the
/// installation, and a new key takes them over.
#[tokio::test]
async fn a_new_master_key_takes_seeds_over() {
    let school = School::new().await;
    let account = school.teacher.account;
    let (old, new) = (Keyring::new_line("old"), Keyring::new_line("new"));
    let (old, new) = (old.unwrap(), new.unwrap());
    let with = async |keys: &str| {
        let db = Db::connect(school.world.test.url(), 2, school.world.clock().clone());
        let db = db.await.unwrap().with_keys(Keyring::parse(keys).unwrap());
        Identity::new(db, Settings::default()).unwrap()
    };
    let before = with(&old).await;
    before.begin_factor(account).await.unwrap();
    let secret = async |it: &Identity| it.enrolment(account).await.map(|it| it.unwrap().secret);
    let shown = secret(&before).await.unwrap();
    assert!(secret(&with(&new).await).await.is_err());
    let both = with(&format!("{old}{new}")).await;
    assert_eq!(secret(&both).await.unwrap(), shown);
    for expected in [(1, 0), (0, 0)] {
        assert_eq!(both.seal_factors_anew().await.unwrap(), expected);
    }
    assert_eq!(secret(&with(&new).await).await.unwrap(), shown);
    assert!(secret(&before).await.is_err());
    // What no key opens is counted and left.
    assert_eq!(before.seal_factors_anew().await.unwrap(), (0, 1));
    assert_eq!(secret(&both).await.unwrap(), shown);
}
