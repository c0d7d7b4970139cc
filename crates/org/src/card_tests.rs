use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn least() -> Typed {
    [
        ("full_name", "Гимназия № 7"),
        ("name", "Гимназия"),
        ("zone", "Europe/Moscow"),
        ("locality_kind", "rural"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn with(field: &str, value: &str) -> Typed {
    let mut typed = least();
    typed.insert(field.to_owned(), value.to_owned());
    typed
}

fn fault(field: &str, value: &str) -> Option<&'static str> {
    match Card::read(&with(field, value), today()) {
        Ok(_) => None,
        Err(faults) => {
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert_eq!(faults[0].field, field);
            Some(faults[0].code)
        }
    }
}

#[test]
fn numbers_pass_by_their_control_digits() {
    assert_eq!(fault("inn", "7707083893"), None);
    assert_eq!(fault("inn", "7707083894"), Some("checked.inn-org.checksum"));
    assert_eq!(fault("inn", "770708389"), Some("checked.inn-org.shape"));
    assert_eq!(fault("ogrn", "1027700132195"), None);
    assert_eq!(
        fault("ogrn", "1027700132194"),
        Some("checked.ogrn.checksum")
    );
    assert_eq!(fault("okpo", "00032537"), None);
    assert_eq!(fault("okpo", "00032538"), Some("checked.okpo.checksum"));
    assert_eq!(fault("kpp", "7736010"), Some("checked.kpp.shape"));
    assert_eq!(fault("kpp", "773601001"), None);
    assert_eq!(fault("okato", "03 401 364 000"), None);
    assert_eq!(fault("okato", "1"), Some("checked.okato.shape"));
    assert_eq!(fault("okogu", "123"), Some("checked.okogu.shape"));
}

#[test]
fn every_other_field_names_its_fault_too() {
    assert_eq!(fault("name", " "), Some("required"));
    assert_eq!(fault("zone", "Mars/Olympus"), Some("choice"));
    assert_eq!(fault("licence_on", "31.02.2020"), Some("date"));
    assert_eq!(fault("online_computers", "-1"), Some("range"));
    assert_eq!(fault("online_computers", "много"), Some("number"));
    assert_eq!(fault("internet_mbit", "12,5"), None);
    assert_eq!(fault("email", "никуда"), Some("checked.email.shape"));
    assert_eq!(fault("locality_kind", "moon"), Some("choice"));
    assert_eq!(fault("director", &"я".repeat(201)), Some("too_long"));
}

#[test]
fn what_was_read_is_shown_as_it_was_typed() {
    let mut typed = least();
    for (name, value) in [
        ("inn", "77 0708 3893"),
        ("okato", "03401364000"),
        ("licence_on", "01.09.2020"),
        ("internet_mbit", "12,50"),
        ("video_surveillance", "1"),
        ("online_computers", "40"),
    ] {
        typed.insert(name.to_owned(), value.to_owned());
    }
    let card = Card::read(&typed, today()).unwrap();
    let shown = card.typed();
    assert_eq!(shown["inn"], "7707083893");
    assert_eq!(shown["okato"], "03 401 364 000");
    assert_eq!(shown["licence_on"], "01.09.2020");
    assert_eq!(shown["internet_mbit"], "12,50");
    assert_eq!(Card::read(&shown, today()).unwrap(), card);
}

#[test]
fn completeness_grows_with_every_field() {
    let empty = Card::read(&least(), today()).unwrap().completeness();
    let more = Card::read(&with("director", "Иванова О. П."), today())
        .unwrap()
        .completeness();
    assert!(empty < more && more < 100);
}

#[test]
fn a_clash_names_both_values() {
    let [yours, now] = [with("phones", "1"), with("phones", "2")];
    let clash = Clash {
        field: "phones".to_owned(),
        yours: "1".to_owned(),
        now: "2".to_owned(),
    };
    assert_eq!(clashes(&yours, &now), [clash]);
    assert!(clashes(&yours, &yours).is_empty());
}
