//! DLN-5: what is in force where; and every rule from owed to done.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use deadlines::{Error, NO_DUTY, Typed, When};
use kernel::{Actor, Role, workdays::Workdays};
use testkit::{
    actor, assert_history_replays,
    world::{OTHER_SCHOOL, SCHOOL},
};

use crate::support::{DEPUTY, MUNICIPALITY, REGION, School, fact, teacher};

/// Every duty that some rule looks at.
fn duties() -> &'static [&'static str] {
    let all: BTreeSet<&str> = deadlines::rules()
        .iter()
        .map(|it| it.duty.as_str())
        .collect();
    let all: Vec<&'static str> = all.into_iter().filter(|it| *it != NO_DUTY).collect();
    Vec::leak(all)
}

/// DLN-1: for every rule whose facts some domain knows: owed, overdue, done.
#[tokio::test]
async fn every_rule_goes_from_owed_to_done() {
    let school = School::new(duties()).await;
    // The daily variants are off until a school turns them on.
    school
        .world
        .sql(&format!(
            "insert into deadlines.rule (org_id, rule, since, terms)
             select {SCHOOL}, id, '2026-08-01', '{{\"on\": true}}' from unnest(array['A-5.5', 'E-5.3', 'M-4.4']) id"
        ))
        .await;
    let mut calendar = deadlines::Calendar::new(Workdays::new(kernel::workdays::Workweek::Five));
    calendar.grades = Some((1, 7));
    let mut seen = 0;
    let rules = deadlines::rules().iter();
    for rule in rules.filter(|it| it.is_counted()) {
        let yearly = matches!(
            rule.terms.when,
            When::FixedDate { .. } | When::Window { .. }
        );
        let on = if yearly { "2026-09-01" } else { "2026-10-12" };
        let due = rule.terms.when.due(on.parse().unwrap(), None, &calendar);
        let due = due.unwrap_or_else(|| panic!("{} has no day", rule.id));
        let key = format!("case/{}", rule.id);
        school
            .facts
            .owe([fact(rule.duty.as_str(), &key, on, teacher())]);
        let states = async |day: NaiveDate| {
            school.look_on(&day.to_string()).await;
            let all = school.debts().await;
            let own = format!("{} {key} ", rule.id);
            all.into_iter()
                .find_map(|it| it.strip_prefix(&own).map(str::to_owned))
        };
        assert_eq!(
            states(due).await,
            Some(due.to_string()),
            "{}: owed",
            rule.id
        );
        let late = Some(format!("{due} late"));
        assert_eq!(
            states(due + Days::new(1)).await,
            late,
            "{}: overdue",
            rule.id
        );
        school.facts.done(&key);
        let done = Some(format!("{due} late done"));
        assert_eq!(states(due + Days::new(2)).await, done, "{}: done", rule.id);
        seen += 1;
    }
    assert_eq!(seen, 42, "rules with facts");
}

fn deputy() -> Actor {
    actor(SCHOOL, DEPUTY, Role::Deputy)
}

fn region() -> Actor {
    actor(REGION, 1, Role::RegionAdmin)
}

/// Sends the form of a rule with these fields changed.
async fn change(
    school: &School,
    who: &Actor,
    rule: &str,
    changes: &[(&str, &str)],
) -> Result<(), Error> {
    let page = school.deadlines.rule_page(who, rule, None).await?;
    let mut form: Typed = page.form;
    for (name, value) in changes {
        form.insert((*name).to_owned(), (*value).to_owned());
    }
    school
        .deadlines
        .change_rule(who, rule, &form, page.version)
        .await
}

