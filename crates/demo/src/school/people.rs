//! The rows of all cards.

use std::collections::BTreeMap;

use chrono::{DateTime, Days as Span, Months, Utc};
use db::vault::{Keyring, OrgKeys, Place};

use crate::{
    dice::Dice,
    ids::Ids,
    model::{Days, Parent, Person, Pupil, School},
    numbers,
    rows::Rows,
};

/// Of 100 people so many gave the consent that everything stands on.
const CONSENTING: u32 = 95;

/// The rows, and the number of the personal file of each pupil, empty where it is missing.
pub(super) fn rows(
    ids: &mut Ids,
    (dice, seed): (&mut Dice, u64),
    school: &School,
    days: &Days,
    moment: DateTime<Utc>,
    keys: &Keyring,
) -> anyhow::Result<(Vec<Rows>, Vec<String>)> {
    let mut of_family: BTreeMap<usize, Vec<&Parent>> = BTreeMap::new();
    for it in &school.parents {
        of_family.entry(it.family).or_default().push(it);
    }
    let mut consents = Consents::new(ids, school.site.org, days);
    let mut restricted = Restricted::new(keys, school.site.org, moment)?;
    for it in &school.workers {
        consents.give(dice, it.person.id, None, "processing", 100);
        staff_numbers(dice, &mut restricted, &it.person)?;
    }
    for it in &school.parents {
        consents.give(dice, it.person.id, None, "processing", CONSENTING);
    }
    for it in &school.pupils {
        let signer = of_family
            .get(&it.family)
            .and_then(|it| it.first())
            .map(|it| (it.person.id, it.kind));
        pupil_papers(dice, &mut consents, &mut restricted, it, signer)?;
        family_papers(dice, &mut restricted, it, days)?;
    }
    let mut asked = Dice::new(seed, 0xc17 + school.site.org as u64);
    let dices = (&mut *dice, &mut asked);
    let (pupils, kinship, files) = pupil_rows(dices, school, &of_family, days, moment);
    let rows = vec![
        person_rows(school, moment),
        super::staff::rows(dice, school, days),
        pupils,
        parent_rows(dice, school),
        kinship,
        consents.rows,
        restricted.key,
        restricted.rows,
    ];
    Ok((rows, files))
}

/// Restricted values, sealed as the application would (ADR 0016).
struct Restricted {
    org: i64,
    moment: DateTime<Utc>,
    keys: OrgKeys,
    key: Rows,
    rows: Rows,
}

impl Restricted {
    fn new(ring: &Keyring, org: i64, moment: DateTime<Utc>) -> anyhow::Result<Self> {
        let (keys, master, wrapped) = OrgKeys::first(ring, org.into())?;
        let mut key = Rows::new("kernel.org_key (org_id, key_no, master, wrapped, created_at)");
        key.add(&[&org, &1_i16, &master, &hex(&wrapped), &moment]);
        let rows = Rows::new(
            "people.restricted_field (org_id, person_id, field, sealed, blind, consent_id, law, updated_at)",
        );
        Ok(Self {
            org,
            moment,
            keys,
            key,
            rows,
        })
    }

    /// On the ground of the consent, or else of the law.
    fn add(
        &mut self,
        person: i64,
        field: &'static str,
        value: &str,
        ground: Result<i64, &'static str>,
    ) -> anyhow::Result<()> {
        let place = Place {
            table: "people.restricted_field",
            field,
            person: person.into(),
        };
        let sealed = hex(&self.keys.seal(place, value)?);
        let blind = NUMBERS
            .contains(&field)
            .then(|| hex(&self.keys.blind(field, value)));
        self.rows.add(&[
            &self.org,
            &person,
            &field,
            &sealed,
            &blind,
            &ground.ok(),
            &ground.err(),
            &self.moment,
        ]);
        Ok(())
    }
}

/// The fields that name their bearer and are looked for.
const NUMBERS: [&str; 5] = [
    "snils",
    "inn",
    "passport",
    "birth_certificate",
    "medical_policy",
];

/// Bytes as PostgreSQL reads them.
fn hex(bytes: &[u8]) -> String {
    format!("\\x{}", db::hex(bytes))
}

/// The personal file of who came in the last days is still to be opened.
fn number_is_missing(pupil: &Pupil, days: &Days) -> bool {
    pupil.since > days.calendar.starts_on && (days.current - pupil.since).num_days() < 5
}

fn person_rows(school: &School, moment: DateTime<Utc>) -> Rows {
    let mut rows = person_table();
    let workers = school.workers.iter().map(|it| (&it.person, true));
    let pupils = school.pupils.iter().map(|it| (&it.person, false));
    let parents = school.parents.iter().map(|it| (&it.person, true));
    for (it, has_email) in workers.chain(pupils).chain(parents) {
        person_row(&mut rows, school.site.org, it, has_email, moment);
    }
    rows
}

