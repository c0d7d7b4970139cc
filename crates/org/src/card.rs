//! The card of an organisation with every field of S2 annex 1 (ORG-2).

use chrono::NaiveDate;
use kernel::checked::{Email, InnOrg, Kpp, Ogrn, Okato, Okogu, Okpo};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::fields::{FieldFault, Reader, Typed};

/// The card as it is kept. Numbers with a check are bare digits or empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub full_name: String,
    pub name: String,
    /// IANA zone in which the organisation's days begin and end.
    pub zone: String,
    pub org_type: String,
    pub legal_form: String,
    pub number: String,
    pub governing_body: String,
    pub locality_kind: Locality,
    pub director: String,
    pub deputy_teaching: String,
    pub deputy_facilities: String,
    pub deputy_it: String,
    pub locality: String,
    pub legal_address: String,
    pub phones: String,
    pub email: String,
    pub website: String,
    pub inn: String,
    pub kpp: String,
    pub ogrn: String,
    pub okpo: String,
    pub okato: String,
    pub okogu: String,
    pub charter: String,
    pub licence_number: String,
    pub licence_on: Option<NaiveDate>,
    pub accreditation: String,
    pub accreditation_until: Option<NaiveDate>,
    pub video_surveillance: bool,
    pub online_computers: i32,
    pub content_filter: String,
    pub internet_mbit: Option<Decimal>,
}

/// Городская или сельская местность.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locality {
    Urban,
    Rural,
}

impl Locality {
    /// The name in the database and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Urban => "urban",
            Self::Rural => "rural",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "urban" => Some(Self::Urban),
            "rural" => Some(Self::Rural),
            _ => None,
        }
    }
}

/// How a field is entered and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    Line,
    Area,
    Date,
    Flag,
    Number,
    Locality,
    Zone,
}

/// The sections of the card with their fields, in the order of annex 1. The
/// word of a field is `org.card.<name>`, that of a section `org.card.section.<name>`.
pub(crate) const SECTIONS: [(&str, &[(&str, Entry)]); 5] = [
    (
        "general",
        &[
            ("full_name", Entry::Area),
            ("name", Entry::Line),
            ("org_type", Entry::Line),
            ("legal_form", Entry::Line),
            ("number", Entry::Line),
            ("governing_body", Entry::Line),
            ("locality_kind", Entry::Locality),
            ("zone", Entry::Zone),
        ],
    ),
    (
        "heads",
        &[
            ("director", Entry::Line),
            ("deputy_teaching", Entry::Line),
            ("deputy_facilities", Entry::Line),
            ("deputy_it", Entry::Line),
        ],
    ),
    (
        "contacts",
        &[
            ("locality", Entry::Line),
            ("legal_address", Entry::Area),
            ("phones", Entry::Line),
            ("email", Entry::Line),
            ("website", Entry::Line),
        ],
    ),
    (
        "codes",
        &[
            ("inn", Entry::Line),
            ("kpp", Entry::Line),
            ("ogrn", Entry::Line),
            ("okpo", Entry::Line),
            ("okato", Entry::Line),
            ("okogu", Entry::Line),
            ("charter", Entry::Area),
            ("licence_number", Entry::Line),
            ("licence_on", Entry::Date),
            ("accreditation", Entry::Line),
            ("accreditation_until", Entry::Date),
        ],
    ),
    (
        "equipment",
        &[
            ("video_surveillance", Entry::Flag),
            ("online_computers", Entry::Number),
            ("content_filter", Entry::Line),
            ("internet_mbit", Entry::Number),
        ],
    ),
];

/// The sections that families see (§10): who the school is, who leads it and
/// how to reach it.
pub(crate) const PUBLIC: [&str; 3] = ["general", "heads", "contacts"];

const SHORT: usize = 200;
const LONG: usize = 1000;