#[tokio::test]
async fn a_school_decides_within_the_limits_of_its_region() {
    let school = School::new(&["journal.lesson"]).await;
    school.go_to("2026-09-10");
    let refused = change(&school, &deputy(), "R-8.4", &[("n", "21")]).await;
    let Err(Error::Fields(faults)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (faults[0].field, faults[0].code),
        ("n", "later-not-allowed")
    );

    change(
        &school,
        &region(),
        "R-8.4",
        &[("n", "10"), ("allow_later", "1")],
    )
    .await
    .unwrap();
    let page = school
        .deadlines
        .rule_page(&deputy(), "R-8.4", None)
        .await
        .unwrap();
    assert_eq!(page.form["n"], "10");
    assert_eq!(page.row.changed_above.as_deref(), Some("Край"));
    assert!(page.above.bound.later);

    change(
        &school,
        &deputy(),
        "R-8.4",
        &[("n", "21"), ("since", "01.10.2026")],
    )
    .await
    .unwrap();
    let on = |day: &str| Some(day.parse().unwrap());
    for (day, n) in [("2026-09-01", 14), ("2026-09-30", 10), ("2026-10-01", 21)] {
        let page = school
            .deadlines
            .rule_page(&deputy(), "R-8.4", on(day))
            .await
            .unwrap();
        let (_, there) = page.on_day.unwrap();
        assert!(
            matches!(there.terms.when, When::Every { n: it, .. } if it == n),
            "{day}: {there:?}"
        );
    }
    // The other school has the region's.
    let other = actor(OTHER_SCHOOL, 1, Role::Deputy);
    let page = school
        .deadlines
        .rule_page(&other, "R-8.4", on("2026-12-01"))
        .await
        .unwrap();
    assert!(matches!(
        page.on_day.unwrap().1.terms.when,
        When::Every { n: 10, .. }
    ));
    assert_eq!(
        assert_history_replays(&school.world.test, "deadlines.rule").await,
        2
    );
}

#[tokio::test]
async fn a_decision_is_withdrawn_and_the_history_keeps_it() {
    let school = School::new(&["journal.lesson"]).await;
    school.go_to("2026-09-10");
    change(&school, &deputy(), "R-8.4", &[("n", "7")])
        .await
        .unwrap();
    school.go_to("2026-09-20");
    let page = school
        .deadlines
        .rule_page(&deputy(), "R-8.4", None)
        .await
        .unwrap();
    assert!(page.row.changed_here);
    school
        .deadlines
        .withdraw_rule(&deputy(), "R-8.4", page.version)
        .await
        .unwrap();
    let page = school
        .deadlines
        .rule_page(&deputy(), "R-8.4", None)
        .await
        .unwrap();
    assert!(!page.row.changed_here);
    let history: Vec<_> = page
        .history
        .iter()
        .map(|it| (it.since.to_string(), it.withdrawn))
        .collect();
    assert_eq!(
        history,
        [
            ("2026-09-20".to_owned(), true),
            ("2026-09-10".to_owned(), false)
        ]
    );
    let stale = school.deadlines.withdraw_rule(&deputy(), "R-8.4", 1).await;
    assert!(matches!(stale, Err(Error::ChangedMeanwhile)));
}

/// The day of a debt follows the rule from the day the rule changes.
#[tokio::test]
async fn a_changed_rule_moves_what_is_owed() {
    let school = School::new(&["journal.lesson"]).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.look_on("2026-09-11").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24"]);
    change(&school, &deputy(), "R-8.4", &[("n", "7")])
        .await
        .unwrap();
    school.deadlines.fresh(SCHOOL.into()).await.unwrap();
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-17"]);
}

/// Days off of the region, and a week of six days, move what is due.
#[tokio::test]
async fn days_off_of_the_region_count_in_its_schools() {
    let school = School::new(&["people.pupil-file"]).await;
    school
        .facts
        .owe([fact("people.pupil-file", "file/1", "2026-09-10", teacher())]);
    school.look_on("2026-09-10").await;
    assert_eq!(school.debts().await, ["R-5.4-STU file/1 2026-09-14"]);
    school
        .world
        .sql(&format!(
            "insert into deadlines.day (org_id, day, works, name) values
                 ({REGION}, '2026-09-14', false, 'Радоница'), ({MUNICIPALITY}, '2026-09-15', false, 'День района')"
        ))
        .await;
    school.look().await;
    assert_eq!(school.debts().await, ["R-5.4-STU file/1 2026-09-16"]);
    school
        .world
        .sql(&format!(
            "insert into deadlines.week (org_id, days) values ({SCHOOL}, 6)"
        ))
        .await;
    school.look().await;
    assert_eq!(
        school.debts().await,
        ["R-5.4-STU file/1 2026-09-12"],
        "Friday and Saturday"
    );
}

#[tokio::test]
async fn teachers_read_and_do_not_decide() {
    let school = School::new(&["journal.lesson"]).await;
    let teacher = actor(SCHOOL, 21, Role::Teacher);
    let page = school.deadlines.rules(&teacher).await.unwrap();
    assert_eq!((page.rows.len(), page.may_edit), (76, false));
    let refused = school
        .deadlines
        .change_rule(&teacher, "R-8.4", &Typed::new(), 0)
        .await;
    assert!(matches!(refused, Err(Error::Denied(_))));
    let parent = actor(SCHOOL, 90, Role::Parent);
    assert!(matches!(
        school.deadlines.rules(&parent).await,
        Err(Error::Denied(_))
    ));
    let nothing = school.deadlines.rule_page(&deputy(), "R-99", None).await;
    assert!(matches!(nothing, Err(Error::NoSuchRule)));
}

