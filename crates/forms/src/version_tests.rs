use super::*;

/// RPT-3: every file of a form is read, typed and holds together: cells that
/// are needed exist, none needs itself, checks look at cells that are there.
#[test]
fn every_file_holds_together() {
    for (name, text) in FILES {
        let version = Version::read(text);
        assert!(version.is_ok(), "{name}: {}", version.unwrap_err());
    }
    assert_eq!(versions().len(), FILES.len());
    let codes: BTreeSet<&str> = versions().iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        codes,
        BTreeSet::from(["oo-1", "oo-2", "osh-1", "osh-5", "osh-9"])
    );
}

/// RPT-3: what is from memory says so, and what took the place of a form exists.
#[test]
fn doubts_and_successors_are_told() {
    for version in versions() {
        let next = version.replaced_by.as_deref();
        assert!(
            next.is_none_or(|it| version_of(it, 2026).is_some()),
            "{}",
            version.code
        );
        assert_eq!(version.required, next.is_none(), "{}", version.code);
        for section in &version.sections {
            let doubtful = section.rows.iter().chain(&section.cols).any(|it| it.verify);
            let told = section.provenance == Provenance::Verify;
            assert!(
                doubtful || told || section.provenance == Provenance::Seen,
                "{} {}",
                version.code,
                section.code
            );
        }
    }
}

#[test]
fn a_version_holds_from_its_day_on() {
    assert_eq!(
        version_of("oo-1", 2026).map(|it| it.short.as_str()),
        Some("ОО-1")
    );
    assert!(version_of("oo-1", 2019).is_none());
    assert!(version_of("oo-2", 2023).is_none());
    // Of the last day of the year, handed in next spring.
    let base = version_of("oo-2", 2026).unwrap();
    assert_eq!(base.day_of(2026), "2026-12-31".parse().ok());
    assert_eq!(base.due_of(2026), "2027-04-20".parse().ok());
    let version = version_of("oo-1", 2026).unwrap();
    assert_eq!(version.day_of(2026), "2026-09-20".parse().ok());
    assert_eq!(version.due_of(2026), "2026-10-15".parse().ok());
}

const HEAD: &str = r#"
code = "x"
short = "X"
title = "X"
act = "X"
provenance = "ours"
effective_from = "2020-01-01"
day = "09-20"
due = "10-15"
"#;

fn read(section: &str) -> Result<Version, String> {
    Version::read(&format!("{HEAD}{section}"))
}

/// The checker finds what no parser of one formula can.
#[test]
fn a_version_that_does_not_hold_together_is_refused() {
    let section = |rows: &str| {
        format!(
            "[[section]]\ncode = \"1\"\ntitle = \"T\"\nprovenance = \"ours\"\nof = \"pupils\"\n\
             cols = [{{ code = \"3\", title = \"C\" }}]\nrows = [{rows}]\n"
        )
    };
    let row = |code: &str, more: &str| format!("{{ code = \"{code}\", title = \"R\"{more} }},");
    assert!(read(&section(&row("01", ""))).is_ok());
    for rows in [
        // Itself, and in a circle.
        row("01", ", formula = \"row(01)\""),
        row("01", ", formula = \"row(02)\"") + &row("02", ", formula = \"row(01)\""),
        // Not there, twice there, counted and summed at once.
        row("01", ", formula = \"row(09)\""),
        row("01", "") + &row("01", ""),
        row("01", ", formula = \"row(02) + count pupils\"") + &row("02", ""),
        row("01", ", where = \"post has 'x'\""),
        row("01", ", of = \"people\""),
    ] {
        assert!(read(&section(&rows)).is_err(), "{rows}");
    }
    let check = |rule: &str| {
        let check = format!("[[check]]\nsection = \"1\"\ntext = \"T\"\nrule = \"{rule}\"\n");
        read(&(section(&row("01", "")) + &check))
    };
    assert!(check("cell(01, 3) >= 0").is_ok());
    assert!(check("cell(01, 4) >= 0").is_err());
    assert!(check("cell(01, 3)").is_err());
    assert!(check("1 = 1").is_err());
    assert!(check("cell(01, 3) = count pupils").is_err());
}

/// Terms stand for conditions, also for those that name other terms.
#[test]
fn terms_are_written_out() {
    let file = |cond: &str| {
        format!(
            "{HEAD}[terms]\nold = \"age >= 11\"\ngirl = \"gender = female and {{old}}\"\n[[section]]\n\
             code = \"1\"\ntitle = \"T\"\nprovenance = \"ours\"\nof = \"pupils\"\n\
             cols = [{{ code = \"3\", title = \"C\" }}]\nrows = [{{ code = \"01\", title = \"R\", where = \"{cond}\" }}]\n"
        )
    };
    let version = Version::read(&file("not {girl}")).unwrap();
    let Some(Content::Formula(formula)) = version.content(&Place::new("1", "01", "3")) else {
        panic!("a formula");
    };
    let girl = crate::fact::Fact::new("", "")
        .number(crate::fact::Field::Age, 12)
        .code(crate::fact::Field::Gender, "female");
    assert!(!formula.counts()[0].1.holds(&girl));
    assert!(
        Version::read(&file("{boy}")).is_err(),
        "nobody said what it means"
    );
}
