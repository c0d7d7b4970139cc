//! S2 annex 1 §1.1 and S3:5.5: every field that the regulation names is found
//! in form, card, history, import, export and print (ORG-2, PPL-1, PPL-2, PPL-3).
//! What is nowhere to be found fails with its name.

use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use testkit::Client;

use crate::{
    actors::{Actor, Cast},
    world::World,
};

/// Where a field lives, which says where it must be found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// In the form and in the columns of the list.
    Open,
    /// A part of the name, which the list shows whole.
    Name,
    /// Behind the purpose: form, card and print; never in a list (S2:4.3).
    Restricted,
    /// Follows from orders: card, print, import and list; «История обучения»
    /// is its history.
    Orders,
    /// The same, and an import enters its first order by «№ приказа».
    Moved,
}
use Kept::{Moved, Name, Open, Orders, Restricted};

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
            ("enrolled_on", Orders),
            ("movement", Moved),
            ("file_number", Open),
            ("has_computer", Open),
            ("citizenship", Open),
            ("taught_at_home", Open),
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
        let id = thing(&annex, secretary);
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
            .filter(|it| matches!(it.1, Open | Orders | Moved))
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
            lost(
                "form",
                page.contains(&input) || matches!(kept, Orders | Moved),
            );
            let page = if *kept == Restricted {
                &restricted
            } else {
                &shown
            };
            lost("card", page.contains(label));
            lost("print", print.contains(label));
            let column = match kept {
                Moved => "order_number",
                _ => field,
            };
            let title = words.get(&format!("intake.{}.col.{column}", annex.kind));
            let title = title.and_then(toml::Value::as_str).unwrap_or_default();
            let first = title.split('|').next().unwrap_or_default().trim();
            lost(
                "import",
                !first.is_empty() && import.iter().any(|it| it == first),
            );
            if matches!(kept, Open | Orders | Moved) {
                let column = word(&words, &format!("people.{}.col.{field}", annex.kind));
                lost("export", header.contains(column));
            }
        }
    }
    for annex in &ANNEX {
        let id = thing(annex, secretary);
        world.test.sql(&changed(org, id, annex)).await;
        let lost = without_history(&mut client, &words, &format!("/o/{code}"), (annex, id)).await;
        missing.extend(lost);
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whose card of that kind the actor keeps.
fn thing(annex: &Annex, actor: &Actor) -> i64 {
    match annex.kind {
        "staff" => actor.things.staff,
        "pupils" => actor.things.pupil,
        _ => actor.things.parent,
    }
}

/// The fields whose change the history of the card does not tell.
async fn without_history(
    client: &mut Client,
    words: &toml::Table,
    base: &str,
    (annex, id): (&Annex, i64),
) -> Vec<String> {
    let card = format!("{base}/people/{}/{id}", annex.kind);
    let history = open(client, &format!("{card}/history")).await;
    let study = match annex.kind {
        "pupils" => open(client, &format!("{card}/study")).await,
        _ => String::new(),
    };
    let is_told = |(field, kept): &&(&str, Kept)| match kept {
        Orders | Moved => study.contains("приказ №"),
        Open | Name | Restricted => {
            let label = word(words, &format!("people.field.{field}"));
            history.contains(&format!("<th scope=\"row\">{label}"))
        }
    };
    let lost = COMMON.iter().chain(annex.fields).filter(|it| !is_told(it));
    lost.map(|it| format!("{} {}: history", annex.kind, it.0))
        .collect()
}

/// Changes every field of a card past the application; the triggers write the
/// history all the same.
fn changed(org: i64, id: i64, annex: &Annex) -> String {
    let one = |field: &str| match field {
        "gender" => "case gender when 'male' then 'female' else 'male' end".to_owned(),
        "shift" => "case shift when 1 then 2 else 1 end".to_owned(),
        "citizenship" => "case citizenship when 'ru' then 'foreign' else 'ru' end".to_owned(),
        "has_computer" | "taught_at_home" => format!("not coalesce({field}, false)"),
        it if it.ends_with("_on") || it.ends_with("_since") => {
            format!("coalesce({it}, '2001-01-01'::date) + 1")
        }
        it => format!("coalesce({it}, '') || ' 2'"),
    };
    let table = annex.kind.trim_end_matches('s');
    let whose = format!("where org_id = {org} and person_id = {id}");
    let update = |table: &str, fields: Vec<&str>| {
        let set: Vec<String> = fields
            .iter()
            .map(|it| format!("{it} = {}", one(it)))
            .collect();
        format!("update people.{table} set {} {whose};", set.join(", "))
    };
    let of_person = |it: &&str| COMMON.iter().any(|common| common.0 == *it) || *it == "mobile";
    let is_open = |it: &&(&'static str, Kept)| matches!(it.1, Open | Name);
    let open = COMMON.iter().chain(annex.fields).filter(is_open);
    let (person, details): (Vec<&str>, Vec<&str>) = open.map(|it| it.0).partition(of_person);
    let restricted = annex.fields.iter().filter(|it| it.1 == Restricted);
    let restricted: Vec<String> = restricted.map(|it| format!("'{}'", it.0)).collect();
    format!(
        "{} {} delete from people.restricted_field {whose};
         insert into people.restricted_field (org_id, person_id, field, sealed, law)
         select {org}, {id}, field, ''::bytea, 'law' from unnest(array[{}]) field",
        update("person", person),
        update(table, details),
        restricted.join(", ")
    )
}

/// S2 annex 1: «дети», «степень родства» and «согласие» are
/// ties to others, each with forms and lists of its own.
#[tokio::test]
async fn kinship_and_consent_are_found_everywhere() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let secretary = cast.of_name("secretary");
    let mut client = world.client(&secretary.token);
    let (org, code) = (world.own.org, world.own.code.clone());
    let (pupil, parent) = (secretary.things.pupil, secretary.things.parent);
    let (name, parent_name) = ("Опекаев", "Опекунова");
    world
        .test
        .sql(&format!(
            "delete from people.kinship where org_id = {org} and parent_id = {parent};
             insert into people.kinship (org_id, parent_id, pupil_id, kind)
             values ({org}, {parent}, {pupil}, 'guardian');
             insert into people.consent (org_id, subject_id, kind, signed_on, document)
             values ({org}, {parent}, 'processing', '2026-09-03', 'Папка 17')
             on conflict do nothing;
             update people.person set last_name = 'Опекаев' where org_id = {org} and person_id = {pupil};
             insert into people.person (org_id, last_name, first_name, search_key)
             values ({org}, '{parent_name}', 'Анна', 'опекунова анна');
             insert into people.parent (org_id, person_id)
             select org_id, person_id from people.person where org_id = {org} and last_name = '{parent_name}';
             update people.consent set signed_on = '2026-09-03', document = 'Папка 17'
              where org_id = {org} and subject_id = {parent} and kind = 'processing'"
        ))
        .await;
    let people = format!("/o/{code}/people");
    let card = format!("{people}/parents/{parent}");
    let consent = "Согласие на обработку персональных данных";
    for (place, path, parts) in [
        (
            "form of kinship",
            format!("{people}/pupils/{pupil}/family?q={parent_name}"),
            vec!["name=\"kinship\""],
        ),
        (
            "form of consent",
            format!("{people}/consents/new?person={parent}"),
            vec!["name=\"signed_on\""],
        ),
        (
            "card",
            card.clone(),
            vec![name, "опекун", consent, "03.09.2026"],
        ),
        (
            "history",
            format!("{card}/history"),
            vec![
                "Степень родства",
                name,
                "опекун",
                "Согласие подписано",
                "Папка 17",
            ],
        ),
        (
            "history of the child",
            format!("{people}/pupils/{pupil}/history"),
            vec!["Степень родства"],
        ),
        (
            "print",
            format!("{card}/print"),
            vec![name, "опекун", consent, "03.09.2026"],
        ),
        (
            "list",
            format!("{people}/parents?as=csv"),
            vec!["Дети", name, "(опекун)"],
        ),
        (
            "register",
            format!("{people}/consents?as=csv"),
            vec!["Согласие;Подписано", "получено"],
        ),
    ] {
        let page = open(&mut client, &path).await;
        for part in parts {
            assert!(page.contains(part), "{place}, {part}: {page}");
        }
    }
    let columns = template(&mut client, &format!("/o/{code}/import/parents/template")).await;
    for column in ["Родство", "Ученик", "Согласие", "Дата согласия"]
    {
        assert!(
            columns.iter().any(|it| it == column),
            "{column}: {columns:?}"
        );
    }
}

/// The card of the organisation: form, card, print, history and file.
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
    // Every column anew, past the application: the triggers write the history.
    let org = world.own.org;
    world
        .test
        .sql(&format!(
            "insert into org.card (org_id) values ({org}) on conflict do nothing;
             update org.organisation set name = name || ' 2', full_name = full_name || ' 2' where org_id = {org};
             update org.card set org_type = 'а', legal_form = 'б', number = 'в', governing_body = 'г',
                    locality_kind = case locality_kind when 'urban' then 'rural' else 'urban' end, director = 'д',
                    deputy_teaching = 'е', deputy_facilities = 'ж', deputy_it = 'з', locality = 'и',
                    legal_address = 'к', phones = 'л', email = 'м', website = 'н', inn = '1', kpp = '2', ogrn = '3',
                    okpo = '4', okato = '5', okogu = '6', charter = 'о', video_surveillance = not video_surveillance,
                    online_computers = online_computers + 1, content_filter = 'п',
                    internet_mbit = coalesce(internet_mbit, 0) + 1
              where org_id = {org}"
        ))
        .await;
    let history = open(&mut client, &format!("{base}/history")).await;
    let file = open(&mut client, &format!("{base}/file?as=csv")).await;
    let words = words();
    let mut missing = Vec::new();
    for field in FIELDS {
        let label = word(&words, &format!("org.card.{field}"));
        let found = [
            ("form", form.contains(&format!("name=\"{field}\""))),
            ("card", card.contains(label)),
            ("print", print.contains(label)),
            (
                "history",
                history.contains(&format!("<th scope=\"row\">{label}")),
            ),
            ("file", file.contains(label)),
        ];
        for (place, is_there) in found {
            if !is_there {
                missing.push(format!("{field}: {place}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
