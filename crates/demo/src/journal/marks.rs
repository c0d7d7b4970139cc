use crate::dice::Dice;

/// A mark as the table has it.
pub(super) struct Mark {
    pub(super) value: &'static str,
    pub(super) points: u8,
    pub(super) count: u8,
}

/// What a pupil of that ability earns. `recent` works may still wait to be handed in.
pub(super) fn mark(dice: &mut Dice, ability: f64, kind: i16, recent: bool) -> Mark {
    let one = |value, points| Mark {
        value,
        points,
        count: 1,
    };
    if recent && dice.rarely(1200) {
        return Mark {
            value: "•",
            points: 0,
            count: 0,
        };
    }
    let harder = if matches!(kind, 4 | 8 | 11 | 12) {
        0.25
    } else {
        -0.1
    };
    let earned = ability - harder + 0.7 * dice.bell();
    // Dictation and composition have two marks: for content and for spelling.
    if matches!(kind, 11 | 12) && dice.percent(40) {
        return match earned {
            it if it >= 4.2 => Mark {
                value: "5/4",
                points: 9,
                count: 2,
            },
            it if it >= 3.4 => Mark {
                value: "4/5",
                points: 9,
                count: 2,
            },
            _ => Mark {
                value: "4/3",
                points: 7,
                count: 2,
            },
        };
    }
    match earned {
        it if it >= 4.5 => one("5", 5),
        it if it >= 3.5 => one("4", 4),
        it if it >= 2.45 => one("3", 3),
        _ => one("2", 2),
    }
}
