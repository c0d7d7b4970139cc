//! S2 annex 1 §1.1 and S3:5.5: every field that the regulation names is found
//! in form, card, history, import, export and print (ORG-2, PPL-1, PPL-2, PPL-3).
//! What is nowhere to be found fails with its name.

use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use testkit::Client;

use crate::{actors::Cast, world::World};

/// Where a field lives, which says where it must be found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// In the form and in the columns of the list.
    Open,
    /// A part of the name, which the list shows whole.
    Name,
    /// Behind the purpose: form, card and print; never in a list (S2:4.3).
    Restricted,
    /// Follows from orders: card, print, import and list.
    Orders,
}
use Kept::{Name, Open, Orders, Restricted};

/// A card: its kind in URLs, the table of its fields.
struct Annex {
    kind: &'static str,
    fields: &'static [(&'static str, Kept)],
}

const COMMON: &[(&str, Kept)] = &[
    ("last_name", Name),
    ("first_name", Name),
    ("middle_name", Name),
    ("born_on", Open),
    ("gender", Open),
    ("lives_at", Open),
    ("registered_at", Open),
    ("phone", Open),
    ("email", Open),
];

const ANNEX: [Annex; 3] = [
    Annex {
        kind: "staff",
        fields: &[
            ("passport", Restricted),
            ("passport_issued_on", Restricted),
            ("passport_issued_by", Restricted),
            ("subjects", Open),
            ("activity", Open),
            ("hired_on", Open),
            ("hire_order", Open),
            ("post", Open),
            ("extra_post", Open),
            ("experience_since", Open),
            ("family_status", Open),
            ("inn", Restricted),
            ("snils", Restricted),
            ("awards", Open),
            ("education", Open),
            ("institution", Open),
            ("diploma_on", Open),
            ("diploma_number", Open),
            ("speciality", Open),
            ("courses", Open),
            ("category", Open),
        ],
    },
    Annex {
        kind: "pupils",
        fields: &[
            ("class", Orders),
            ("shift", Open),
            ("birth_certificate", Restricted),
            ("birth_certificate_issued_on", Restricted),
            ("birth_certificate_issued_by", Restricted),
            ("passport", Restricted),
            ("passport_issued_on", Restricted),
            ("passport_issued_by", Restricted),
            ("snils", Restricted),
            ("health_group", Restricted),
            ("pe_group", Restricted),
            ("diseases", Restricted),
            ("file_number", Open),
            ("has_computer", Open),
            ("medical_policy", Restricted),
            ("medical_insurer", Restricted),
            ("family", Open),
            ("social_status", Restricted),
            ("deviant_behaviour", Restricted),
            ("foreign_language", Open),
        ],
    },
    Annex {
        kind: "parents",
        fields: &[
            ("passport", Restricted),
            ("passport_issued_on", Restricted),
            ("passport_issued_by", Restricted),
            ("mobile", Open),
            ("education", Open),
            ("workplace", Open),
            ("job", Open),
            ("work_phone", Open),
        ],
    },
];

/// The words of the templates, to look for labels.
fn words() -> toml::Table {
    let mut all = toml::Table::new();
    for file in ["people", "cards", "intake", "org"] {
        let path = format!(
            "{}/../templates/words/{file}.toml",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(path).unwrap();
        all.extend(text.parse::<toml::Table>().unwrap());
    }
    all
}

fn word<'a>(words: &'a toml::Table, key: &str) -> &'a str {
    let found = words.get(key).and_then(toml::Value::as_str);
    found.unwrap_or_else(|| panic!("there is no word {key}"))
}

async fn open(client: &mut Client, path: &str) -> String {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.text()
}