fn act(year: &str, moves: &str) -> Typed {
    let fields = [
        ("year", year),
        ("paper", "Постановление № 1000"),
        ("moves", moves),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// DLN-2: the region enters the act of a coming year once, and every school
/// counts by it.
#[tokio::test]
async fn an_act_that_the_region_enters_counts_in_its_schools() {
    let school = School::new(&["people.pupil-file"]).await;
    school.go_to("2027-12-20");
    let preliminary = async || {
        let page = school.deadlines.days(&deputy()).await.unwrap();
        let year = page.years.iter().find(|it| it.year == 2028).unwrap();
        (year.preliminary, year.working_days)
    };
    let (open, before) = preliminary().await;
    assert!(open);
    // 1 and 8 January 2028 are Saturdays.
    let typed = act("2028", "01.01 – 04.05\n08.01 – 05.05");
    let refused = school.deadlines.enter_act(&deputy(), &typed).await;
    assert!(matches!(refused, Err(Error::EnteredAbove)), "{refused:?}");
    school.deadlines.enter_act(&region(), &typed).await.unwrap();
    assert_eq!(preliminary().await, (false, before - 2));

    school
        .facts
        .owe([fact("people.pupil-file", "file/1", "2028-05-03", teacher())]);
    school.look_on("2028-05-03").await;
    assert_eq!(
        school.debts().await,
        ["R-5.4-STU file/1 2028-05-10"],
        "4 and 5 May are off by the act, 9 May by the law"
    );
    let page = school.deadlines.days(&deputy()).await.unwrap();
    assert_eq!(
        (page.acts.len(), page.acts[0].own, page.enters_acts),
        (1, false, false)
    );
    assert_eq!(page.acts[0].by, "Край");

    let wrong = school
        .deadlines
        .enter_act(&region(), &act("2028", "03.01 – 04.05"))
        .await;
    let Err(Error::Fields(faults)) = wrong else {
        panic!("{wrong:?}");
    };
    assert_eq!((faults[0].field, faults[0].code), ("moves", "moves-from"));
    school
        .deadlines
        .remove_act(&region(), &act("2028", ""))
        .await
        .unwrap();
    assert_eq!(preliminary().await, (true, before));
    assert!(assert_history_replays(&school.world.test, "deadlines.act").await > 0);
}

/// How far a day is shifted by hand is a term of the rule; more than above
/// only where the limits allow it.
#[tokio::test]
async fn grace_and_shift_are_terms_of_the_rule() {
    let school = School::new(&["curriculum.plan"]).await;
    school.go_to("2026-09-10");
    for field in ["grace", "shift"] {
        let refused = change(&school, &deputy(), "R-6.6", &[(field, "40")]).await;
        let Err(Error::Fields(faults)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(faults[0].field, field);
    }
    change(
        &school,
        &deputy(),
        "R-6.6",
        &[("grace", "3"), ("shift", "10")],
    )
    .await
    .unwrap();
    let page = school
        .deadlines
        .rule_page(&deputy(), "R-6.6", None)
        .await
        .unwrap();
    assert_eq!(
        (page.form["grace"].as_str(), page.form["shift"].as_str()),
        ("3", "10")
    );
    school.facts.owe([fact(
        "curriculum.plan",
        "2026/load/1",
        "2026-09-01",
        teacher(),
    )]);
    school.look().await;
    let debt = school
        .world
        .number("select debt_id from deadlines.debt")
        .await;
    let today = "2026-09-10".parse().unwrap();
    let shift = async |to: &str| {
        let about = deadlines::DecideAbout::Debt(debt.into());
        let to = to.parse().unwrap();
        school
            .deadlines
            .shift(&deputy(), &about, to, "Болеет", today)
            .await
    };
    let refused = shift("2026-09-26").await;
    assert!(matches!(refused, Err(Error::ShiftTooFar)), "{refused:?}");
    assert!(shift("2026-09-25").await.is_ok(), "ten days after the 15th");
}

/// S3:10.5: what has no day is watched and never owed, whatever a source tells.
#[tokio::test]
async fn what_is_watched_is_never_owed() {
    let school = School::new(&["reporting.families"]).await;
    let duty = "reporting.families";
    school
        .facts
        .owe([fact(duty, "2026/class/5", "2026-10-12", teacher())]);
    school.look_on("2027-01-20").await;
    assert_eq!(school.debts().await, Vec::<String>::new());
}