impl Card {
    /// Reads a form. All faults are named at once.
    pub(crate) fn read(typed: &Typed, today: NaiveDate) -> Result<Self, Vec<FieldFault>> {
        let mut it = Reader::new(typed, today);
        let card = Self {
            full_name: it.needed("full_name", LONG),
            name: it.needed("name", SHORT),
            zone: it.needed("zone", SHORT),
            org_type: it.text("org_type", SHORT),
            legal_form: it.text("legal_form", SHORT),
            number: it.text("number", SHORT),
            governing_body: it.text("governing_body", SHORT),
            locality_kind: it.choice("locality_kind", Locality::from_code, Locality::Urban),
            director: it.text("director", SHORT),
            deputy_teaching: it.text("deputy_teaching", SHORT),
            deputy_facilities: it.text("deputy_facilities", SHORT),
            deputy_it: it.text("deputy_it", SHORT),
            locality: it.text("locality", SHORT),
            legal_address: it.text("legal_address", LONG),
            phones: it.text("phones", SHORT),
            email: it.checked("email", Email::parse, |it| it.show().to_owned()),
            website: it.text("website", SHORT),
            inn: it.checked("inn", InnOrg::parse, |it| it.digits().to_owned()),
            kpp: it.checked("kpp", Kpp::parse, |it| it.show().to_owned()),
            ogrn: it.checked("ogrn", Ogrn::parse, |it| it.digits().to_owned()),
            okpo: it.checked("okpo", Okpo::parse, |it| it.digits().to_owned()),
            okato: it.checked("okato", Okato::parse, |it| it.digits().to_owned()),
            okogu: it.checked("okogu", Okogu::parse, |it| it.digits().to_owned()),
            charter: it.text("charter", LONG),
            licence_number: it.text("licence_number", SHORT),
            licence_on: it.date("licence_on"),
            accreditation: it.text("accreditation", SHORT),
            accreditation_until: it.date("accreditation_until"),
            video_surveillance: it.flag("video_surveillance"),
            online_computers: it.whole("online_computers", 0, 100_000).unwrap_or(0),
            content_filter: it.text("content_filter", SHORT),
            internet_mbit: it.number("internet_mbit", Decimal::ZERO, Decimal::from(100_000)),
        };
        if !card.zone.is_empty() && card.zone.parse::<chrono_tz::Tz>().is_err() {
            it.fault("zone", "choice");
        }
        it.finish(card)
    }

    /// The fields by name as a form shows them; numbers in their groups.
    pub(crate) fn typed(&self) -> Typed {
        let json = serde_json::to_value(self).unwrap_or_default();
        let mut typed: Typed = SECTIONS
            .iter()
            .flat_map(|it| it.1)
            .map(|(name, entry)| ((*name).to_owned(), entered(&json[*name], *entry)))
            .collect();
        if !self.okato.is_empty() {
            typed.insert(
                "okato".to_owned(),
                Okato::from_stored(self.okato.clone()).show(),
            );
        }
        typed
    }

    /// How much of the card is filled, in per cent. What can only be yes or
    /// no, or one of two, is always filled.
    pub fn completeness(&self) -> u8 {
        let typed = self.typed();
        let fields = || SECTIONS.iter().flat_map(|it| it.1);
        let is_filled = |name: &str| {
            typed
                .get(name)
                .is_some_and(|it| !it.is_empty() && it != "0")
        };
        let filled = fields()
            .filter(|(name, entry)| *entry == Entry::Flag || is_filled(name))
            .count();
        u8::try_from(filled * 100 / fields().count()).unwrap_or(100)
    }
}

/// A stored value as a form shows it.
pub(crate) fn entered(value: &serde_json::Value, entry: Entry) -> String {
    match value {
        serde_json::Value::String(text) if entry == Entry::Date => text
            .parse()
            .map_or_else(|_| text.clone(), kernel::dates::show_date),
        serde_json::Value::String(text) if entry == Entry::Number => text.replace('.', ","),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(flag) => if *flag { "1" } else { "" }.to_owned(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A field that two people changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clash {
    pub field: String,
    pub yours: String,
    pub now: String,
}

/// What differs between a form and the card as it is now.
pub(crate) fn clashes(yours: &Typed, now: &Typed) -> Vec<Clash> {
    SECTIONS
        .iter()
        .flat_map(|it| it.1)
        .map(|(name, _)| *name)
        .filter_map(|field| {
            let [yours, now] = [yours, now].map(|it| it.get(field).cloned().unwrap_or_default());
            let same = yours.trim() == now.trim();
            (!same).then(|| Clash {
                field: field.to_owned(),
                yours,
                now,
            })
        })
        .collect()
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
