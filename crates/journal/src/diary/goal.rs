//! «Что нужно до 5» (U3): exact, so that what is promised comes true.

use rust_decimal::{Decimal, prelude::ToPrimitive};

/// More marks than these are no plan but a wish.
const MOST: u32 = 30;

/// So many of the best mark with that weight reach the next threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The mark of the period that would come out.
    pub target: u8,
    pub count: u32,
    pub weight: Decimal,
}

/// How many more works with `mark` and `weight` bring Σ(w·points) / Σ(w·count)
/// to the threshold: 0 where it is there already, `None` where it is out of
/// reach.
pub fn needed(
    (points, weights): (Decimal, Decimal),
    threshold: Decimal,
    mark: Decimal,
    weight: Decimal,
) -> Option<u32> {
    if weights > Decimal::ZERO && points >= threshold.checked_mul(weights)? {
        return Some(0);
    }
    if weight <= Decimal::ZERO || mark < threshold {
        return None;
    }
    if weights <= Decimal::ZERO {
        return Some(1);
    }
    // points + n·weight·mark ≥ threshold·(weights + n·weight)
    let missing = threshold.checked_mul(weights)?.checked_sub(points)?;
    let gain = weight.checked_mul(mark.checked_sub(threshold)?)?;
    if gain <= Decimal::ZERO {
        return None;
    }
    let count = missing.checked_div(gain)?.ceil().to_u32()?;
    // A quotient that is cut after 28 digits may be one too small.
    let reaches = |n: u32| {
        let added = weight * Decimal::from(n);
        points + added * mark >= threshold * (weights + added)
    };
    let count = if reaches(count) { count } else { count + 1 };
    (count <= MOST).then_some(count)
}

#[cfg(test)]
mod tests {
    use kernel::decimal::weighted_average;
    use proptest::prelude::*;

    use super::*;

    fn of(marks: &[(i64, i64)], threshold: Decimal, weight: i64) -> Option<u32> {
        let sum = |it: fn(&(i64, i64)) -> i64| Decimal::from(marks.iter().map(it).sum::<i64>());
        let sums = (sum(|it| it.0 * it.1), sum(|it| it.1));
        needed(sums, threshold, Decimal::from(5), Decimal::from(weight))
    }

    const T5: Decimal = Decimal::from_parts(450, 0, 0, false, 2);

    #[test]
    fn fours_need_as_many_fives() {
        assert_eq!(of(&[(4, 1), (4, 1)], T5, 1), Some(2));
        assert_eq!(of(&[(4, 1), (4, 1)], T5, 3), Some(1));
        assert_eq!(of(&[(5, 1), (4, 1)], T5, 1), Some(0));
        assert_eq!(of(&[], T5, 1), Some(1));
    }

    #[test]
    fn what_cannot_be_reached_is_not_promised() {
        assert_eq!(of(&[(2, 1); 30], T5, 1), None, "too many");
        assert_eq!(of(&[(4, 1)], Decimal::from(5), 1), None, "never");
        assert_eq!(of(&[(4, 1)], T5, 0), None, "without weight");
    }

    proptest! {
        /// The answer really reaches the threshold, and one fewer does not.
        #[test]
        fn the_answer_is_the_least_that_reaches(
            marks in proptest::collection::vec((2_i64..=5, 1_i64..=400), 0..20),
            threshold in 201_i64..=500,
            weight in 1_i64..=500,
        ) {
            let hundredth = |it: i64| Decimal::new(it, 2);
            let threshold = hundredth(threshold);
            let weight = hundredth(weight);
            let works: Vec<(Decimal, u32, Decimal)> =
                marks.iter().map(|(mark, weight)| (Decimal::from(*mark), 1, hundredth(*weight))).collect();
            let sums = (
                works.iter().map(|it| it.0 * it.2).sum::<Decimal>(),
                works.iter().map(|it| it.2).sum::<Decimal>(),
            );
            let with = |n: u32| {
                let fives = (0..n).map(|_| (Decimal::from(5), 1, weight));
                weighted_average(works.iter().copied().chain(fives))
            };
            let reaches = |n: u32| with(n).is_some_and(|it| it >= threshold);
            match needed(sums, threshold, Decimal::from(5), weight) {
                Some(n) => {
                    prop_assert!(reaches(n), "{n} do not reach {threshold}: {:?}", with(n));
                    prop_assert!(n == 0 || !reaches(n - 1), "{} would do", n - 1);
                }
                None => prop_assert!(!reaches(MOST), "{:?}", with(MOST)),
            }
        }
    }
}
