//! The tree of organisations, with their cards and settings.

use chrono::{DateTime, Utc};

use crate::{
    calendar::day,
    dice::Dice,
    ids::Ids,
    model::{School, Site, Size},
    numbers,
    rows::{Batch, Rows},
};

/// A municipality with what its schools need.
pub(crate) struct District {
    code: &'static str,
    name: &'static str,
    full_name: &'static str,
    town: &'static str,
    tax_office: &'static str,
    okato: &'static str,
    phone: &'static str,
    streets: [&'static str; 6],
    villages: [&'static str; 3],
}

impl District {
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }
}

pub(crate) const DISTRICTS: [District; 2] = [
    District {
        code: "krymsk",
        name: "Крымский район",
        full_name: "Управление образования администрации муниципального образования Крымский район",
        town: "г. Крымск",
        tax_office: "2337",
        okato: "03225501000",
        phone: "+78613100000",
        streets: [
            "ул. Синёва",
            "ул. Свердлова",
            "ул. Ленина",
            "ул. Комсомольская",
            "ул. Маршала Гречко",
            "ул. Адагумская",
        ],
        villages: ["ст-ца Варениковская", "ст-ца Нижнебаканская", "с. Киевское"],
    },
    District {
        code: "anapa",
        name: "Город-курорт Анапа",
        full_name: "Управление образования администрации муниципального образования город-курорт Анапа",
        town: "г. Анапа",
        tax_office: "2301",
        okato: "03403000000",
        phone: "+78613300000",
        streets: [
            "ул. Крымская",
            "ул. Астраханская",
            "ул. Самбурова",
            "ул. Терская",
            "ул. Парковая",
            "ул. Шевченко",
        ],
        villages: ["ст-ца Гостагаевская", "ст-ца Благовещенская", "с. Супсех"],
    },
];

/// The organisations of the demo.
pub(crate) struct Region {
    pub(crate) ministry: i64,
    pub(crate) districts: [i64; 2],
    pub(crate) sites: Vec<Site>,
}

pub(crate) const MINISTRY: &str = "Министерство образования";

impl Region {
    pub(crate) fn of(ids: &mut Ids, sizes: &[Size]) -> Self {
        let mut org = || ids.next("org.organisation");
        let ministry = org();
        let districts = [org(), org()];
        let schools = sizes
            .iter()
            .enumerate()
            .map(|(at, size)| site(at, *size, org()));
        Self {
            ministry,
            districts,
            sites: schools.collect(),
        }
    }

    pub(crate) fn rows(&self, moment: DateTime<Utc>) -> Batch {
        let mut tree = Rows::new(
            "org.organisation (org_id, parent_id, kind, code, name, full_name, created_at)",
        );
        let full = "Министерство образования, науки и молодёжной политики Краснодарского края";
        let none: Option<i64> = None;
        tree.add(&[
            &self.ministry,
            &none,
            &"ministry",
            &"kuban",
            &MINISTRY,
            &full,
            &moment,
        ]);
        for (org, it) in self.districts.iter().zip(&DISTRICTS) {
            let parent = Some(self.ministry);
            tree.add(&[
                org,
                &parent,
                &"municipality",
                &it.code,
                &it.name,
                &it.full_name,
                &moment,
            ]);
        }
        for it in &self.sites {
            let parent = Some(self.districts[it.district]);
            tree.add(&[
                &it.org,
                &parent,
                &"school",
                &it.code,
                &it.name,
                &it.full_name,
                &moment,
            ]);
        }
        let mut batch = Batch::new(self.ministry, MINISTRY.to_owned());
        batch.at(moment, None);
        batch.copy([tree]);
        batch.copy(crate::dictionaries::rows(self.ministry));
        batch
    }
}

/// The schools in their order: a gymnasium, two schools of towns, a rural one, and on like that.
fn site(at: usize, size: Size, org: i64) -> Site {
    let known = [
        ("g7", 0, "7"),
        ("s2", 0, "2"),
        ("s5", 1, "5"),
        ("s12r", 1, "12"),
    ];
    let rural = size == Size::Rural;
    let place = if rural && at == 0 { 3 } else { at };
    let (tail, district, number) = known.get(place).map_or_else(
        || {
            (
                format!("s{}{}", place + 16, if rural { "r" } else { "" }),
                place % 2,
                (place + 16).to_string(),
            )
        },
        |(tail, district, number)| ((*tail).to_owned(), *district, (*number).to_owned()),
    );
    let home = &DISTRICTS[district];
    let village = home.villages[place / 4 % 3];
    let locality = if rural { village } else { home.town }.to_owned();
    let gymnasium = tail == "g7";
    let kind = if gymnasium {
        "Гимназия"
    } else {
        "СОШ"
    };
    let long = if gymnasium {
        "гимназия"
    } else {
        "средняя общеобразовательная школа"
    };
    Site {
        org,
        code: format!("{}-{tail}", home.code),
        name: format!("{kind} № {number}"),
        full_name: format!(
            "Муниципальное бюджетное общеобразовательное учреждение {long} № {number} {} муниципального образования {}",
            of_place(&locality),
            home.name,
        ),
        number,
        size,
        district,
        locality,
        street: home.streets[place % 6],
        house: 5 + 7 * (place as i64 % 9),
    }
}

/// «города Крымска», «станицы Гостагаевской», «села Супсех».
fn of_place(locality: &str) -> String {
    let (kind, name) = locality.split_once(' ').unwrap_or(("", locality));
    match kind {
        "г." => format!(
            "города {}",
            if name == "Анапа" {
                "Анапы".to_owned()
            } else {
                format!("{name}а")
            }
        ),
        "ст-ца" => format!("станицы {}ой", name.trim_end_matches("ая")),
        _ => format!("села {name}"),
    }
}

impl Site {
    /// An address near the school.
    pub(crate) fn address(&self, dice: &mut Dice) -> String {
        let home = &DISTRICTS[self.district];
        let street = dice.pick(&home.streets);
        let house = dice.between(1, 140);
        if self.size == Size::Rural || dice.percent(30) {
            return format!("{}, {street}, д. {house}", self.locality);
        }
        format!(
            "{}, {street}, д. {house}, кв. {}",
            self.locality,
            dice.between(1, 120)
        )
    }

