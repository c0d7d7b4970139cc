use proptest::prelude::*;

use super::*;

const ALL: u8 = Reach::Org as u8;
const CLASS: u8 = Reach::OwnClass as u8;

fn rule(own: bool, reaches: Option<u8>, locked: bool, widest: Option<u8>) -> Rule {
    Rule {
        own,
        role: "teacher".to_owned(),
        right: "pupil_view".to_owned(),
        reaches,
        locked,
        widest,
        version: 1,
    }
}

fn cell(rules: &[Rule]) -> RightCell {
    RightCell::of(Role::Teacher, Right::PupilView, rules)
}

/// ORG-5: without a decision the default of §10 is in force.
#[test]
fn nothing_decided_leaves_the_default() {
    let it = cell(&[]);
    assert_eq!(it.reaches, Reach::OwnClass | Reach::OwnLoad);
    assert!(!it.differs() && !it.locked);
    assert_eq!(it.choices().len(), 5, "none, three parts, all");
}

/// ORG-5: the school decides, and falls back to what the region decided.
#[test]
fn the_own_decision_comes_after_the_one_above() {
    let region = rule(false, Some(ALL), false, None);
    let it = cell(&[region.clone(), rule(true, Some(CLASS), false, None)]);
    assert_eq!(it.reaches, Reach::OwnClass.into());
    assert_eq!(it.above, Reach::Org.into());
    assert!(it.differs());
    let back = cell(&[region, rule(true, None, false, None)]);
    assert_eq!(back.reaches, Reach::Org.into());
    assert!(!back.differs());
}

/// ORG-5: a limit of the region holds also for what was decided before it.
#[test]
fn a_limit_holds_for_what_is_decided_below() {
    let limit = rule(false, None, false, Some(CLASS));
    let it = cell(&[limit, rule(true, Some(ALL), false, None)]);
    assert_eq!(it.reaches, Reach::OwnClass.into());
    assert_eq!(it.above, Reach::OwnClass.into());
    assert_eq!(it.choices().len(), 2);
    let locked = rule(false, Some(CLASS), true, None);
    let it = cell(&[locked, rule(true, Some(ALL), false, None)]);
    assert!(it.locked && !it.differs());
}

/// ORG-5: what nobody could repair cannot be taken away, not even by the region.
#[test]
fn an_administrator_keeps_the_rights_over_rights() {
    for role in [Role::Admin, Role::RegionAdmin] {
        for right in Right::ALL.into_iter().filter(|it| keeps_rights(*it)) {
            let mut taken = rule(false, Some(0), true, Some(0));
            role.code().clone_into(&mut taken.role);
            right.code().clone_into(&mut taken.right);
            let it = RightCell::of(role, right, &[taken]);
            assert!(
                it.locked && it.reaches.has(Reach::Org),
                "{role:?} {right:?}"
            );
        }
    }
}

/// ORG-5: a family reaches its own and never anything else.
#[test]
fn families_have_no_wider_choice() {
    for right in Right::ALL {
        for role in [Role::Parent, Role::Pupil, Role::Committee] {
            let all = RightCell::of(role, right, &[]).choices();
            assert!(all.iter().all(|it| it.is_within(role.reach(right))));
        }
    }
}

/// What the editor calls a pair is one: whoever changes sees, by default.
#[test]
fn pairs_hold_by_default() {
    for role in Role::ALL {
        for (view, edit) in PAIRS {
            let (sees, changes) = (role.reach(view), role.reach(edit));
            assert!(changes.is_within(sees), "{role:?} {view:?}");
        }
    }
}

proptest! {
    /// ORG-5: whatever anybody decided, nobody goes beyond the region's limit
    /// nor beyond a lock, and the default itself is always a choice.
    #[test]
    fn no_decision_breaks_a_limit(
        above in proptest::option::of(0_u8..32), widest in proptest::option::of(0_u8..32),
        locked in any::<bool>(), own in proptest::option::of(0_u8..32),
    ) {
        let region = rule(false, above, locked, widest);
        let it = cell(&[region.clone(), rule(true, own, false, None)]);
        let alone = cell(&[region]);
        prop_assert_eq!(it.above, alone.reaches);
        if locked {
            prop_assert_eq!(it.reaches, alone.reaches);
        }
        if let Some(widest) = widest.and_then(Reaches::from_bits) {
            prop_assert!(it.reaches.is_within(widest));
        }
        prop_assert!(it.choices().contains(&Reaches::NONE));
    }
}