/// The headers of the file that one fills for an import.
async fn template(client: &mut Client, path: &str) -> Vec<String> {
    let bytes = client.get(path).await.bytes.to_vec();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cells = sheet.rows().flatten();
    let texts = cells.filter_map(|it| match it {
        Data::String(text) => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

#[tokio::test]
async fn every_field_of_the_annex_is_found_everywhere() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let secretary = cast.of_name("secretary");
    let mut client = world.client(&secretary.token);
    let (org, code) = (world.own.org, world.own.code.clone());
    let words = words();
    // Both consents of everybody, so that no field is shut.
    world
        .test
        .sql(&format!(
            "insert into people.consent (org_id, subject_id, kind, signed_on)
             select {org}, p.person_id, kind, '2026-09-01' from people.person p, unnest(array['processing', 'special']) kind
             where p.org_id = {org} on conflict do nothing"
        ))
        .await;
    let mut missing = Vec::new();
    for annex in ANNEX {
        let id = match annex.kind {
            "staff" => secretary.things.staff,
            "pupils" => secretary.things.pupil,
            _ => secretary.things.parent,
        };
        let card = format!("/o/{code}/people/{}/{id}", annex.kind);
        let form = open(&mut client, &format!("{card}/edit")).await;
        let shown = open(&mut client, &card).await;
        let restricted = open(&mut client, &format!("{card}/restricted?purpose=file")).await;
        let print = open(&mut client, &format!("{card}/print?purpose=file")).await;
        let import = template(
            &mut client,
            &format!("/o/{code}/import/{}/template", annex.kind),
        )
        .await;
        let columns: Vec<&str> = COMMON
            .iter()
            .chain(annex.fields)
            .filter(|it| matches!(it.1, Open | Orders))
            .map(|it| it.0)
            .collect();
        let export = format!(
            "/o/{code}/people/{}?as=csv&cols={}",
            annex.kind,
            columns.join(",")
        );
        let export = open(&mut client, &export).await;
        let header = export.lines().next().unwrap_or_default().to_owned();
        for (field, kept) in COMMON.iter().chain(annex.fields) {
            let label = word(&words, &format!("people.field.{field}"));
            let mut lost = |place: &str, is_there: bool| {
                if !is_there {
                    missing.push(format!("{} {field}: {place}", annex.kind));
                }
            };
            let input = format!("name=\"{field}\"");
            let page = if *kept == Restricted {
                &restricted
            } else {
                &form
            };
            lost("form", page.contains(&input) || *kept == Orders);
            let page = if *kept == Restricted {
                &restricted
            } else {
                &shown
            };
            lost("card", page.contains(label));
            lost("print", print.contains(label));
            let title = words.get(&format!("intake.{}.col.{field}", annex.kind));
            let title = title.and_then(toml::Value::as_str).unwrap_or_default();
            let first = title.split('|').next().unwrap_or_default().trim();
            lost(
                "import",
                !first.is_empty() && import.iter().any(|it| it == first),
            );
            if matches!(kept, Open | Orders) {
                let column = word(&words, &format!("people.{}.col.{field}", annex.kind));
                lost("export", header.contains(column));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    // The history: whatever table holds a field is tracked.
    for table in [
        "person",
        "staff",
        "pupil",
        "parent",
        "restricted_field",
        "record",
        "kinship",
        "consent",
    ] {
        let tracked = world
            .number(&format!(
                "select count(*) from pg_trigger where tgrelid = 'people.{table}'::regclass and tgname like 'track_%'"
            ))
            .await;
        assert_eq!(tracked, 3, "people.{table}");
    }
}

/// The card of the organisation: form, card, print, import; the history is that of its table.
#[tokio::test]
async fn every_field_of_the_organisation_is_found_everywhere() {
    const FIELDS: [&str; 27] = [
        "full_name",
        "name",
        "org_type",
        "legal_form",
        "number",
        "governing_body",
        "locality_kind",
        "director",
        "deputy_teaching",
        "deputy_facilities",
        "deputy_it",
        "locality",
        "legal_address",
        "phones",
        "email",
        "website",
        "inn",
        "kpp",
        "ogrn",
        "okpo",
        "okato",
        "okogu",
        "charter",
        "video_surveillance",
        "online_computers",
        "content_filter",
        "internet_mbit",
    ];
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let mut client = world.client(&cast.of_name("admin").token);
    let base = format!("/o/{}/settings/org", world.own.code);
    let form = open(&mut client, &format!("{base}/edit")).await;
    let card = open(&mut client, &base).await;
    let print = open(&mut client, &format!("{base}/print")).await;
    let words = words();
    let mut missing = Vec::new();
    for field in FIELDS {
        let label = word(&words, &format!("org.card.{field}"));
        let found = [
            ("form", form.contains(&format!("name=\"{field}\""))),
            ("card", card.contains(label)),
            ("print", print.contains(label)),
        ];
        for (place, is_there) in found {
            if !is_there {
                missing.push(format!("{field}: {place}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