    fn email(&self) -> String {
        format!("{}@school.example", self.code)
    }
}

/// The card with every field, and the settings.
pub(crate) fn card(school: &School, dice: &mut Dice, moment: DateTime<Utc>) -> [Rows; 2] {
    let site = &school.site;
    let district = &DISTRICTS[site.district];
    let mut card = Rows::new(
        "org.card (org_id, org_type, legal_form, number, governing_body, locality_kind, director, \
         deputy_teaching, deputy_facilities, deputy_it, locality, legal_address, phones, email, website, \
         inn, kpp, ogrn, okpo, okato, okogu, charter, licence_number, licence_on, accreditation, \
         accreditation_until, video_surveillance, online_computers, content_filter, internet_mbit, updated_at)",
    );
    let of_post = |post: &str| {
        let found = school.workers.iter().find(|it| it.post == post);
        found.map_or_else(String::new, |it| it.person.name.full())
    };
    let rural = site.size == Size::Rural;
    let legal_address = format!(
        "353300, Краснодарский край, {}, {}, д. {}",
        site.locality, site.street, site.house
    );
    let charter = format!(
        "Утверждён постановлением администрации от 15.03.2021 № {}",
        dice.between(100, 900)
    );
    card.add(&[
        &site.org,
        &if site.name.starts_with("Гимназия") {
            "Гимназия"
        } else {
            "Средняя общеобразовательная школа"
        },
        &"Муниципальное бюджетное учреждение",
        &site.number,
        &district.full_name,
        &if rural { "rural" } else { "urban" },
        &of_post("Директор"),
        &of_post("Заместитель директора по УВР"),
        &of_post("Заместитель директора по АХР"),
        &of_post("Заместитель директора по ИКТ"),
        &site.locality,
        &legal_address,
        &district.phone,
        &site.email(),
        &format!("https://{}.school.example", site.code),
        &numbers::inn_org(dice, district.tax_office),
        &format!("{}01001", district.tax_office),
        &numbers::ogrn(dice),
        &numbers::okpo(dice),
        &district.okato,
        &"4210007",
        &charter,
        &format!("Л035-01218-23/0{}", dice.digits(7)),
        &day(2016, 4, 12),
        &format!("0{}, бессрочно", dice.between(1000, 9000)),
        &None::<chrono::NaiveDate>,
        &true,
        &if rural { 24 } else { 136 },
        &"Контентная фильтрация провайдера",
        &if rural { 50 } else { 100 },
        &moment,
    ]);
    let mut settings = Rows::new("org.setting (org_id, key, value, updated_at)");
    settings.add(&[&site.org, &"marks.use_grade_1", &"false", &moment]);
    settings.add(&[&site.org, &"marks.dot_as_two", &"false", &moment]);
    [card, settings]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_declined() {
        assert_eq!(of_place("г. Крымск"), "города Крымска");
        assert_eq!(of_place("г. Анапа"), "города Анапы");
        assert_eq!(of_place("ст-ца Гостагаевская"), "станицы Гостагаевской");
    }

    #[test]
    fn the_first_four_schools_have_their_codes() {
        let sizes = [Size::Large, Size::Large, Size::Large, Size::Rural];
        let codes: Vec<String> = sizes
            .iter()
            .enumerate()
            .map(|(at, size)| site(at, *size, 1).code)
            .collect();
        assert_eq!(codes, ["krymsk-g7", "krymsk-s2", "anapa-s5", "anapa-s12r"]);
        assert_eq!(site(0, Size::Rural, 1).code, "anapa-s12r");
        let many: std::collections::HashSet<String> = (0..40)
            .map(|at| {
                site(
                    at,
                    if at % 4 == 3 {
                        Size::Rural
                    } else {
                        Size::Large
                    },
                    1,
                )
                .code
            })
            .collect();
        assert_eq!(many.len(), 40);
    }
}