/// The common part of cards.
pub(crate) fn person_table() -> Rows {
    Rows::new(
        "people.person (org_id, person_id, last_name, first_name, middle_name, gender, born_on, search_key, \
         mobile, email, lives_at, registered_at, created_at, updated_at)",
    )
}

pub(crate) fn person_row(
    rows: &mut Rows,
    org: i64,
    it: &Person,
    has_email: bool,
    moment: DateTime<Utc>,
) {
    let name = &it.name;
    let email = if has_email {
        format!("{}{}@mail.example", kernel::text::latin(name.last()), it.id)
    } else {
        String::new()
    };
    rows.add(&[
        &org,
        &it.id,
        &name.last(),
        &name.first(),
        &name.middle(),
        &if it.male { "male" } else { "female" },
        &it.born,
        &name.search_key(),
        &it.mobile,
        &email,
        &it.address,
        &it.address,
        &moment,
        &moment,
    ]);
}

/// Of 1,000 pupils two per cent are citizens of other states, three nobody's.
fn citizenship(dice: &mut Dice) -> &'static str {
    match dice.below(1000) {
        0..20 => "foreign",
        20..23 => "none",
        _ => "ru",
    }
}

/// What came to be asked later has dice of its own, `asked`.
fn pupil_rows(
    (dice, asked): (&mut Dice, &mut Dice),
    school: &School,
    of_family: &BTreeMap<usize, Vec<&Parent>>,
    days: &Days,
    moment: DateTime<Utc>,
) -> (Rows, Rows, Vec<String>) {
    let org = school.site.org;
    let mut files = Vec::with_capacity(school.pupils.len());
    let mut pupils = Rows::new(
        "people.pupil (org_id, person_id, file_number, shift, foreign_language, family, has_computer, \
         citizenship, taught_at_home)",
    );
    let mut kinship =
        Rows::new("people.kinship (org_id, parent_id, pupil_id, kind, since, created_at)");
    let mut last_of_letter: BTreeMap<char, i64> = BTreeMap::new();
    for it in &school.pupils {
        let letter = it.person.name.last().chars().next().unwrap_or('А');
        let number = last_of_letter
            .entry(letter)
            .or_insert_with(|| dice.between(80, 400));
        *number += 1;
        let parents = of_family.get(&it.family).map_or(&[][..], Vec::as_slice);
        let family = match (parents.len(), parents.first().map(|it| it.kind)) {
            (_, Some("guardian")) => "Под опекой",
            (1, _) => "Неполная",
            _ => "Полная",
        };
        let class = &school.classes[it.class];
        let language = if class.grade > 1 {
            "Английский язык"
        } else {
            ""
        };
        let file = if number_is_missing(it, days) {
            String::new()
        } else {
            format!("{letter}/{number}")
        };
        pupils.add(&[
            &org,
            &it.person.id,
            &file,
            &class.shift,
            &language,
            &family,
            &dice.percent(82),
            &citizenship(asked),
            &asked.percent(1),
        ]);
        files.push(file);
        for parent in parents {
            kinship.add(&[
                &org,
                &parent.person.id,
                &it.person.id,
                &parent.kind,
                &it.person.born,
                &moment,
            ]);
        }
    }
    (pupils, kinship, files)
}

fn parent_rows(dice: &mut Dice, school: &School) -> Rows {
    const WORK: [(&str, &str); 10] = [
        ("Районная больница", "Медицинская сестра"),
        ("Администрация района", "Специалист"),
        ("ООО «Кубань-Вино»", "Технолог"),
        ("РЖД", "Машинист"),
        ("Консервный завод", "Мастер смены"),
        ("Санаторий «Черноморье»", "Администратор"),
        ("Индивидуальный предприниматель", ""),
        ("Торговая сеть", "Продавец"),
        ("Строительная компания", "Прораб"),
        ("Не работает", ""),
    ];
    let mut rows = Rows::new("people.parent (org_id, person_id, education, workplace, job)");
    for it in &school.parents {
        let education = dice.pick(&["Высшее", "Среднее профессиональное", "Среднее"]);
        let (workplace, job) = dice.pick(&WORK);
        rows.add(&[
            &school.site.org,
            &it.person.id,
            &education,
            &workplace,
            &job,
        ]);
    }
    rows
}

struct Consents<'a> {
    ids: &'a mut Ids,
    org: i64,
    days: &'a Days,
    number: u32,
    rows: Rows,
}

impl<'a> Consents<'a> {
    const fn new(ids: &'a mut Ids, org: i64, days: &'a Days) -> Self {
        let rows = Rows::new(
            "people.consent (org_id, consent_id, subject_id, given_by, given_as, kind, document, signed_on, \
             withdrawn_on, settled_on, settled_note)",
        );
        Self {
            ids,
            org,
            days,
            number: 0,
            rows,
        }
    }

