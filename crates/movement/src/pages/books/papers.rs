//! Certificates for families, and the check that anybody may do.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use garde::Validate;
use kernel::{Fault, Kind};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Missing, Path, Query, Signed, Visit,
    diary::{self, Home, Whose},
    form::invalid,
};

use super::{
    Pages,
    paper::{PRINT, paper},
};
use crate::{
    Certificate, CertificateId, CertificateKind, CertificateState, CheckCode, Error, NewCertificate,
};

#[derive(Deserialize)]
pub(super) struct ChildQuery {
    /// `krymsk-g7:128`: the organisation and the card there.
    child: Option<String>,
}

#[derive(Serialize)]
struct Page {
    whose: Whose,
    form: FormState,
    kinds: [&'static str; 2],
    papers: Vec<PaperLine>,
}

#[derive(Serialize)]
struct PaperLine {
    kind: &'static str,
    state: &'static str,
    number: Option<i32>,
    purpose: String,
    asked_at: DateTime<Utc>,
    issued_at: Option<DateTime<Utc>>,
    end_reason: String,
    /// The paper, where it is in force.
    print: Option<String>,
}

/// What a family asks for itself: the third kind is for a pupil of elsewhere.
const ASKED: [CertificateKind; 2] = [CertificateKind::Study, CertificateKind::Period];

fn line(it: &Certificate) -> PaperLine {
    let is_valid = it.state == CertificateState::Issued;
    PaperLine {
        kind: it.kind.code(),
        state: it.state.code(),
        number: it.number,
        purpose: it.purpose.clone(),
        asked_at: it.asked_at,
        issued_at: it.issued_at,
        end_reason: it.end_reason.clone(),
        print: is_valid.then(|| format!("/my/documents/{}/print", it.id)),
    }
}

async fn documents(
    it: &Pages,
    homes: &[Home<'_>],
    child: Option<&str>,
    form: FormState,
) -> Result<Option<Page>, Failure> {
    let Some((home, child)) = diary::chosen(homes, child)? else {
        return Ok(None);
    };
    let mine = it.books.my_documents(&home.actor, child).await?;
    let mut whose = Whose::of(home, &mine.children, mine.child);
    for other in homes.iter().filter(|it| it.actor.org != home.actor.org) {
        let theirs = it.books.my_documents(&other.actor, None).await?;
        whose.and(other, &theirs.children);
    }
    Ok(Some(Page {
        papers: mine.certificates.iter().map(line).collect(),
        kinds: ASKED.map(CertificateKind::code),
        whose,
        form,
    }))
}

const MINE: &str = "movement/my_documents.html";

pub(super) async fn mine(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<ChildQuery>,
) -> Result<Response, Failure> {
    let homes = diary::homes(&signed);
    let form = FormState::new().with("kind", "study");
    let page = documents(&it, &homes, query.child.as_deref(), form).await?;
    let Some(page) = page else {
        return Ok(diary::away(&signed));
    };
    Ok(it.views.page(&signed.visit, MINE, &page)?.into_response())
}

/// What a family asks for.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct AskForm {
    #[garde(skip)]
    child: String,
    #[garde(skip)]
    kind: String,
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    purpose: String,
}

pub(super) async fn ask(
    signed: Signed,
    State(it): State<Pages>,
    Checked { value, mut form }: Checked<AskForm>,
) -> Result<Response, Failure> {
    let homes = diary::homes(&signed);
    let key = form.value("child").to_owned();
    let wish = value.and_then(|it| {
        let kind = ASKED.into_iter().find(|kind| kind.code() == it.kind)?;
        Some((kind, it))
    });
    let Some((kind, sent)) = wish else {
        let page = documents(&it, &homes, Some(&key), form).await?;
        let page = page.ok_or(Missing)?;
        return invalid(&it.views, &signed.visit, MINE, &page);
    };
    let (home, child) = diary::chosen(&homes, Some(&sent.child))?.ok_or(Missing)?;
    let new = NewCertificate {
        kind,
        pupil: child.ok_or(Missing)?,
        purpose: sent.purpose.trim().to_owned(),
        class_name: String::new(),
    };
    match it.books.ask_certificate(&home.actor, new).await {
        Ok(()) => Ok(Go::to(format!("/my/documents?child={key}"))
            .say(&Flash::done("movement.documents.asked"))
            .into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            form.fault("", &error);
            let page = documents(&it, &homes, Some(&key), form).await?;
            let page = page.ok_or(Missing)?;
            Ok(invalid(&it.views, &signed.visit, MINE, &page)?)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn print(
    signed: Signed,
    State(it): State<Pages>,
    Path(id): Path<CertificateId>,
) -> Result<Response, Failure> {
    for home in diary::homes(&signed) {
        let found = match it.books.my_certificate(&home.actor, id).await {
            Err(Error::NoSuchCertificate) => continue,
            found => found?,
        };
        let page = paper(found, home.actor.org, &it.address);
        return Ok(it.views.page(&signed.visit, PRINT, &page)?.into_response());
    }
    Err(Missing.into())
}

/// So many checks a minute from one address; the codes are not to be guessed.
const A_MINUTE: u32 = 30;
/// Addresses that are remembered at once.
const REMEMBERED: usize = 10_000;

/// How often an address asked within this minute.
#[derive(Clone, Debug, Default)]
pub(super) struct Tries(Arc<Mutex<HashMap<IpAddr, (i64, u32)>>>);

impl Tries {
    /// Whether the address may ask once more.
    fn may(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        let Some(address) = address else { return true };
        let minute = now.timestamp() / 60;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if REMEMBERED <= all.len() {
            all.retain(|_, it| it.0 == minute);
        }
        let (last, count) = all.entry(address).or_insert((minute, 0));
        if *last != minute {
            (*last, *count) = (minute, 0);
        }
        *count += 1;
        *count <= A_MINUTE
    }
}

#[derive(Serialize)]
struct Check {
    /// What was typed.
    code: String,
    /// asked (nothing was typed yet), valid, withdrawn, unknown, busy
    outcome: &'static str,
    kind: Option<&'static str>,
    number: Option<i32>,
    issued_at: Option<DateTime<Utc>>,
    school: String,
    initials: String,
}

/// The code as the form sends it.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
}

pub(super) async fn check_form(
    visit: Visit,
    State(it): State<Pages>,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    checked(&visit, &it, typed.code).await
}

pub(super) async fn check(
    visit: Visit,
    State(it): State<Pages>,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    checked(&visit, &it, code).await
}

async fn checked(visit: &Visit, it: &Pages, typed: String) -> Result<Response, Failure> {
    let mut page = Check {
        outcome: "asked",
        code: typed.trim().chars().take(60).collect(),
        kind: None,
        number: None,
        issued_at: None,
        school: String::new(),
        initials: String::new(),
    };
    let mut status = StatusCode::OK;
    if !page.code.is_empty() {
        if it.tries.may(visit.address(), it.views.now()) {
            let found = match CheckCode::parse(&page.code) {
                Some(code) => it.books.check_certificate(&code).await?,
                None => None,
            };
            fill(&mut page, found.map(|it| it.certificate));
        } else {
            page.outcome = "busy";
            status = StatusCode::TOO_MANY_REQUESTS;
        }
    }
    let html = it.views.page(visit, "movement/public_check.html", &page)?;
    Ok((status, html).into_response())
}

fn fill(page: &mut Check, found: Option<Certificate>) {
    let Some(found) = found else {
        page.outcome = "unknown";
        return;
    };
    page.outcome = match found.state {
        CertificateState::Withdrawn => "withdrawn",
        _ => "valid",
    };
    page.kind = Some(found.kind.code());
    page.number = found.number;
    page.issued_at = found.issued_at;
    if let Some(said) = found.said {
        page.initials = said.initials();
        page.school = said.school;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mov3_an_address_asks_so_often_a_minute() {
        let tries = Tries::default();
        let (one, other) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for _ in 0..A_MINUTE {
            assert!(tries.may(Some(one), now));
        }
        assert!(!tries.may(Some(one), now));
        assert!(tries.may(Some(other), now), "others are not held up");
        let later = now + chrono::Duration::minutes(1);
        assert!(tries.may(Some(one), later));
    }
}