    /// The consent if it is in force; of those who have none, some took it back.
    fn give(
        &mut self,
        dice: &mut Dice,
        subject: i64,
        by: Option<(i64, &'static str)>,
        kind: &str,
        percent: u32,
    ) -> Option<i64> {
        let in_force = dice.percent(percent);
        let withdrawn = !in_force && dice.percent(30);
        if !in_force && !withdrawn {
            return None;
        }
        let id = self.ids.next("people.consent");
        self.number += 1;
        let signed = self.days.calendar.starts_on - Span::new(dice.below(400) as u64 + 1);
        let document = format!("Согласие № {}", self.number);
        // Of some that were taken back lately the office still has to do its part.
        let is_recent = self.number.is_multiple_of(8);
        let (taken_back, settled_after) = if is_recent {
            (self.days.current - Span::new(12), None)
        } else {
            (self.days.calendar.starts_on - Span::new(3), Some(9))
        };
        let withdrawn_on = withdrawn.then(|| signed.max(taken_back));
        let settled_on = withdrawn_on
            .zip(settled_after)
            .map(|(day, after)| day + Span::new(after));
        let note = settled_on.map_or_else(String::new, |_| format!("Акт № {}", self.number));
        let (by, given_as) = by.unzip();
        self.rows.add(&[
            &self.org,
            &id,
            &subject,
            &by,
            &given_as.unwrap_or("self"),
            &kind,
            &document,
            &signed,
            &withdrawn_on,
            &settled_on,
            &note,
        ]);
        in_force.then_some(id)
    }
}

/// What the labour code lets a school keep of its staff.
fn staff_numbers(dice: &mut Dice, rows: &mut Restricted, it: &Person) -> anyhow::Result<()> {
    let passport = format!("03{}", dice.digits(8));
    for (field, value) in [
        ("snils", numbers::snils(dice)),
        ("inn", numbers::inn_person(dice)),
        ("passport", passport),
    ] {
        rows.add(it.id, field, &value, Err("tk-65"))?;
    }
    Ok(())
}

/// What makes a personal file whole (S3:5.5); of a few pupils the office still
/// waits for it.
fn family_papers(
    dice: &mut Dice,
    restricted: &mut Restricted,
    pupil: &Pupil,
    days: &Days,
) -> anyhow::Result<()> {
    let id = pupil.person.id;
    if dice.percent(98) {
        let status = dice.pick(&[
            "Полная семья",
            "Полная семья",
            "Полная семья",
            "Неполная семья",
            "Многодетная семья",
        ]);
        // A few, so that forms of statistics have somebody to count.
        let status = match id % 97 {
            7 => "Ребёнок-инвалид",
            11 => "Семья беженцев",
            _ => status,
        };
        restricted.add(id, "social_status", status, Err(ADMISSION))?;
    }
    let is_grown = pupil.person.born + Months::new(14 * 12) <= days.current;
    if is_grown && dice.percent(97) {
        let passport = format!("03{:02}{}", dice.between(10, 26), dice.digits(6));
        restricted.add(id, "passport", &passport, Err(ADMISSION))?;
    }
    Ok(())
}

/// The law on which papers of admission are kept.
const ADMISSION: &str = "admission-458";

/// The consents of a pupil, and the restricted fields that they allow.
fn pupil_papers(
    dice: &mut Dice,
    consents: &mut Consents<'_>,
    restricted: &mut Restricted,
    pupil: &Pupil,
    signer: Option<(i64, &'static str)>,
) -> anyhow::Result<()> {
    let id = pupil.person.id;
    let processing = consents.give(dice, id, signer, "processing", CONSENTING);
    let special = consents.give(dice, id, signer, "special", 70);
    consents.give(dice, id, signer, "photo", 85);
    consents.give(dice, id, signer, "notices", 80);
    consents.give(dice, id, signer, "transfer", 90);
    let certificate = format!(
        "{}АГ{}",
        dice.pick(&["I", "II", "III", "IV"]),
        dice.digits(6)
    );
    restricted.add(id, "birth_certificate", &certificate, Err(ADMISSION))?;
    if let Some(consent) = processing {
        for (field, value) in [
            ("snils", numbers::snils(dice)),
            ("medical_policy", numbers::policy(dice)),
        ] {
            restricted.add(id, field, &value, Ok(consent))?;
        }
    }
    if let Some(consent) = special {
        let group = dice.pick(&["I", "II", "II", "III"]);
        let sport = if group == "III" {
            "Подготовительная"
        } else {
            "Основная"
        };
        for (field, value) in [("health_group", group), ("pe_group", sport)] {
            restricted.add(id, field, value, Ok(consent))?;
        }
    }
    Ok(())
}
